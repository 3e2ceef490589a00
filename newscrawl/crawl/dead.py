"""Feeds and lists whose addresses are not there: given up after a while.

A sitemap can name 50,000 addresses, made up or long gone, and each would cost the site and us a request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from newscrawl.crawl.refusals import FetchRefused

MOST_DEAD = 50
"""Addresses in a row that answer 404 or 410. Old lists and sitemaps have gaps of some ten where articles were taken
down; a whole page of a list is seldom longer than this."""

_GONE = (404, 410)
_NAMED_BY = "named_by"


class NamedBy:
    """Spider middleware: writes on each request which page named it."""

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Pass everything on."""
        async for output in result:
            if isinstance(output, Request):
                output.meta.setdefault(_NAMED_BY, response.url)
            yield output


class DeadFeedMiddleware:
    """Refuses `dead_feed`: what a page names after `MOST_DEAD` of its addresses in a row were not there."""

    def __init__(self) -> None:
        self._dead: Counter[str] = Counter()

    def process_request(self, request: Request) -> None:
        """Raise `FetchRefused` when the page that named the address is given up."""
        name = request.meta.get(_NAMED_BY)
        if name and self._dead[name] >= MOST_DEAD:
            raise FetchRefused("dead_feed", f"named by {name}")

    def process_response(self, request: Request, response: Response) -> Response:
        """Count what is not there; one address that is there begins the count anew."""
        if name := request.meta.get(_NAMED_BY):
            if response.status in _GONE:
                self._dead[name] += 1
            elif self._dead[name] < MOST_DEAD:
                self._dead.pop(name, None)
        return response
