"""What a run did, in a few lines for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Stats = Mapping[str, Any]

# Runs that ended before they could do their work.
_FAILED = ("already_running", "output_unwritable", "ledger_unusable", "wrong_setting", "unsafe_settings", "start_error")
_COLUMNS = ("site", "pages", "articles", "restored", "refused", "recovered", "seconds")


def summary(runs: Mapping[str, Stats]) -> str:
    """The table of a run: name of the site -> Scrapy's stats of its crawl, in the order crawled.

    A row a site, then what was refused and what was recovered by name, then the files written.
    """
    rows = [_row(site, stats) for site, stats in runs.items()]
    parts = [table([_COLUMNS, *rows])]
    for kind in ("refused", "recovered"):
        if counts := sum((_counts(stats, kind) for stats in runs.values()), Counter[str]()):
            parts.append(_listing(kind, counts))
    if paths := [path for stats in runs.values() for path in _paths(stats)]:
        parts.append("\n".join(["written", *(f"  {path}" for path in paths)]))
    return "\n\n".join(parts)


def fell_short(stats: Stats) -> bool:
    """Whether a crawl saw no article, new or known, or could not write what it brought; `stats` are Scrapy's."""
    seen = any(stats.get(name) for name in ("item_scraped_count", "newscrawl/known", "newscrawl/unchanged"))
    unwritten = any(key.startswith("feedexport/failed_count") for key in stats)
    return not seen or unwritten or stats.get("finish_reason") in _FAILED


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


def table(rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Columns aligned: the first `left` of them to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths, left).rstrip() for row in rows)


def _aligned(row: Sequence[str], widths: Sequence[int], left: int) -> str:
    cells = zip(row, widths, strict=True)
    return "  ".join(cell.ljust(w) if at < left else cell.rjust(w) for at, (cell, w) in enumerate(cells))


def _listing(kind: str, counts: Counter[str]) -> str:
    width = max(map(len, counts))
    lines = (f"  {name.ljust(width)}  {count}" for name, count in sorted(counts.items()))
    return "\n".join([kind, *lines])
