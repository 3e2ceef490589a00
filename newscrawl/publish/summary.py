"""What a run did, in a few lines for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from newscrawl.crawl.frontier import ADVICE

Stats = Mapping[str, Any]

_COLUMNS = ("site", "pages", "articles", "restored", "refused", "recovered", "seconds")


def summary(runs: Mapping[str, Stats]) -> str:
    """The table of a run: name of the site -> Scrapy's stats of its crawl, in the order crawled.

    A row a site, then what was refused, who blocked us, which limits bit (and what to do about it) and what was
    recovered, then the files written.
    """
    rows = [_row(site, stats) for site, stats in runs.items()]
    parts = [_table([_COLUMNS, *rows])]
    for kind in ("refused", "blocked", "limits", "recovered"):
        if counts := sum((_counts(stats, kind) for stats in runs.values()), Counter[str]()):
            parts.append(_listing(kind, counts, ADVICE if kind == "limits" else {}))
    if paths := [path for stats in runs.values() for path in _paths(stats)]:
        parts.append("\n".join(["written", *(f"  {path}" for path in paths)]))
    return "\n\n".join(parts)


def fell_short(stats: Stats) -> bool:
    """Whether a crawl brought no article, or could not write what it brought; `stats` are Scrapy's."""
    return not stats.get("item_scraped_count") or any(key.startswith("feedexport/failed_count") for key in stats)


def _row(site: str, stats: Stats) -> tuple[str, ...]:
    numbers = (
        stats.get("response_received_count", 0),
        stats.get("item_scraped_count", 0),
        stats.get("newscrawl/restored", 0),
        _counts(stats, "refused").total(),
        _counts(stats, "recovered").total(),
    )
    return (site, *map(str, numbers), f"{stats.get('elapsed_time_seconds', 0.0):.1f}")


def _counts(stats: Stats, kind: str) -> Counter[str]:
    prefix = f"newscrawl/{kind}/"
    return Counter({key.removeprefix(prefix): count for key, count in stats.items() if key.startswith(prefix)})


def _paths(stats: Stats) -> Iterable[str]:
    yield from stats.get("newscrawl/files/articles", [])
    if rejects := stats.get("newscrawl/files/rejects"):
        yield rejects


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Columns aligned: the first to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )
    return "\n".join(lines)


def _listing(kind: str, counts: Counter[str], says: Mapping[str, str]) -> str:
    width, digits = max(map(len, counts)), max(len(str(count)) for count in counts.values()) if says else 0
    lines = (
        f"  {name.ljust(width)}  {str(count).rjust(digits)}  {says.get(name, '')}".rstrip()
        for name, count in sorted(counts.items())
    )
    return "\n".join([kind, *lines])
