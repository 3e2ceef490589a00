"""A run beside the last runs of its site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from newscrawl.crawl.expectations import LAST_RUNS
from newscrawl.publish.report import text
from newscrawl.publish.report.figures import Bar, row_of

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure beside those of the last runs."""

    name: str
    now: float | None
    usual: float | None
    """The median of the last runs; None when there are none."""
    runs: list[Bar]
    """The last runs and this one, oldest first."""
    written: Callable[[float], str]
    """How the figure is printed."""

    @property
    def ratio(self) -> float | None:
        """Growth against the usual, 0.1 for a tenth more; None when there is nothing to compare with."""
        if self.now is None or not self.usual:
            return None
        return self.now / self.usual - 1

    @property
    def direction(self) -> str:
        """up, down, or same: less than half a per cent is no change."""
        ratio = self.ratio
        if ratio is None:
            return "up" if self.now and self.usual == 0 else "same"
        return "same" if abs(ratio) < 0.005 else "up" if ratio > 0 else "down"

    @property
    def told(self) -> str:
        """The change in words of a table: +12%, −100%, new, or nothing when there is nothing to compare with."""
        if self.usual is None or not (self.usual or self.now):
            return ""
        if self.ratio is None:
            return "new"
        return "0%" if self.direction == "same" else f"{self.ratio:+.0%}".replace("-", "−")


def total(record: Record, name: str) -> float | None:
    """A figure of a record; the sum where it goes by name; None when the record does not know it."""
    value = record.get(name)
    if isinstance(value, Mapping):
        return sum(value.values())
    return value


_FIGURES: dict[str, tuple[str, Callable[[float], str]]] = {
    "articles": ("articles", text.count),
    "revised": ("revised", text.count),
    "unchanged": ("unchanged", text.count),
    "restored": ("restored", text.count),
    "refused": ("refused", text.count),
    "pages": ("pages", text.count),
    "bytes": ("downloaded", text.size),
    "seconds": ("time", text.duration),
    "memory_mb": ("memory", lambda megabytes: text.size(megabytes * 1e6)),
}


def changes(record: Record, before: Sequence[Record]) -> dict[str, Change]:
    """Each figure beside the last runs; `before` is in order, the oldest first."""
    return {key: _change(key, record, before[-LAST_RUNS:]) for key in _FIGURES}


def _change(key: str, record: Record, before: Sequence[Record]) -> Change:
    name, written = _FIGURES[key]
    runs = [(one["run"], total(one, key)) for one in (*before, record)]
    known = [value for _, value in runs[:-1] if value is not None]
    return Change(
        name=name,
        now=runs[-1][1],
        usual=median(known) if known else None,
        runs=row_of((run, value or 0) for run, value in runs),
        written=written,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """How many articles have a field."""

    name: str
    share: float
    articles: int
    usual: float | None
    """The median share in the last runs; None when there are none."""

    @property
    def lost(self) -> bool:
        """Whether a tenth of the articles and more have lost it: a template changed, rather than the news."""
        return self.usual is not None and round(self.usual - self.share, 6) >= 0.1


def fills(record: Record, before: Sequence[Record]) -> list[Fill]:
    """The fill rate of every field; empty when no article came out."""
    shares = [_shares(one) for one in before[-LAST_RUNS:] if one["articles"]]
    return [
        Fill(
            name=name,
            share=share,
            articles=record["filled"][name],
            usual=median(known) if (known := [one[name] for one in shares if name in one]) else None,
        )
        for name, share in _shares(record).items()
    ]


def _shares(record: Record) -> dict[str, float]:
    articles = record["articles"]
    return {name: min(1.0, number / articles) for name, number in record["filled"].items()} if articles else {}
