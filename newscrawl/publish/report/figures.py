"""Plots as plain numbers: the template draws them, and prints the same numbers as a table behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# Columns that are still told apart on a telephone, three pixels each.
_MOST_COLUMNS = 120
# What a person reads of a list of bars; the rest is folded away.
MOST_BARS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A row of a bar chart."""

    label: str
    value: float
    share: float
    """Its length, 0 to 1."""
    note: str = ""
    """What the label means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A column chart over time."""

    unit: str
    """What a column stands for: day, month or year."""
    columns: list[Bar]
    highest: int


def bars(counts: Mapping[str, float], notes: Mapping[str, str] | None = None) -> list[Bar]:
    """A bar for each name, the longest first; lengths are relative to it.

    >>> [(bar.label, bar.share) for bar in bars({"a": 1, "b": 4})]
    [('b', 1.0), ('a', 0.25)]
    """
    highest = max(counts.values(), default=0) or 1
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    return [
        Bar(label=name, value=value, share=value / highest, note=(notes or {}).get(name, "")) for name, value in ordered
    ]


def row_of(values: Iterable[tuple[str, float]]) -> list[Bar]:
    """Columns in the order given, their heights relative to the highest."""
    given = list(values)
    highest = max((value for _, value in given), default=0) or 1
    return [Bar(label=label, value=value, share=value / highest) for label, value in given]


def over_time(days: Mapping[str, int]) -> Columns | None:
    """Articles a day, or a month or year where the days are too many; empty ones between are shown as such.

    Keys are YYYY-MM-DD; what is no day is left out. None when nothing is left.

    >>> chart = over_time({"2026-11-20": 2, "2026-11-22": 1})
    >>> chart.unit, [(column.label, column.value) for column in chart.columns]
    ('day', [('2026-11-20', 2), ('2026-11-21', 0), ('2026-11-22', 1)])
    >>> over_time({"2001-01-05": 2, "2026-11-22": 1}).unit
    'year'
    """
    known = {day: number for text, number in days.items() if (day := _day(text))}
    if not known:
        return None
    first, last = min(known), max(known)
    unit, labels = _labels(first, last)
    length = {"day": 10, "month": 7, "year": 4}[unit]
    sums: Counter[str] = Counter()
    for day, number in known.items():
        sums[day.isoformat()[:length]] += number
    columns = row_of((label, sums[label]) for label in labels)
    return Columns(unit=unit, columns=columns, highest=max(sums.values()))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _labels(first: date, last: date) -> tuple[str, list[str]]:
    """The unit in which a time has not too many columns, and the columns; of a very long one the latest years."""
    if (last - first).days < _MOST_COLUMNS:
        return "day", [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    if len(months) <= _MOST_COLUMNS:
        return "month", [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    return "year", [f"{year:04}" for year in range(max(first.year, last.year - _MOST_COLUMNS + 1), last.year + 1)]
