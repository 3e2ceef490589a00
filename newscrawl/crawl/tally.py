"""Counts what a run does, for its summary and its record."""

from __future__ import annotations

from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from newscrawl.items import Article
from newscrawl.publish.counted import Counted


class Tally:
    """Counts `newscrawl/restored`, `newscrawl/fetch_seconds`, and `newscrawl/recovered/<what>`: answers that came late
    or after a failure. What has no place among the stats is in `counted`.
    """

    def __init__(self, stats: StatsCollector, slow: float) -> None:
        self._stats = stats
        self._slow = slow
        self.counted = Counted()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Tally:
        """Build it; SLOW_FIRST_BYTE is in seconds."""
        tally = cls(crawler.stats, crawler.settings.getfloat("SLOW_FIRST_BYTE"))
        crawler.signals.connect(tally.response_received, signals.response_received)
        crawler.signals.connect(tally.item_scraped, signals.item_scraped)
        crawler.signals.connect(tally.item_lost, signals.item_dropped)
        crawler.signals.connect(tally.item_lost, signals.item_error)
        return tally

    def response_received(self, response: Response, request: Request) -> None:
        """Count how long an answer took, and one that is an answer at last."""
        latency = request.meta.get("download_latency", 0.0)
        self._stats.inc_value("newscrawl/fetch_seconds", latency, 0.0)  # type: ignore[arg-type]  # any number will do
        if response.status >= 400:
            return
        if request.meta.get("retry_times"):
            self._stats.inc_value("newscrawl/recovered/retried")
        if latency > self._slow:
            self._stats.inc_value("newscrawl/recovered/slow_first_byte")

    def item_scraped(self, item: Any) -> None:
        """Count an article, and let go of what was measured for it."""
        if not isinstance(item, Article):
            return
        if item.restored is not None:
            self._stats.inc_value("newscrawl/restored")
        self.counted.article(item)
        item.measured = None

    def item_lost(self, item: Any) -> None:
        """Count the work on a page that was refused."""
        if isinstance(item, Article):
            self.counted.work(item)
            item.measured = None
