"""Names of people: what is one, where it ends, and the words that only look like one."""

from __future__ import annotations

from typing import Any

from newscrawl.extract import people

CASES = "people"


def test_is_name(row: dict[str, Any]) -> None:
    assert people.is_name(row["input"]) is row["expected"]


def test_leading_names(row: dict[str, Any]) -> None:
    assert list(people.leading_names(row["input"])) == row["expected"]


def test_split_run(row: dict[str, Any]) -> None:
    assert people.split_run(row["input"]) == row["expected"]


def test_labelled_names(row: dict[str, Any]) -> None:
    assert people.labelled_names(row["input"]) == row["expected"]


def test_is_organisation(row: dict[str, Any]) -> None:
    assert people.is_organisation(row["input"]) is row["expected"]
