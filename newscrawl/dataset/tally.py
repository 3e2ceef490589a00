"""What stands in a data set, in numbers: counted part by part, added up, and told by the card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from newscrawl.archives.source import UNREAD
from newscrawl.dataset.fit import CHINA
from newscrawl.dataset.quality import Quality
from newscrawl.page import host_of

MOST_NAMES = 50_000
"""Different names (sources, damaged places and the like) counted side by side; beyond twice as many the rarest are
dropped. So the memory is bounded whatever the pages say, and the figures of the twenty most frequent hold."""
LONGEST_NAME = 100
LONGEST_PLACE = 500
"""Characters of what is told of a damaged place: a file, a place in it, and why."""
RELATIONS = ("same_as", "revision_of", "mirror_of")
MEASURES = tuple(one.name for one in fields(Quality) if one.type in ("int", "float"))
"""The quality columns that are numbers."""

_LINKS = frozenset(("id", "kept_as", "similarity", "cluster", *RELATIONS))
_MEASURED = frozenset(one.name for one in fields(Quality))


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of rows that are kept, but for `relations`, `duplicates` and what was not read; JSON by `told`."""

    splits: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)
    """What the addresses name; empty for a file's name. Archives tell no site."""
    sources: Counter[str] = field(default_factory=Counter)
    sections: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    """By column: rows in which it is neither null nor an empty list."""
    families: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    """By language and script: zh Hans."""
    relations: Counter[str] = field(default_factory=Counter)
    """By kind of link, all rows."""
    duplicates: int = 0
    """Rows that stand for nothing themselves."""
    refused: Counter[str] = field(default_factory=Counter)
    """By reason."""
    damaged: Counter[str] = field(default_factory=Counter)
    """Where archives are damaged: the details of the refusals that say so."""
    unread: Counter[str] = field(default_factory=Counter)
    """Files that gave nothing, and why: no column with pages, no right to read them."""
    quality: dict[str, Counter[float]] = field(default_factory=lambda: {name: Counter() for name in MEASURES})
    """By column: how often each value comes, to three digits."""

    def add_row(self, row: Mapping[str, Any], split: str | None) -> None:
        """Count a row; `split` is None for a duplicate."""
        self.relations.update(name for name in RELATIONS if row[name])
        if split is None:
            self.duplicates += 1
            return
        self.splits[split] += 1
        self.languages[" ".join(filter(None, (row["language"], row["script"])))] += 1
        moment = row["published_at"]
        self.years[f"{moment.astimezone(CHINA).year:04}" if moment else ""] += 1
        self.filled.update(
            name for name, value in row.items() if name not in _LINKS | _MEASURED and value is not None and value != []
        )
        family = row["restored"] and row["restored"]["family"]
        named = (
            (self.sites, row["site"]),
            (self.hosts, host_of(row["url"])),
            (self.sources, row["source"]),
            (self.sections, row["section"]),
            (self.families, family),
        )
        for counts, name in named:
            _count(counts, {(name or "")[:LONGEST_NAME]: 1})
        for name, values in self.quality.items():
            values[rounded(row[name])] += 1

    def add_refused(self, refused: Mapping[str, Any]) -> None:
        """Count a refusal, and take down the place that an archive is damaged at, and the file that gave nothing."""
        self.refused[refused["reason"]] += 1
        place = (refused["detail"] or "")[:LONGEST_PLACE]
        if refused["reason"] == "damaged":
            _count(self.damaged, {place: 1})
        elif refused.get("trace") == [UNREAD]:
            _count(self.unread, {place: 1})

    def add(self, other: Tally) -> None:
        """Add another's counts to these."""
        for one in fields(self):
            mine, others = getattr(self, one.name), getattr(other, one.name)
            if isinstance(mine, int):
                setattr(self, one.name, mine + others)
            elif one.name == "quality":
                for name, values in others.items():
                    mine[name].update(values)
            else:
                _count(mine, others)

    def told(self) -> dict[str, Any]:
        """As JSON can hold it; `read` makes a tally of it again."""
        plain = {one.name: getattr(self, one.name) for one in fields(self)}
        return plain | {"quality": {name: sorted(values.items()) for name, values in self.quality.items()}}


def read(told: Mapping[str, Any]) -> Tally:
    """A tally as `told` tells it."""
    counts: dict[str, Any] = {
        name: Counter(value) if isinstance(value, dict) else value for name, value in told.items()
    }
    counts["quality"] = {name: Counter(dict(map(tuple, values))) for name, values in told["quality"].items()}
    return Tally(**counts)


def quantile(values: Mapping[float, int], share: float) -> float:
    """The value that this share of all is not above, by nearest rank.

    >>> quantile({1: 3, 5: 1}, 0.75), quantile({1: 3, 5: 1}, 0.95)
    (1, 5)
    """
    left = share * sum(values.values())
    ordered = sorted(values)
    for value in ordered:
        left -= values[value]
        if left <= 0:
            return value
    return ordered[-1]


def most(counts: Mapping[str, int], size: int | None = None) -> list[tuple[str, int]]:
    """The names and their counts, the most frequent first, of equal ones the first in the alphabet."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]


def rounded(value: float) -> float:
    """To three digits: what a table of quantiles shows, and few values to count however many rows there are.

    >>> rounded(0.98765), rounded(12345), rounded(7)
    (0.988, 12300, 7)
    """
    short = float(f"{value:.3g}")
    return int(short) if isinstance(value, int) else short


def _count(counts: Counter[str], more: Mapping[str, int] | Iterable[str]) -> None:
    counts.update(more)
    if len(counts) > 2 * MOST_NAMES:
        kept = dict(most(counts, MOST_NAMES))
        counts.clear()
        counts.update(kept)
