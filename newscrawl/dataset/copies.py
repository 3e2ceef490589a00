"""Copies told apart: of the rows that are alike, which are kept, and how the others hang on them.

Which row is kept: see `rank`, whose lines are the rule. A row is left out when one that ranks before it has its
address, its text, or a text that is near, and is not its neighbour in a series.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from newscrawl.dataset.facts import Facts
from newscrawl.dataset.link import Link
from newscrawl.dataset.signatures import Sketches
from newscrawl.dataset.versions import Versions, versions

NEAR = 0.75
"""The share of pieces that two texts have in common from which they count as one text. Above it lie a corrected
paragraph, an added lead, a restored copy with its doubtful spots; below it two reports of one event, and an article
beside a summary of it."""
MOST_KEPT = 1000
"""So many kept rows of a cluster are compared with all others: a series of years makes one cluster of thousands that
are all kept, and to compare each with each takes minutes. Of the rows behind them only those with the address or the
text of a kept one are left out."""


def links(rows: Sequence[Facts], sketches: Sketches) -> list[Link]:
    """The links of the rows of a cluster, in their order; `sketches` has a row for each of them."""
    told = _once(rows)
    found = _links([rows[number] for number in told], sketches[told])
    known = dict(zip(told, found, strict=True))
    cluster, since = found[0].cluster, found[0].since
    return [
        # a record that is told better elsewhere: it stands for itself, and the stage that writes has it once
        known.get(number) or Link(cluster=cluster, since=since, kept_as=row.id, similarity=1.0)
        for number, row in enumerate(rows)
    ]


def _once(rows: Sequence[Facts]) -> list[int]:
    """The numbers of the rows, each record once, as the one that knows most of where it came from.

    A crawl knows the site and the portal that a page copies; the WARC it kept tells neither.
    """
    order = sorted(range(len(rows)), key=lambda number: told_best(rows[number]))
    first: dict[str, int] = {}
    for number in order:
        first.setdefault(rows[number].id, number)
    return sorted(first.values())


def told_best(row: Facts) -> tuple[Any, ...]:
    """What comes first is a record as it is told best."""
    return (-row.origin, *rank(row, False), row.part, row.line)


def _links(rows: Sequence[Facts], sketches: Sketches) -> list[Link]:
    """The links of rows of which none is there twice."""
    known = versions(rows, lambda one, other: _near(rows, sketches, one, other))
    order = sorted(range(len(rows)), key=lambda number: rank(rows[number], known.superseded[number]))
    kept = _Kept(rows, sketches)
    for number in order:
        kept.add(number)
    cluster = min(row.id for row in rows)
    since = min((row.day for row in rows if row.day), default=None)
    originals = _Originals(rows, order, kept.by)
    return [
        Link(cluster=cluster, since=since, **_told(number, rows, known, kept, originals)) for number in range(len(rows))
    ]


def rank(row: Facts, superseded: bool) -> tuple[Any, ...]:
    """What comes first is kept."""
    return (
        row.mirror,  # a portal's own page before a mirror's
        superseded,  # the latest version
        row.restored,  # undamaged before restored
        -row.confidence,
        row.unresolved,
        not row.at_source,  # the site that the piece comes from before one that took it over
        -row.filled,
        -row.length,
        inf if row.published is None else row.published,
        row.id,
    )


def _near(rows: Sequence[Facts], sketches: Sketches, one: int, other: int) -> bool:
    same = rows[one].text is not None and rows[one].text == rows[other].text
    return same or float((sketches[one] == sketches[other]).mean()) >= NEAR


class _Kept:
    """The rows of a cluster, given best first: each is kept, or left out for one that is."""

    def __init__(self, rows: Sequence[Facts], sketches: Sketches) -> None:
        count = len(rows)
        self._rows, self._sketches = rows, sketches
        self.by = list(range(count))
        """The kept row that stands for each; its own number for one that is kept."""
        self._nearest, self._best = np.full(count, -1), np.zeros(count)
        self._homes: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        self._series = _Series(rows)
        self._compared = 0

    def add(self, number: int) -> None:
        row = self._rows[number]
        found = self._homes.get(row.home or "", self._texts.get(row.text or "", int(self._nearest[number])))
        if found < 0:
            found = number
            self._compare(number)
        self.by[number] = found
        if row.home:
            self._homes.setdefault(row.home, found)
        if row.text and found == number:
            self._texts.setdefault(row.text, number)

    def _compare(self, number: int) -> None:
        """Note for each row whether this one is the nearest that is kept."""
        if self._compared == MOST_KEPT:
            return
        self._compared += 1
        similar = (self._sketches == self._sketches[number]).mean(axis=1)
        nearer = (similar >= NEAR) & (similar > self._best) & ~self._series.of(number)
        self._best[nearer], self._nearest[nearer] = similar[nearer], number

    def similarity(self, number: int) -> float:
        """To the kept row that stands for it."""
        by = self.by[number]
        if self._rows[number].text is not None and self._rows[number].text == self._rows[by].text:
            return 1.0
        return round(float((self._sketches[number] == self._sketches[by]).mean()), 3)


class _Series:
    """Which rows are neighbours in a series: another day, and other numbers in the headline.

    On one host and without a number in either headline (今日菜价) those of the text count.
    """

    def __init__(self, rows: Sequence[Facts]) -> None:
        self._days, self._titles = _codes(rows, lambda row: row.day), _codes(rows, lambda row: row.title_numbers)
        self._bodies, self._hosts = _codes(rows, lambda row: row.body_numbers), _codes(rows, lambda row: row.host)

    def of(self, number: int) -> npt.NDArray[np.bool_]:
        """For each row whether it is a neighbour of this one."""
        day, title, body, host = (codes[number] for codes in (self._days, self._titles, self._bodies, self._hosts))
        if not day:
            return np.zeros(len(self._days), np.bool_)
        if title:
            others = (self._titles != title) & (self._titles != 0)
        else:
            others = (self._titles == 0) & (self._bodies != body) & (self._hosts == host) & (self._hosts != 0)
        neighbours: npt.NDArray[np.bool_] = (self._days != day) & (self._days != 0) & others
        return neighbours


def _codes(rows: Sequence[Facts], value: Callable[[Facts], str | None]) -> npt.NDArray[np.int64]:
    """Values as numbers, the same for the same value; 0 for none."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(found, len(known) + 1) if (found := value(row)) else 0 for row in rows])


