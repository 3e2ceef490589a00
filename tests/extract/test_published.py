"""Times: every form in use, relative ones against a given fetch, and digits that are no time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from newscrawl.extract.published import Published, parse_meta, parse_time, parse_url

CASES = "published"


def told(found: Published | None) -> list[str] | None:
    if found is None:
        return None
    assert found.at.utcoffset() == timedelta(hours=8)
    return [found.at.isoformat(), found.precision]


def fetched(row: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(row["fetched_at"]) if "fetched_at" in row else None


def test_parse_time(row: dict[str, Any]) -> None:
    assert told(parse_time(row["input"], fetched_at=fetched(row))) == row["expected"]


def test_parse_meta(row: dict[str, Any]) -> None:
    assert told(parse_meta(row["input"], fetched_at=fetched(row))) == row["expected"]


def test_parse_url(row: dict[str, Any]) -> None:
    assert told(parse_url(row["input"])) == row["expected"]
