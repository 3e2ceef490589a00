"""Byline lines read by somebody who had not seen the grammar: the same test, another author."""

from __future__ import annotations

from typing import Any

from newscrawl.extract import byline

from .test_byline import NOTHING, said

CASES = "byline_lines"


def test_parse(row: dict[str, Any]) -> None:
    assert said(byline.parse(row["input"])) == NOTHING | row["expected"], row["why"]
