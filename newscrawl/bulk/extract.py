"""Articles out of files of any number: what `scrapy extract` does."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timezone
from typing import Any

from newscrawl import flow
from newscrawl.crawl.files import Source, count_pages, open_paths
from newscrawl.items import Article
from newscrawl.judge.repeat import Seen
from newscrawl.progress import Counts, Line, Pace, told
from newscrawl.publish.feed import to_line
from newscrawl.publish.rejects import reject_line
from newscrawl.refused import Refused
from newscrawl.shown import visible


class Extraction:
    """Reads pages, and writes a line for each article and, if `rejects` is a file, for each refusal."""

    def __init__(self, out: Any, rejects: Any, line: Line) -> None:
        self._out, self._rejects, self._line = out, rejects, line
        self._seen = Seen()
        self._counts = Counts()
        self._total: int | None = None
        self._started = time.monotonic()
        self._pace = Pace(self._started)

    def read(self, paths: list[str]) -> Counter[str]:
        """Read all paths; returns how many articles came out, were refused by reason, and how many paths failed."""
        counts: Counter[str] = Counter()
        self._total = count_pages(paths) if self._line.drawn else None
        for source in open_paths(paths):
            if source.error:
                self._line.write(f"scrapy extract: {visible(source.error)}\n")
                counts["unreadable"] += source.fatal
            else:
                counts[self._one(source)] += 1
                self._line.show(self._text)
        return counts

    def _one(self, source: Source) -> str:
        """Read a page; returns what it came to: "article", or the reason of its refusal."""
        self._counts.pages += 1
        try:
            article = _read(source, self._seen)
        except Refused as refused:
            self._counts.refused += 1
            self._reject(refused, source)
            return refused.reason
        self._counts.articles += 1
        self._counts.restored += article.restored is not None
        self._out.write(to_line(article) + "\n")
        return "article"

    def _reject(self, refused: Refused, source: Source) -> None:
        if self._rejects is not None:
            refused.url = refused.url or source.name
            self._rejects.write(reject_line(refused, site=None, fetched_at=datetime.now(timezone.utc)) + "\n")

    def _text(self) -> str:
        now = time.monotonic()
        pace = self._pace.at(now, self._counts.pages)
        left = (self._total - self._counts.pages) / pace if self._total and pace else None
        name = f"{self._counts.pages / self._total:.0%}" if self._total else "extract"
        return told(name, now - self._started, self._counts, pace, left)


def _read(source: Source, seen: Seen) -> Article:
    if source.refused:
        raise source.refused
    article = flow.run(source.article())
    flow.judge_repeat(article, seen)
    return article
