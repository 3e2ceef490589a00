"""What a run did, in a few lines for a person; and whether it did what it should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from newscrawl.crawl.command import FAILED
from newscrawl.crawl.frontier import ADVICE

Record = Mapping[str, Any]

_COLUMNS = ("site", "pages", "articles", "restored", "refused", "recovered", "seconds")


def summary(records: Sequence[Record]) -> str:
    """The table of a run, from the record of each site (publish/record.py), in the order crawled.

    A row a site, then what was refused, who blocked us, which limits bit (and what to do about it), what was recovered,
    the expectations that were not met, and the files written.
    """
    rows = [_row(record) for record in records]
    parts = [table([_COLUMNS, *rows])]
    for kind in ("refused", "blocked", "limits", "recovered"):
        if counts := sum((Counter[str](record[kind]) for record in records), Counter[str]()):
            parts.append(_listing(kind, counts, ADVICE if kind == "limits" else {}))
    if short := [f"  {record['site']}: {message}" for record in records for message in shortfalls(record)]:
        parts.append("\n".join(["fell short", *short]))
    if paths := [path for record in records for path in _paths(record)]:
        parts.append("\n".join(["written", *(f"  {path}" for path in paths)]))
    return "\n\n".join(parts)


def shortfalls(record: Record) -> list[str]:
    """What a run did not bring, and what to look at; empty for one that did what it should."""
    unmet = [one["message"] for one in record["expectations"] if not one["passed"]]
    if record["finish_reason"] == "time_limit":
        return ["its time was up: the next run goes on, and --minutes gives more", *unmet]
    if record["finish_reason"] == "shutdown":
        return ["it was told to stop: the next run goes on", *unmet]
    if unmet or (record["expectations"] and record["finish_reason"] not in FAILED):
        return unmet
    return [f"ended with {record['finish_reason']} before it could say what it brought: look at the log"]


def seen(record: Record) -> int:
    """How many articles a run saw, new ones and known ones."""
    return int(record["articles"] + record["unchanged"] + record["known"])


def _row(record: Record) -> tuple[str, ...]:
    numbers = (
        record["pages"],
        record["articles"],
        record["restored"],
        sum(record["refused"].values()),
        sum(record["recovered"].values()),
    )
    return (record["site"], *map(str, numbers), f"{record['seconds']:.1f}")


def _paths(record: Record) -> Iterable[str]:
    yield from record["files"]["articles"]
    if rejects := record["files"]["rejects"]:
        yield rejects
    yield from record["files"].get("warc", ())  # records of earlier versions have none


def table(rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Columns aligned: the first `left` of them to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths, left).rstrip() for row in rows)


def _aligned(row: Sequence[str], widths: Sequence[int], left: int) -> str:
    cells = zip(row, widths, strict=True)
    return "  ".join(cell.ljust(w) if at < left else cell.rjust(w) for at, (cell, w) in enumerate(cells))


def _listing(kind: str, counts: Counter[str], says: Mapping[str, str]) -> str:
    width, digits = max(map(len, counts)), max(len(str(count)) for count in counts.values()) if says else 0
    lines = (
        f"  {name.ljust(width)}  {str(count).rjust(digits)}  {says.get(name, '')}".rstrip()
        for name, count in sorted(counts.items())
    )
    return "\n".join([kind, *lines])
