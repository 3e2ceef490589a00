"""Files restored and written, with progress, and what was done, in numbers: what `scrapy restore` does."""

from __future__ import annotations

import sys
from contextlib import closing
from time import perf_counter
from typing import BinaryIO

from tqdm import tqdm

from newscrawl.bulk.reading import Form, read, total_size
from newscrawl.bulk.work import Tally, Work
from newscrawl.bulk.workers import in_order


def write_restored(paths: list[str], out: BinaryIO, work: Work, *, form: Form | None, jobs: int, shown: bool) -> Tally:
    """Restore the files in their order; returns what was done. `shown`: whether progress is."""
    tqdm.monitor_interval = 0  # its thread would be there when workers are forked
    total, started = Tally(), perf_counter()
    with (
        tqdm(total=total_size(paths), unit="B", unit_scale=True, disable=not shown, dynamic_ncols=True) as bar,
        closing(in_order(work, read(paths, form), jobs)) as finished,
    ):
        for done in finished:
            out.write(done.data)
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
