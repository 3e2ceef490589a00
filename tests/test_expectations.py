"""What a run is expected to bring: rows of records, and what each must be told."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from newscrawl.crawl.expectations import CHECKS, Brought, Expect
from newscrawl.publish.record import run_record

CASES = "expectations"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)


def record(values: dict[str, Any], days_ago: int) -> dict[str, Any]:
    """A record of a run that ended well and filled every field, with some values changed."""
    started = NOW - timedelta(hours=values.get("hours_ago", 24 * days_ago))
    articles = values.get("articles", 0)
    fine = {"finish_reason": "finished", "started_at": started.isoformat(), "filled": {"title": articles}}
    return {**run_record("site", {}), **fine, **values}


def test_expectation(row: dict[str, Any]) -> None:
    expect = Expect(**{"filled": {"title": 0.99}, **row.get("expect", {})})
    history = [record(values, at + 1) for at, values in enumerate(row.get("history", []))]
    run = Brought(record=record(row["record"], 0), history=history, expect=expect)
    told = {name: message for name, check in CHECKS.items() if (message := check(run))}
    assert told.keys() == row["unmet"].keys()
    for name, part in row["unmet"].items():
        assert part in told[name]


def test_every_check_is_met_and_failed_by_a_row() -> None:
    rows = json.loads((Path(__file__).parent / "cases" / f"{CASES}.json").read_text("utf-8"))
    assert {name for row in rows for name in row["unmet"]} == CHECKS.keys()
