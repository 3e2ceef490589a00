"""A run that is killed at any moment, and the one behind it: real processes, real kill -9, a real server."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from newscrawl.demo.large import LargePortal
from newscrawl.demo.server import serving
from tests.servers import Postgres, waited
from tests.torture.crash import POINTS
from tests.torture.crawls import crash, large, read_output, scrapy

ARTICLES = 60
# How often each point is reached before the process dies: in the middle of the crawl where it is reached often.
TIMES = {"taken": 3, "found": 4, "list read": 4, "file named": 2, "durable": 1, "committed": 4, "exported": 45}
# Of the points those that a database may tell apart from a file: between lines and commits, with its lease held.
WITH_DATABASE = ("started", "half a line", "durable", "committed", "closing")
ONCE = ("locked", "opened", "settled", "started", "closing", "closed", "refused")


@pytest.mark.parametrize("point", POINTS)
def test_nothing_is_lost_or_doubled(point: str, tmp_path: Path) -> None:
    portal = LargePortal(ARTICLES)
    with serving(portal.answer) as at:
        arguments = large(at, tmp_path)
        if point == "refused":
            arguments += ["-s", "DOWNLOAD_MAXSIZE=1"]
        killed = crash(point, TIMES.get(point, 1 if point in ONCE else 20), *arguments)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        done = scrapy(*large(at, tmp_path))
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        expected = {at + portal.path(number) for number in range(ARTICLES)}
    assert read_output(tmp_path, "large").harm(expected) == {"lost": 0, "doubled": 0, "torn": 0}


@pytest.mark.parametrize("point", WITH_DATABASE)
def test_nothing_is_lost_or_doubled_with_postgresql(point: str, tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.database(f"killed{WITH_DATABASE.index(point)}")
    portal = LargePortal(ARTICLES)
    with serving(portal.answer) as at:
        arguments = large(at, tmp_path, "-s", f"LEDGER={url}", "-s", "LEASE_SECONDS=3")
        killed = crash(point, TIMES.get(point, 1 if point in ONCE else 20), *arguments)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        done = waited(lambda: None if "already" in (tried := scrapy(*arguments)).stderr else tried)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        expected = {at + portal.path(number) for number in range(ARTICLES)}
    assert read_output(tmp_path, "large").harm(expected) == {"lost": 0, "doubled": 0, "torn": 0}
