"""`scrapy ledger` and `scrapy recrawl` at a ledger that is not there, or to read only, or holds what it should not."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import insert

from newscrawl.crawl.ledger import LedgerError, open_ledger, open_to_read
from newscrawl.crawl.ledger.tables import ADDRESSES, ARTICLE, FOUND
from newscrawl.publish.paths import ledger_path
from tests.torture.crawls import scrapy

NOBODY = 65534


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """Of a command about the demo, of which one article is known."""
    ledger = open_ledger(ledger_path(tmp_path, "demo"))
    ledger.start_run("20261122T130500Z")
    row = {"url": "http://127.0.0.1/1.html", "kind": ARTICLE, "state": FOUND, "depth": 0, "barren": 0, "run": 1}
    ledger.execute(insert(ADDRESSES).values(**row, first_seen=999_999_999_999_999_999, last_seen=0))
    ledger.commit()
    ledger.close()
    return ["-s", f"OUTPUT_DIR={tmp_path}"]


@pytest.mark.parametrize("most", ["1", "9" * 23])
def test_a_time_of_no_calendar_is_shown_as_it_is(options: list[str], most: str) -> None:
    done = scrapy("ledger", "demo", "--where", "1=1", "-n", most, *options)
    (row,) = map(json.loads, done.stdout.splitlines())
    assert row["first_seen"] == "999999999999999999"


@pytest.mark.usefixtures("options")
def test_a_ledger_in_a_folder_of_someone_else(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:-2]):  # pytest's are closed to others
        folder.chmod(0o755)
    (tmp_path / "state").chmod(0o555)
    with somebody(), pytest.raises(LedgerError, match="who reads it must be allowed to write to its folder"):
        open_to_read(ledger_path(tmp_path, "demo"))


@contextmanager
def somebody() -> Iterator[None]:
    """Be nobody in particular instead of root, who may write anywhere."""
    own = os.geteuid()
    try:
        os.seteuid(own or NOBODY)
        yield
    finally:
        os.seteuid(own)


def test_no_ledger_yet(tmp_path: Path) -> None:
    for command in (("ledger", "demo"), ("recrawl", "demo", "--all")):
        done = scrapy(*command, "-s", f"OUTPUT_DIR={tmp_path}")
        assert done.returncode == 1
        assert "the site was not crawled yet" in done.stderr
