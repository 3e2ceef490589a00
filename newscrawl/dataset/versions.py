"""Versions of one article: which row comes before which.

Two rows are versions of one article when they have the same address; or when they stand on the same host with the same
headline and day, both a mirror's or neither, and with texts that are near. A version counts as the next one when its
text is another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from newscrawl.dataset.facts import Facts

Near = Callable[[int, int], bool]


@dataclass(frozen=True, slots=True)
class Versions:
    """For each row of a cluster, by its number there."""

    story: list[int]
    """Rows with the same number here are versions of one article."""
    before: list[int | None]
    """The version before this one."""
    superseded: list[bool]
    """Whether the latest version that has a text has another one."""


def versions(rows: Sequence[Facts], near: Near) -> Versions:
    """Order the versions of all articles in a cluster; `near` tells whether the texts of two rows are near."""
    found = Versions(list(range(len(rows))), [None] * len(rows), [False] * len(rows))
    for story in _stories(rows, near):
        latest = next((number for number in reversed(story) if rows[number].text), story[-1])
        for place, number in enumerate(story):
            found.story[number] = story[0]
            earlier = (story[at] for at in range(place - 1, -1, -1) if rows[story[at]].text != rows[number].text)
            found.before[number] = next(earlier, None)
            found.superseded[number] = rows[latest].text != rows[number].text
    return found


def _stories(rows: Sequence[Facts], near: Near) -> Iterable[list[int]]:
    """The rows of each article that has several, the oldest version first."""
    by_headline = defaultdict(list)
    for visits in _grouped(rows, range(len(rows)), lambda row: row.address):
        visits.sort(key=lambda number: _fetched(rows[number]))
        last = rows[visits[-1]]
        headline = (last.host, last.title, last.day, last.mirror)
        by_headline[headline if last.host and last.title else visits[0]].append(visits)
    for addresses in by_headline.values():
        addresses.sort(key=lambda visits: _published(rows[visits[-1]]))
        yield from _joined(addresses, near)


def _joined(addresses: list[list[int]], near: Near) -> Iterable[list[int]]:
    """The addresses of a headline, those behind one another whose texts are near put together."""
    story = addresses[0]
    for visits in addresses[1:]:
        if near(story[-1], visits[-1]):
            story = story + visits
        else:
            yield story
            story = visits
    yield story


def _grouped(rows: Sequence[Facts], numbers: Iterable[int], key: Callable[[Facts], str | None]) -> Iterable[list[int]]:
    """Rows with the same key together; a row without one stays alone."""

    def full(number: int) -> tuple[Any, ...]:
        found = key(rows[number])
        return (0, found) if found else (1, number)

    return (list(group) for _, group in groupby(sorted(numbers, key=full), key=full))


def _fetched(row: Facts) -> tuple[Any, ...]:
    """The order of visits to an address: what tells no time comes first."""
    return row.fetched, row.revision, row.published or 0.0, row.part, row.line


def _published(row: Facts) -> tuple[Any, ...]:
    """The order of addresses on a host."""
    return row.published or 0.0, row.fetched, row.revision, row.id
