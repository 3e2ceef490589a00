"""A crawl whose disk is full: what is said of it agrees with what is kept. Real processes, a real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newscrawl.commands.run import exit_code
from newscrawl.demo.large import LargePortal
from newscrawl.demo.server import serving
from newscrawl.publish.history import records_of
from newscrawl.publish.paths import ledger_path
from tests.forked import Run
from tests.live import read_lines
from tests.torture.crawls import LARGE, completed, large

ARTICLES = 20
# The disk takes so many lines; they are synced whenever there are five, and at the end.
FULL = """
import errno
from newscrawl.crawl import keeper
from newscrawl.publish.lines import LineFile

keeper._SECONDS, keeper._LINES = 3600, 5
sync = LineFile.sync

def sync_if_there_is_room(lines):
    if lines._file:
        lines._file.flush()
        if lines.path.read_bytes().count(b"\\n") > {room}:
            raise OSError(errno.ENOSPC, "No space left on device")
    return sync(lines)

LineFile.sync = sync_if_there_is_room
"""
NO_RECORD = """
from newscrawl.crawl.ledger import Ledger, LedgerError

def end_run(*_):
    raise LedgerError("the disk is full")

Ledger.end_run = end_run
"""


def crawl(folder: Path, at: str, code: str = "") -> tuple[int, dict[str, Any]]:
    """Crawl the portal with a spider file that begins with this code; returns the exit code and the record."""
    spider, record = folder / "spider.py", folder / "record.json"
    rest = LARGE.read_text("utf-8").replace("from __future__ import annotations", "")
    spider.write_text(f"from __future__ import annotations\n{code}\n{rest}", "utf-8")
    run = [str(spider) if word == str(LARGE) else word for word in large(at, folder / "output")]
    done = completed(Run(command=[*run, "--record", str(record)], seconds=100))
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(record.read_text("utf-8"))


@pytest.mark.parametrize(
    ("room", "kept"), [(0, 0), (17, 15), (7, 5)], ids=["at the first line", "at the last lines", "in the middle"]
)
def test_the_run_ends_with_it_and_tells_what_is_kept(tmp_path: Path, room: int, kept: int) -> None:
    output = tmp_path / "output"
    with serving(LargePortal(ARTICLES).answer) as at:
        code, record = crawl(tmp_path, at, FULL.format(room=room))
        assert (code, record["finish_reason"]) == (1, "output_unwritable")
        assert "ended" in [one["name"] for one in record["expectations"] if not one["passed"]]
        assert len(read_lines(output / "articles" / "large")) == kept
        assert record["articles"] == record["filled"]["title"] == kept
        assert record["files"]["articles"] == [str(file) for file in output.glob("articles/large/*")]
        assert bool(record["files"]["articles"]) == bool(kept)
        assert records_of(ledger_path(output, "large")) == [record]
        code, rest = crawl(tmp_path, at)
    assert (code, rest["articles"]) == (0, ARTICLES - kept)


def test_a_record_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    with serving(LargePortal(ARTICLES).answer) as at:
        code, record = crawl(tmp_path, at, NO_RECORD)
    assert (code, record["finish_reason"], record["articles"]) == (1, "output_unwritable", ARTICLES)
    assert exit_code([record, {**record, "finish_reason": "finished"}]) == 1
