"""Counts what went well in the end, for the summary of a run."""

from __future__ import annotations

from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from newscrawl.items import Article


class Tally:
    """Counts `newscrawl/restored`, and `newscrawl/recovered/<what>`: answers that came late or after a failure."""

    def __init__(self, stats: StatsCollector, slow: float) -> None:
        self._stats = stats
        self._slow = slow

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Tally:
        """Build it; SLOW_FIRST_BYTE is in seconds."""
        tally = cls(crawler.stats, crawler.settings.getfloat("SLOW_FIRST_BYTE"))
        crawler.signals.connect(tally.response_received, signals.response_received)
        crawler.signals.connect(tally.item_scraped, signals.item_scraped)
        return tally

    def response_received(self, response: Response, request: Request) -> None:
        """Count an answer that is an answer at last."""
        if response.status >= 400:
            return
        if request.meta.get("retry_times"):
            self._stats.inc_value("newscrawl/recovered/retried")
        if request.meta.get("download_latency", 0.0) > self._slow:
            self._stats.inc_value("newscrawl/recovered/slow_first_byte")

    def item_scraped(self, item: Any) -> None:
        """Count an article whose text had to be given back."""
        if isinstance(item, Article) and item.restored is not None:
            self._stats.inc_value("newscrawl/restored")
