"""Feeds and lists whose addresses are not there: given up after a while.

A sitemap can name 50,000 addresses, made up or long gone, and each would cost the site and us a request.
"""

from __future__ import annotations

from collections import Counter

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from newscrawl.crawl.portal import PortalSpider
from newscrawl.crawl.refusals import FetchRefused
from newscrawl.crawl.request import NAMED_BY

MOST_DEAD = 50
"""Addresses in a row that answer 404 or 410. Old lists and sitemaps have gaps of some ten where articles were taken
down; a whole page of a list is seldom longer than this."""

GONE = (404, 410)


class DeadFeedMiddleware:
    """Refuses `dead_feed`: what a page names after `MOST_DEAD` of its addresses in a row were not there."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._dead: Counter[int] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DeadFeedMiddleware:
        """Build it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise `FetchRefused` when the page that named the address is given up."""
        number = request.meta.get(NAMED_BY)
        if number is not None and self._dead[number] >= MOST_DEAD:
            raise FetchRefused("dead_feed", f"named by {self._address(number)}", tried=False)

    def process_response(self, request: Request, response: Response) -> Response:
        """Count what is not there; one address that is there begins the count anew."""
        number = request.meta.get(NAMED_BY)
        if number is not None:
            if response.status in GONE:
                self._dead[number] += 1
            elif self._dead[number] < MOST_DEAD:
                self._dead.pop(number, None)
        return response

    def _address(self, number: int) -> str | None:
        spider = self._crawler.spider
        return spider.frontier.ledger.address(number) if isinstance(spider, PortalSpider) else None
