"""Files restored and written, with progress, and what was done, in numbers: what `scrapy restore` does."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from time import perf_counter
from typing import BinaryIO

from tqdm import tqdm

from newscrawl.bulk.reading import Batch, Form, read, total_size
from newscrawl.bulk.work import Tally, Work
from newscrawl.bulk.workers import in_order


def write_restored(paths: list[str], out: BinaryIO, work: Work, *, form: Form | None, jobs: int, shown: bool) -> Tally:
    """Restore the files in their order; returns what was done. `shown`: whether progress is."""
    tqdm.monitor_interval = 0  # its thread would be there when workers are forked
    total, started, waiting = Tally(), perf_counter(), deque[Batch]()
    with (
        tqdm(total=total_size(paths), unit="B", unit_scale=True, disable=not shown, dynamic_ncols=True) as bar,
        closing(in_order(work, _noted(read(paths, form), waiting), jobs)) as finished,
    ):
        for done in finished:
            batch = waiting.popleft()
            out.writelines([document.data for document in batch.documents] if done.data is None else [done.data])
            if out is sys.stdout.buffer:
                out.flush()  # whoever reads along should not wait
            for complaint in done.complaints:
                bar.write(f"scrapy restore: {complaint}", file=sys.stderr)
            total.add(done.tally)
            speed = total.documents / (perf_counter() - started)
            damaged = total.families.total()
            bar.set_postfix_str(f"{total.documents:,} docs, {speed:,.0f} docs/s, {damaged:,} damaged", refresh=False)
            bar.update(done.tally.consumed)
    return total


def _noted(batches: Iterator[Batch], waiting: deque[Batch]) -> Iterator[Batch]:
    """The batches, which wait until their turn to be written."""
    for batch in batches:
        waiting.append(batch)
        yield batch


def statistics(total: Tally, seconds: float) -> str:
    """What was done, for a person."""
    megabytes = total.size / 1e6
    rows = [
        ("documents", f"{total.documents:,}"),
        ("damaged", _listed(total.families)),
        ("repairs", _listed(total.repairs)),
        ("spots left", f"{total.spots:,}"),
        ("bad lines", f"{total.bad:,}"),
        ("unreadable", f"{total.unreadable:,}" if total.unreadable else ""),
        ("speed", f"{megabytes / seconds:.1f} MB/s ({megabytes:.1f} MB in {seconds:.1f} s)"),
    ]
    return "\n".join(f"{name:12}{value}" for name, value in rows if value)


def _listed(counts: dict[str, int]) -> str:
    total = f"{sum(counts.values()):,}"
    names = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    return f"{total}: {names}" if names else total
