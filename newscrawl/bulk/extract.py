"""Articles out of files of any number, on as many processes as one likes: what `scrapy extract` does."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TextIO

from newscrawl.archives import Columns, Source, open_sources
from newscrawl.archives.paths import count_pages
from newscrawl.bulk.pages import Batch, Outcome, read_batch
from newscrawl.bulk.workers import in_order
from newscrawl.judge.repeat import Seen
from newscrawl.progress import Counts, Line, Pace, told
from newscrawl.publish.rejects import reject_line
from newscrawl.refused import Refused
from newscrawl.shown import visible

_MOST_BYTES = 512 * 1024
"""Of pages in a batch: some eight, a tenth of a second's work, so that processes are not bothered for every page."""
_MOST_PAGES = 64


class Extraction:
    """Reads pages, and writes a line for each article and, if `rejects` is a file, for each refusal.

    The lines come in the order of the pages, the same for every number of processes.
    """

    def __init__(self, out: TextIO, rejects: TextIO | None, line: Line, jobs: int = 1) -> None:
        self._out, self._rejects, self._line, self._jobs = out, rejects, line, jobs
        self._seen = Seen()
        self._counts = Counts()
        self._total: int | None = None
        self._started = time.monotonic()
        self._pace = Pace(self._started)

    def read(self, paths: list[str], columns: Columns) -> Counter[str]:
        """Read all paths; returns how many articles came out, were refused by reason, and how many paths failed.

        Raises `WorkerLostError`.
        """
        counts: Counter[str] = Counter()
        self._total = count_pages(paths) if self._line.drawn else None
        batches = batched(open_sources(paths, columns), 1 if self._jobs == 1 else _MOST_PAGES)
        with closing(in_order(read_batch, batches, self._jobs)) as finished:
            for outcome in (outcome for outcomes in finished for outcome in outcomes):
                if outcome.error:
                    self._line.write(f"scrapy extract: {visible(outcome.error)}\n")
                    counts["unreadable"] += outcome.fatal
                if outcome.reason:
                    counts[self._one(outcome)] += 1
                    self._line.show(self._text)
        return counts

    def _one(self, outcome: Outcome) -> str:
        """Write a line; returns what the page came to: "article", or the reason of its refusal."""
        self._counts.pages += 1
        reason, line = outcome.reason, outcome.line
        if reason == "article" and (repeat := self._seen.reason_against(outcome.urls, outcome.content_hash)):
            reason, line = repeat[0], _repeat_line(outcome, *repeat)
        if reason == "article":
            self._counts.articles += 1
            self._counts.restored += outcome.restored
            self._out.write(line + "\n")
        else:
            self._counts.refused += 1
            if self._rejects is not None:
                self._rejects.write(line + "\n")
        return reason

    def _text(self) -> str:
        now = time.monotonic()
        pace = self._pace.at(now, self._counts.pages)
        left = (self._total - self._counts.pages) / pace if self._total and pace else None
        name = f"{self._counts.pages / self._total:.0%}" if self._total else "extract"
        return told(name, now - self._started, self._counts, pace, left)


def batched(sources: Iterable[Source], most: int) -> Iterator[Batch]:
    """The sources in batches of at most so many, with `_MOST_BYTES` of pages or a little more."""
    batch, size = Batch(), 0
    for source in sources:
        batch.sources.append(source)
        size += sum(len(page.body) + len(page.text) for page in (source.page, *source.more))
        if len(batch.sources) >= most or size >= _MOST_BYTES:
            yield batch
            batch, size = Batch(), 0
    if batch.sources:
        yield batch


def _repeat_line(outcome: Outcome, reason: str, detail: str) -> str:
    record = json.loads(outcome.line)
    refused = Refused(reason, detail, url=record["url"], trace=record["trace"])
    return reject_line(refused, site=None, fetched_at=outcome.fetched_at, http_status=record["http_status"])
