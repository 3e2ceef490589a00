"""Feeds that are given up."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from newscrawl.crawl.dead import MOST_DEAD, DeadFeedMiddleware
from newscrawl.crawl.refusals import FetchRefused
from newscrawl.crawl.request import NAMED_BY

SITEMAP, OTHER = 1, 2


def ask(middleware: DeadFeedMiddleware, status: int, named_by: int | None = SITEMAP) -> None:
    request = Request("http://a.cn/1", meta={NAMED_BY: named_by})
    middleware.process_request(request)
    middleware.process_response(request, Response(request.url, status=status))


@pytest.mark.parametrize("status", [404, 410])
def test_a_feed_is_given_up_when_nothing_it_names_is_there(status: int) -> None:
    middleware = DeadFeedMiddleware.from_crawler(get_crawler())
    for _ in range(MOST_DEAD):
        ask(middleware, status)
    with pytest.raises(FetchRefused, match="dead_feed"):
        ask(middleware, 200)
    ask(middleware, 404, OTHER)
    ask(middleware, 404, None)


@pytest.mark.parametrize("status", [200, 403, 500])
def test_gaps_are_forgiven(status: int) -> None:
    middleware = DeadFeedMiddleware.from_crawler(get_crawler())
    for _ in range(3):
        for _ in range(MOST_DEAD - 1):
            ask(middleware, 404)
        ask(middleware, status)
