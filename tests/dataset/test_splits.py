"""Splits: by a stated rule, and no cluster in two of them."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import pytest

from newscrawl.dataset.options import Options
from newscrawl.dataset.shards import read_rows
from newscrawl.dataset.splits import parse
from tests.dataset.parts import build, golden, of_part

RULES = ["time=2018-01-01", "time=2017-06-01,2019-06-01", "hash=0.5,0.5", "hash=0.7,0.2,0.1"]


@pytest.mark.parametrize("rule", RULES)
def test_no_two_alike_are_in_two_splits(rule: str, tmp_path: Path) -> None:
    """All pairs of rows of a build in two parts with clusters that go across them, kept and not, dated and not."""
    chance = random.Random(7)
    records = [of_part(record, revision=at) for at, record in enumerate(golden(), 1)]
    records = [{**one, "published_at": one["published_at"] if chance.random() < 0.8 else None} for one in records]
    links = {}
    chance.shuffle(records)
    for start in range(0, 120, 3):
        members = records[start : start + 3]
        days = [one["published_at"][:10] for one in members if one["published_at"]]
        told = {"cluster": min(one["id"] for one in members), "since": min(days, default=None)}
        links |= {one["id"]: told for one in members}  # versions that are all kept
    chance.shuffle(records)
    build(tmp_path, [records[:90], records[90:]], links, Options(split=parse(rule)))
    rows = [(path.name.split("-")[0], one) for path in (tmp_path / "data").iterdir() for one in read_rows(path)]
    assert len(rows) == len(records)
    alike = [(one, other) for one, other in combinations(rows, 2) if one[1]["cluster"] == other[1]["cluster"]]
    assert len(alike) == 40 * 3
    assert [pair for pair in alike if pair[0][0] != pair[1][0]] == []
    assert {name for name, _ in rows} == set(parse(rule).names)
    if rule.startswith("time"):
        _no_training_text_is_younger(rows, parse(rule).given)


def _no_training_text_is_younger(rows: list[tuple[str, dict[str, object]]], days: tuple[str, ...]) -> None:
    """The earliest day of each cluster is where its split is; nobody of test was published before its day."""
    for name, one in rows:
        day = one["published_at"].date().isoformat() if one["published_at"] else None
        if name == "undated":
            assert day is None
        if name == "test" and day:
            assert day >= days[-1]


def test_shares_come_out_as_asked() -> None:
    rule = parse("hash=0.9,0.05,0.05")
    found = [rule.of(f"{number:032x}", None) for number in range(20_000)]
    assert [round(found.count(name) / len(found), 2) for name in rule.names] == [0.9, 0.05, 0.05]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("time=", "no day such as"),
        ("time=2024-13-01", "no day such as"),
        ("time=20240101", "no day such as"),
        ("time=2024-01-01,2024-01-01", "is not after"),
        ("time=2024-01-01,2024-02-01,2024-03-01", "is wanted"),
        ("hash=1", "is wanted"),
        ("hash=0.5,0.4", "add up to 0.9"),
        ("hash=1.5,-0.5", "between 0 and 1"),
        ("hash=nan,0.5", "between 0 and 1"),
        ("hash=a,b", "between 0 and 1"),
        ("random=0.5,0.5", "is wanted"),
        ("", "is wanted"),
    ],
)
def test_a_rule_that_is_none_is_named(rule: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse(rule)


def test_a_rule_is_told_as_it_was_given() -> None:
    assert [str(parse(rule)) for rule in RULES] == RULES
