"""What a run may cost: megabytes and minutes. A run that has used them up ends in order, and says which."""

from __future__ import annotations

import asyncio
import logging

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from newscrawl.crawl.frontier import ADVICE
from newscrawl.crawl.portal import PortalSpider

logger = logging.getLogger(__name__)

_MEGABYTE = 1_000_000


class Budgets:
    """Ends a run whose `limits.megabytes` or `limits.minutes` are used up.

    What is on its way is finished, what waits is left. The finish_reason is megabytes_limit or minutes_limit, and
    `newscrawl/limits/megabytes` or `/minutes` stands in the stats.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._bytes_left = 0
        self._alarm: asyncio.TimerHandle | None = None
        self._end: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Budgets:
        """Build it; only spiders of ours have limits."""
        budgets = cls(crawler)
        crawler.signals.connect(budgets.spider_opened, signals.spider_opened)
        crawler.signals.connect(budgets.spider_closed, signals.spider_closed)
        return budgets

    def spider_opened(self, spider: Spider) -> None:
        """Begin to count."""
        if not isinstance(spider, PortalSpider):
            return
        limits = spider.frontier.limits
        self._bytes_left = limits.megabytes * _MEGABYTE
        self._crawler.signals.connect(self.bytes_received, signals.bytes_received)
        self._alarm = asyncio.get_running_loop().call_later(60 * limits.minutes, self._bite, "minutes")

    def bytes_received(self, data: bytes) -> None:
        """Count what comes over the wire: bodies as they are sent, those too that are cut off as too large."""
        self._bytes_left -= len(data)
        if self._bytes_left <= 0:
            self._bite("megabytes")

    def spider_closed(self) -> None:
        """The run is over."""
        if self._alarm:
            self._alarm.cancel()

    def _bite(self, limit: str) -> None:
        if self._end:
            return
        logger.warning("%s: %s", limit, ADVICE[limit])
        self._crawler.stats.inc_value(f"newscrawl/limits/{limit}")
        engine = self._crawler.engine
        assert engine is not None
        self._end = asyncio.ensure_future(engine.close_spider_async(reason=f"{limit}_limit"))
