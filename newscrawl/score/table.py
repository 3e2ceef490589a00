"""The figures of readers, as a table for people and as lines for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newscrawl.score.compare import FIGURES, Score

_MS = "ms/page", "worst ms"
_BEHIND_MS = "correspondents"
"""The columns before this one are those that other readers are measured by, too; the time stands behind them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One reader on one set of pages."""

    reader: str
    variant: str
    """What was done to the pages first: a name of `newscrawl.score.variants.VARIANTS`."""
    folders: list[str]
    score: Score

    @property
    def name(self) -> str:
        """The reader's name, with what was done to the pages."""
        return self.reader if self.variant == "clean" else f"{self.reader}, {self.variant}"


def table(rows: Sequence[Row]) -> str:
    """A Markdown table, a row for each reader; `-` is what a reader does not give back, or no page asks for."""
    names = [figure.name for figure in FIGURES]
    at = names.index(_BEHIND_MS)
    lines = [["", *names[:at], *_MS, *names[at:]]]
    for row in rows:
        cells = [_share(row.score.shares.get(name)) for name in names]
        times = sorted(took for took, _ in row.score.milliseconds)
        lines.append([row.name, *cells[:at], f"{_median(times):.1f}", f"{times[-1]:.0f}", *cells[at:]])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def record(row: Row) -> dict[str, object]:
    """A row for programs: reader, as, folders, pages, ms (median, worst, and the slowest page), shares."""
    times = sorted(row.score.milliseconds)
    return {
        "reader": row.reader,
        "as": row.variant,
        "folders": row.folders,
        "pages": len(times),
        "ms": {"median": _median([took for took, _ in times]), "worst": times[-1][0], "slowest": times[-1][1]},
        "shares": {name: round(share, 4) for name, share in row.score.shares.items()},
    }


def _share(value: float | None) -> str:
    """As printed in the tables of papers: .952.

    >>> _share(0.9524), _share(1.0), _share(None)
    ('.952', '1.000', '-')
    """
    return "-" if value is None else f"{value:.3f}".removeprefix("0")


def _median(ordered: Sequence[float]) -> float:
    return ordered[len(ordered) // 2]
