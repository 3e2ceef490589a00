"""A run of `scrapy restore` as a user starts it, and the lines that its tests feed it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "scrapy", "restore"]
ENV = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))}
for name in ("NO_COLOR", "FORCE_COLOR"):
    ENV.pop(name, None)

SEEN = "縣里召開會(huì)議 討論農(nóng)業(yè)發(fā)展 記者報(bào)道"
MENDED = "县里召开会议 讨论农业发展 记者报道"
CLEAN = "县里召开会议 讨论农业发展 大家都说好"
TAIWAN = "這是什麼關係？以後還會有這麼複雜的問題嗎？"
NO_JSON = "no JSON: Expecting value at character 1"


def restore(*arguments: object, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    run = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=REPOSITORY,
        env=ENV | env,
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in run.stderr, run.stderr.decode()
    return run


def statistics(run: subprocess.CompletedProcess[bytes]) -> dict[str, str]:
    lines = [line for line in run.stderr.decode().splitlines() if not line.startswith("scrapy restore: ")]
    return {name.strip(): value for name, value in (re.split(r" {2,}", line, maxsplit=1) for line in lines)}


def complaints(run: subprocess.CompletedProcess[bytes]) -> list[str]:
    return [line for line in run.stderr.decode().splitlines() if line.startswith("scrapy restore: ")]


def line_of(number: int, text: str = SEEN) -> str:
    return json.dumps({"id": number, "text": f"{text} 第{number}号"}, ensure_ascii=False) + "\n"
