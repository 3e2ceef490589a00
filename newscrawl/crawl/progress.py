"""Progress of a crawl: a line on the terminal, or counts in a file for the run that started it."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from newscrawl.crawl.portal import PortalSpider
from newscrawl.progress import SECONDS, Counts, Line, Pace, drawn, told
from newscrawl.publish.record import named
from newscrawl.publish.written import written_whole


class Progress:
    """Shows twice a second what the crawl has done. Log lines pass above the line, which goes when the crawl ends."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._file = crawler.settings["PROGRESS_FILE"]
        self._line = Line(drawn=not self._file)
        self._log: logging.StreamHandler[Any] | None = None
        self._loop = create_looping_call(self.show)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """Build it. Raises `NotConfigured` where there is nobody to see it."""
        settings = crawler.settings
        mixed = sys.stdout.isatty() and any(str(feed).startswith("stdout:") for feed in settings.getdict("FEEDS"))
        kept = settings.getbool("LEDGER_ENABLED")  # commands that only look are no long work
        if not (settings["PROGRESS_FILE"] or (kept and drawn(settings, mixed=mixed))):
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self, spider: Spider) -> None:
        """Begin to show."""
        self._spider = spider
        self._started = time.monotonic()
        self._pace = Pace(self._started)
        if not self._file:
            self._take_log()
        self._loop.start(SECONDS, now=False)

    def spider_closed(self) -> None:
        """Take the line away."""
        if self._loop.running:
            self._loop.stop()
        self._line.close()
        if self._log:
            self._log.setStream(sys.stderr)

    def show(self) -> None:
        """Draw the line, or write the counts."""
        if self._file:
            with suppress(OSError), written_whole(Path(self._file)) as file:
                file.write(json.dumps(asdict(counts_of(self._crawler.stats.get_stats()))).encode())
        else:
            self._line.show(self._text)

    def _text(self) -> str:
        now, counts = time.monotonic(), counts_of(self._crawler.stats.get_stats())
        pace = self._pace.at(now, counts.pages)
        return told(self._spider.name, now - self._started, counts, pace, self._left(pace, now - self._started))

    def _left(self, pace: float, seconds: float) -> float | None:
        """How many seconds are left, when that is known."""
        if not isinstance(self._spider, PortalSpider) or not pace:
            return None
        remaining = self._spider.frontier.remaining()
        if remaining is None:
            return None
        return min(remaining / pace, max(0.0, 60 * self._spider.frontier.limits.minutes - seconds))

    def _take_log(self) -> None:
        """Let what is logged to the terminal pass above the line."""
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                self._log = handler
                handler.setStream(self._line)


def counts_of(stats: Mapping[str, Any]) -> Counts:
    """What a crawl has done so far, from Scrapy's stats.

    >>> counts_of({"response_received_count": 3, "newscrawl/refused/forum": 1, "newscrawl/refused/novel": 1}).refused
    2
    """
    return Counts(
        pages=stats.get("response_received_count", 0),
        articles=stats.get("newscrawl/articles", 0),
        known=stats.get("newscrawl/known", 0),
        refused=sum(named(stats, "refused").values()),
        restored=stats.get("newscrawl/restored", 0),
    )
