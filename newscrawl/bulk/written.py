"""Files restored and written, with progress, and what was done, in numbers: what `scrapy restore` does."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, closing
from io import SEEK_CUR, BytesIO
from time import perf_counter
from typing import BinaryIO

from tqdm import tqdm

from newscrawl.bulk.reading import Batch, ChangedError, Form, read, total_size
from newscrawl.bulk.work import Done, Tally, Work
from newscrawl.bulk.workers import in_order


def write_restored(paths: list[str], out: BinaryIO, work: Work, *, form: Form | None, jobs: int, shown: bool) -> Tally:
    """Restore the files in their order; returns what was done. `shown`: whether progress is."""
    tqdm.monitor_interval = 0  # its thread would be there when workers are forked
    total, started, waiting, came = Tally(), perf_counter(), deque[Batch](), _Came()
    # one process holds a file open, whatever becomes of its name; a difference tells lines, which spans do not know
    batches = read(paths, form, spans=jobs > 1 and not work.show)
    with (
        tqdm(total=total_size(paths), unit="B", unit_scale=True, disable=not shown, dynamic_ncols=True) as bar,
        closing(in_order(work, _noted(batches, waiting), jobs)) as finished,
        closing(came),
    ):
        for done in finished:
            if came.is_over(batch := waiting.popleft()):
                continue
            for complaint in came.write(batch, done, out):
                bar.write(f"scrapy restore: {complaint}", file=sys.stderr)
            if out is sys.stdout.buffer:
                out.flush()  # whoever reads along should not wait
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


class _Came:
    """What came in, batch by batch: where nothing is changed it goes out again."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._file: BinaryIO | None = None
        self._problem: str | None = None
        """Why it cannot be opened."""
        self._lines = 0
        """Lines of the file before the batch; 0 where documents know their own."""
        self._over = False

    def is_over(self, batch: Batch) -> bool:
        """Whether the file could not be read to its end, and the batch would stand behind that."""
        if not batch.place or not batch.place.span.start:
            self._begin(batch)
        return self._over

    def write(self, batch: Batch, done: Done, out: BinaryIO) -> Iterator[str]:
        """Write a batch; gives what was wrong with it."""
        if why := self._put(batch, done, out):
            done.error, done.complaints = f"cannot read {batch.name} to its end: {why}", []
        yield from (f"{batch.name}:{self._lines + line}: {why}; passed through" for line, why in done.complaints)
        self._lines += done.lines if batch.place else 0
        if done.error:
            self._over, done.tally.unreadable = True, 1
            yield done.error

    def _put(self, batch: Batch, done: Done, out: BinaryIO) -> str | None:
        """Write what a batch came to; why that is not all, when it is not."""
        if self._problem:
            return self._problem
        try:
            self._check(batch)
            source = self._file or BytesIO(b"".join(document.data for document in batch.documents))
            for size, data in done.pieces:
                if data is None:
                    _copy(source, size, out)
                else:
                    source.seek(size, SEEK_CUR)
                    out.write(data)
            self._check(batch)
        except ChangedError as error:
            return error.strerror
        return None

    def _check(self, batch: Batch) -> None:
        if batch.place and self._file:
            batch.place.check(self._file)

    def close(self) -> None:
        """Close the file."""
        self._open.close()

    def _begin(self, batch: Batch) -> None:
        self.close()
        self._file, self._problem, self._lines, self._over = None, None, 0, False
        try:
            self._file = self._open.enter_context(batch.place.opened(batch.name)) if batch.place else None
        except OSError as error:
            self._problem = error.strerror


def _copy(source: BinaryIO, size: int, out: BinaryIO) -> None:
    """Write the next bytes, or as many as there are."""
    while size and (block := source.read(min(size, 1 << 20))):
        out.write(block)
        size -= len(block)


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
