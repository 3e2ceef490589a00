"""A run of `scrapy extract` as a user starts it, and the pages that its tests feed it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
SENTENCES = [
    "云桥区今天上午在滨江公园启动春季植树活动，三百多名市民参加。",
    "活动现场，大家三五成群，挖坑、扶苗、培土、浇水，忙得热火朝天。",
]


def text_of(title: str, number: int = 1) -> str:
    return (
        f"{title}\n2021-03-0{number} 10:00 来源：江汉日报\n"
        + "\n".join(SENTENCES)
        + f"\n这是第{number}篇报道的结尾，大家都说今年的春天来得特别早。"
    )


def html_of(title: str, number: int = 1) -> str:
    body = "".join(f"<p>{line}</p>" for line in [*SENTENCES, f"这是第{number}篇报道的结尾，大家都说好。"])
    head = f"<title>{title}_江汉网</title>"
    return f"<html><head>{head}</head><body><h1>{title}</h1><div>2021-03-0{number} 10:00</div>{body}</body></html>"


def extract(
    *arguments: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "scrapy", "extract", *map(str, arguments)]
    paths = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": paths} | dict(env or {}),
        timeout=120,
        check=False,
    )


def records(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.decode("utf-8").splitlines()]


def titles(output: bytes) -> list[str]:
    return [record["title"] for record in records(output)]


def summary(run: subprocess.CompletedProcess[bytes]) -> str:
    assert b"Traceback" not in run.stderr, run.stderr.decode("utf-8", "replace")
    return run.stderr.decode("utf-8").splitlines()[-1]
