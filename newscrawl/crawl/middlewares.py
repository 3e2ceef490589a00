"""Scrapy's downloader middlewares, made to say why: each refusal leaves as `FetchRefused` with its reason."""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from newscrawl.crawl.portal import PortalSpider
from newscrawl.crawl.refusals import FetchRefused, refusal_of

logger = logging.getLogger(__name__)


class RefusalMiddleware:
    """Nearest to the engine: turns every failure that the others left into a refusal.

    Scrapy logs other exceptions with a traceback, and twice for robots.txt; a site that is down is no fault of ours.
    """

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raise the exception's name; an unknown one is logged with its traceback besides."""
        refused = refusal_of(exception)
        if refused is exception:
            return
        if refused.reason == "internal_error":
            logger.error("%s failed in an unknown way", request.url, exc_info=exception)
        raise refused from exception


class RobotsMiddleware(RobotsTxtMiddleware):
    """Refuses `robots_denied`, and `unreachable` while a host's robots.txt answers with a server error: what cannot be
    read forbids everything (RFC 9309, 2.3.1.4), where Scrapy takes the error page for rules."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreadable: dict[str, int] = {}

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._unreadable[netloc] = response.status
        await super()._parse_robots(response, netloc, request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Scrapy's hook for a request whose robots.txt has been read."""
        if status := self._unreadable.get(urlparse_cached(request).netloc):
            raise FetchRefused("unreachable", f"robots.txt answers {status}", tried=False)
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as denied:
            raise FetchRefused("robots_denied", "robots.txt forbids it") from denied


class SiteRedirectMiddleware(RedirectMiddleware):
    """Refuses `redirect_loop`, and `offsite` for a redirect that leaves the site, which Scrapy drops without a word."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Follow a redirect within the site."""
        try:
            target = super().process_response(request, response)
        except IgnoreRequest as limit:
            raise FetchRefused("redirect_loop", f"{self.max_redirect_times} redirects, then {request.url}") from limit
        if isinstance(target, Request):
            self._check(target, request)
        return target

    def _check(self, target: Request, request: Request) -> None:
        if target.url in [*request.meta.get("redirect_urls", []), request.url]:
            raise FetchRefused("redirect_loop", f"back to {target.url}")
        spider = self.crawler.spider
        robots_txt = request.meta.get("dont_obey_robotstxt")
        if isinstance(spider, PortalSpider) and not robots_txt and not spider.on_site(target.url):
            raise FetchRefused("offsite", f"redirected to {target.url}")
