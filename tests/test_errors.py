"""Wrong use of every command: it says what was wrong, with which name, and what to do; never with a traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.crawl.ledger import open_ledger
from newscrawl.crawl.lock import SiteLock
from newscrawl.publish.paths import ledger_path, lock_path
from tests.forked import Done, Run, scrapy_each
from tests.torture.crawls import free_port

CASES = "errors"
ROWS = json.loads((Path(__file__).parent / "cases" / "errors.json").read_text("utf-8"))
FILES = {
    "file": b"in the way",
    "article.txt": "云桥区启动春季植树活动\n2021-03-01 10:00 来源：江汉日报\n".encode()
    + "云桥区今天上午在滨江公园启动春季植树活动，三百多名市民参加，大家三五成群，挖坑培土。\n".encode() * 2,
    "broken.py": b"def broken(:\n",
    "broken_site.py": b"def broken(:\n",
    "exits_site.py": b"import sys\nsys.exit(0)\n",
    "fails.py": b"x = 1\nlayouts = trs.CLASSIC\n",
    "nothing.py": b"x = 1\n",
    "broken.jsonl": b"{broken\n",
    "gb18030.txt": "江汉日报".encode("gb18030"),
    "locked/state/jxnews.sqlite": b"no ledger" * 1000,
    "empty/picture.png": b"",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What stands for the names in braces; the lock of `locked` is held."""
    folder = tmp_path_factory.mktemp("errors")
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    open_ledger(ledger_path(folder / "locked", "demo")).close()
    lock = SiteLock(lock_path(folder / "locked", "demo"), "demo")
    yield {"{tmp}": str(folder), "{port}": str(free_port())}
    lock.release()


def fill(text: str, names: dict[str, str]) -> str:
    return re.sub(r"\{(?:tmp|port)\}", lambda name: names[name[0]], text)


@pytest.fixture(scope="module")
def told(filled: dict[str, str]) -> dict[str, Done]:
    elsewhere = ["-s", f"OUTPUT_DIR={filled['{tmp}']}/output"]
    runs = []
    for row in ROWS:
        command = [fill(word, filled) for word in row["command"]]
        if not any(word.startswith("OUTPUT_DIR=") for word in command):
            command += elsewhere
        path = [fill(row["path"], filled)] if "path" in row else []
        runs.append(Run(command=command, stdin=row.get("stdin", ""), path=path))
    return dict(zip((row["id"] for row in ROWS), scrapy_each(runs), strict=True))


def test_told(row: dict[str, Any], told: dict[str, Done], filled: dict[str, str]) -> None:
    done = told[row["id"]]
    assert "Traceback" not in done.err, done.err
    assert "geheim" not in done.err, "a password is told"
    assert [word for word in row["says"] if fill(word, filled) not in done.err] == [], done.err
    assert [word for word in row.get("out", []) if word not in done.out] == [], done.out
    assert done.code == row["code"], done.err


def test_every_command_has_a_case() -> None:
    commands = {path.stem for path in (Path(__file__).parent.parent / "newscrawl" / "commands").glob("[a-z]*.py")}
    assert commands - {row["command"][0] for row in ROWS} <= {"explain"}, "explain has cases of its own"
