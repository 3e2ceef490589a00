"""Junk blocks, and the real paragraphs that share their words: those must stay in the article."""

from __future__ import annotations

from typing import Any

from newscrawl.judge.junk import kind_of

CASES = "junk"


def test_kind_of(row: dict[str, Any]) -> None:
    assert kind_of(row["input"]) == row["expected"]