class _Originals:
    """Finds the original of a mirror's copy among the rows of its cluster."""

    def __init__(self, rows: Sequence[Facts], order: Sequence[int], by: Sequence[int]) -> None:
        self._rows, self._by = rows, by
        self._addresses: dict[str, int] = {}
        self._portals: dict[tuple[int, str], int] = {}
        for number in order:  # best first
            row = rows[number]
            if row.mirror:
                continue
            if row.address:
                self._addresses.setdefault(row.address, number)
            if row.portal:
                self._portals.setdefault((by[number], row.portal), number)

    def of(self, number: int) -> int | None:
        """By its address; else the portal's row among those with the same kept one; else the kept one."""
        row, by = self._rows[number], self._by[number]
        found = self._addresses.get(row.home or "")
        if found is None and row.mirror_site:
            found = self._portals.get((by, row.mirror_site))
        return found if found is not None else by if by != number else None


def _told(number: int, rows: Sequence[Facts], known: Versions, kept: _Kept, originals: _Originals) -> dict[str, Any]:
    """What a row tells of the others."""
    by = kept.by[number]
    told: dict[str, int | None] = {"revision_of": known.before[number]}
    if rows[number].mirror:
        told["mirror_of"] = originals.of(number)
    if by == number:
        return _ids(told, rows)
    similarity = kept.similarity(number)
    older = known.story[by] == known.story[number] and known.superseded[number]
    if not rows[number].mirror and not older and similarity >= NEAR:
        told["same_as"] = by
    return {**_ids({**told, "kept_as": by}, rows), "similarity": similarity}


def _ids(told: dict[str, int | None], rows: Sequence[Facts]) -> dict[str, Any]:
    return {name: None if number is None else rows[number].id for name, number in told.items()}
