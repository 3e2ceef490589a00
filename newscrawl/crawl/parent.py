"""A crawl that was started by another process ends when that process is gone: else nobody would know that it runs."""

from __future__ import annotations

import asyncio
import logging
import os

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

logger = logging.getLogger(__name__)

_SECONDS = 1.0


class Parent:
    """Ends the crawl in order, as parent_gone, when the process that the setting PARENT names is its parent no more."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._parent = crawler.settings.getint("PARENT")
        self._loop = create_looping_call(self.look)
        self._end: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Parent:
        """Build it. Raises `NotConfigured` for a crawl that a person or a shell has started."""
        if not crawler.settings["PARENT"]:
            raise NotConfigured
        parent = cls(crawler)
        crawler.signals.connect(parent.spider_opened, signals.spider_opened)
        crawler.signals.connect(parent.spider_closed, signals.spider_closed)
        return parent

    def spider_opened(self) -> None:
        """Begin to look."""
        self._loop.start(_SECONDS, now=False)

    def spider_closed(self) -> None:
        """The run is over."""
        if self._loop.running:
            self._loop.stop()

    def look(self) -> None:
        """Look whether it is still there; a process whose parent ends is given another."""
        if os.getppid() != self._parent and not self._end:
            logger.error("the process that started this crawl (%d) is gone; the run ends", self._parent)
            assert self._crawler.engine
            self._end = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="parent_gone"))
