"""Scrapy's downloader middlewares, made to say why: each refusal leaves as `FetchRefused` with its reason."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from newscrawl.crawl.links import canonical
from newscrawl.crawl.portal import PortalSpider
from newscrawl.crawl.refusals import FetchRefused, refusal_of
from newscrawl.crawl.request import unconditional

logger = logging.getLogger(__name__)

# Bytes of a robots.txt that are read (RFC 9309, 2.5): what 8 MB of rules say would take two seconds for each address.
_MOST_RULES = 500 * 1024
_ANSWERS = "robots.txt answers"
# Refusals of a robots.txt that is there, as far as anybody knows.
_UNREAD = frozenset(("unreachable", "timeout", "truncated", "bad_answer", "too_large", "redirect_loop"))


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
    """Refuses `robots_denied`, and `unreachable` while a host's robots.txt cannot be had, for an error of the server or
    of the network: what cannot be read forbids everything (RFC 9309, 2.3.1.4), where Scrapy takes the error page for
    rules, and no page for leave. What the guard or the site's limits keep us from asking for is no rule."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreadable: dict[str, str] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of a host, for all who wait for them: Scrapy's Deferred gives them to the first, and None, which is
        leave, to the others."""
        await super().robot_parser(request)
        rules = self._parsers[urlparse_cached(request).netloc]
        assert not isinstance(rules, Deferred)
        return rules

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == HTTPStatus.TOO_MANY_REQUESTS:
            self._unreadable[netloc] = f"{_ANSWERS} {response.status}"
        if len(response.body) > _MOST_RULES:
            # a rule cut in two would be another rule
            response = response.replace(body=response.body[:_MOST_RULES].rpartition(b"\n")[0])
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        refused = refusal_of(exc)
        if refused.reason in _UNREAD or getattr(refused, "http_status", None) == HTTPStatus.TOO_MANY_REQUESTS:
            why = f"robots.txt cannot be had: {refused.reason} {refused.detail}".rstrip()
            self._unreadable[netloc] = refused.detail if refused.reason == "unreachable" else why
        super()._robots_error(exc, netloc)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Scrapy's hook for a request whose robots.txt has been read."""
        if why := self._unreadable.get(urlparse_cached(request).netloc):
            # a host that answers is there, whatever it answers; one that does not may be gone
            raise FetchRefused("unreachable", why, tried=not why.startswith(_ANSWERS))
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as denied:
            raise FetchRefused("robots_denied", "robots.txt forbids it") from denied


class SiteRedirectMiddleware(RedirectMiddleware):
    """Refuses `redirect_loop`, `offsite` for a redirect that leaves the site, which Scrapy drops without a word,
    `bad_answer` for one that leads to no address, and `truncated` for a part of a page, for which nobody asked."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Follow a redirect within the site."""
        if response.status == HTTPStatus.PARTIAL_CONTENT:
            _check_whole(response)
        try:
            target = super().process_response(request, response)
        except IgnoreRequest as limit:
            raise FetchRefused("redirect_loop", f"{self.max_redirect_times} redirects, then {request.url}") from limit
        except ValueError as problem:
            raise FetchRefused("bad_answer", f"Location: {problem}"[:200], http_status=response.status) from problem
        if not isinstance(target, Request):
            return target
        self._check(target, request)
        return unconditional(target)

    def _check(self, target: Request, request: Request) -> None:
        if canonical(target.url) is None:
            raise FetchRefused("bad_answer", f"Location: {target.url}"[:200])
        if target.url in [*request.meta.get("redirect_urls", []), request.url]:
            raise FetchRefused("redirect_loop", f"back to {target.url}")
        spider = self.crawler.spider
        robots_txt = request.meta.get("dont_obey_robotstxt")
        if isinstance(spider, PortalSpider) and not robots_txt and not spider.on_site(target.url):
            raise FetchRefused("offsite", f"redirected to {target.url}")


def _check_whole(response: Response) -> None:
    """Raises `FetchRefused("truncated")` for an answer that says it is a part, unless the part is all there is."""
    told = response.headers.get("Content-Range") or b""
    part = re.fullmatch(rb"bytes 0-(\d{1,15})/(\d{1,15})", told.strip())
    if not (part and int(part[1]) + 1 == int(part[2])):
        detail = f"a part of it: {told.decode('latin-1')[:100]}".rstrip(": ")
        raise FetchRefused("truncated", detail, http_status=response.status)
