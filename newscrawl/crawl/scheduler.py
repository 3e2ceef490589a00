"""Scrapy's scheduler, fed from the ledger: requests are made when there is room for them, and none is kept on disk.

What waits is rows of the ledger, not pickled requests: it survives kill -9, and a million of them cost no memory.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.core.scheduler import Scheduler

from newscrawl.crawl.portal import PortalSpider

# Enough that Scrapy's queue can choose among hosts, and that a query serves many pages.
_ROOM = 64


class LedgerScheduler(Scheduler):
    """Keeps the requests of the moment in memory; asks a portal's spider for more when few are left."""

    def has_pending_requests(self) -> bool:
        """Whether there is anything to fetch."""
        if isinstance(self.spider, PortalSpider) and self.spider.frontier.ledger.lost:
            return True  # the keeper ends the run, and says why; it has not finished
        self._fill()
        return super().has_pending_requests()

    def next_request(self) -> Request | None:
        """The next request, or None when there is nothing to fetch at the moment."""
        self._fill()
        return super().next_request()

    def _fill(self) -> None:
        if isinstance(self.spider, PortalSpider) and len(self) < _ROOM // 2:
            for request in self.spider.requests(_ROOM):
                self.enqueue_request(request)
