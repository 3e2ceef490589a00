"""Standard streams that are full, closed, or left by their reader, and locales without Chinese: all is crawled."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import ROOT, read_lines
from tests.torture.crawls import ENV, PATIENCE, free_port

SCRAPY = shlex.join([sys.executable, "-m", "scrapy"])
UNWRITTEN = "scrapy run: cannot write standard output: "


@pytest.fixture
def options(tmp_path: Path) -> str:
    """Of a crawl into the folder of the test, of five articles."""
    settings = (f"OUTPUT_DIR={tmp_path}", f"DEMO_PORTAL_PORT={free_port()}", f"DEMO_MIRROR_PORT={free_port()}")
    return shlex.join(["-a", "articles=5", *(word for name in settings for word in ("-s", name))])


def shell(line: str, **env: str) -> subprocess.CompletedProcess[str]:
    run = ["bash", "-o", "pipefail", "-c", f"{SCRAPY} {line}"]
    return subprocess.run(
        run, cwd=ROOT, env=ENV | env, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )


@pytest.mark.parametrize(
    ("end", "says"),
    [
        ("--report | head -c0", f"{UNWRITTEN}Broken pipe; scrapy report has the records\n"),
        ("--table > /dev/full", f"{UNWRITTEN}No space left on device; scrapy report has the records\n"),
        ("> /dev/full 2>&1", ""),
    ],
)
def test_output_that_cannot_be_written_ends_no_run(tmp_path: Path, options: str, end: str, says: str) -> None:
    done = shell(f"run demo {options} {end}")
    assert done.returncode == 1, done.stderr
    assert done.stderr.count(UNWRITTEN) == bool(says) and says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(read_lines(tmp_path / "articles" / "demo")) == 5
    assert len(list(tmp_path.glob("reports/*/index.html"))) == ("--report" in end)


def test_records_are_utf_8_whatever_the_locale(options: str) -> None:
    done = shell(f"run demo demo_mirror {options}", PYTHONUTF8="0", PYTHONIOENCODING="gbk")
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["articles"] for record in records] == [5, 5]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in done.stdout), "nothing Chinese was printed"


@pytest.mark.parametrize(("command", "closed"), [("run", "<&- >&- 2>&-"), ("crawl", "2>&-")])
def test_streams_that_are_closed(tmp_path: Path, options: str, command: str, closed: str) -> None:
    done = shell(f"{command} demo {options} {closed}")
    assert done.returncode == 0
    assert (done.stdout, done.stderr) == ("", "")
    assert len(read_lines(tmp_path / "articles" / "demo")) == 5
