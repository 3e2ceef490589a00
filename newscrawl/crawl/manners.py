"""How a host's answers change what we ask of it: crawl-delay, Retry-After, blocks. hosts.py sees that it is kept."""

from __future__ import annotations

import logging
import time
from email.utils import parsedate_to_datetime

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser

from newscrawl.crawl.blocked import blocked_by
from newscrawl.crawl.dead import GONE
from newscrawl.crawl.frontier import ADVICE
from newscrawl.crawl.hosts import Host, HostDownloader, PutBack
from newscrawl.crawl.refusals import FetchRefused
from newscrawl.crawl.response import page_of

logger = logging.getLogger(__name__)

NOT_NOW = frozenset({429, 503})
"""Too many requests; not available at the moment. Both may come with Retry-After."""


def retry_after(value: str, now: float) -> float | None:
    """How many seconds a Retry-After header asks for, none of them negative; None when it cannot be read.

    `value` is a number of seconds or an HTTP date, `now` is seconds since 1970.

    >>> retry_after("120", 0), retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 10), retry_after("soon", 0)
    (120.0, 50.0, None)
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])  # thirty years are as good as more, and no overflow
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


class MannersMiddleware:
    """Refuses `blocked`: answers that are a no, and every request to a host that is given up.

    It stands between the unpacking of pages and Scrapy's retries: 429 and 503 are tried again from here, when the host
    has had its rest.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._user_agent: str = settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]
        self._most_crawl_delay = settings.getfloat("CRAWL_DELAY_MAX")
        self._first_rest = settings.getfloat("REST_START")
        self._most_rest = settings.getfloat("REST_MAX")
        self._most_blocked_delay = settings.getfloat("BLOCKED_DELAY_MAX")
        self._most_blocked = settings.getint("BLOCKED_IN_A_ROW")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> MannersMiddleware:
        """Build it and let it hear of each robots.txt that is read."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.robots_parsed, signals.robots_parsed)
        return middleware

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Take over the crawl-delay of robots.txt, as far as it is reasonable."""
        asked = robotparser.crawl_delay(self._user_agent)
        if not asked:
            return
        host = self._host(request)
        if asked > self._most_crawl_delay:
            most = self._most_crawl_delay
            logger.warning("%s: robots.txt asks for a crawl-delay of %g s; it gets %g s", host.name, asked, most)
        host.delay = max(host.delay, min(asked, self._most_crawl_delay))
        logger.info("%s: requests at least %g s apart", host.name, host.delay)

    def process_request(self, request: Request) -> None:
        """Raise `FetchRefused` when the host is given up."""
        if given_up := self._host(request).given_up:
            raise FetchRefused("blocked", given_up, tried=False)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Let pages pass. Raises `FetchRefused("blocked")`; "not now" is tried again after a rest."""
        host = self._host(request)
        if block := blocked_by(response.status, page_of(response).headers, response.body):
            raise self._blocked(host, block, response.status)
        if response.status in NOT_NOW:
            return self._again(request, response, host)
        if response.status < 400 or response.status in GONE:
            host.answered()
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """What had not left goes back to the scheduler, which has seen it before. robots.txt never came from there."""
        if isinstance(exception, PutBack) and request.callback is not NO_CALLBACK:
            return request.replace(dont_filter=True)
        return None

    def _again(self, request: Request, response: Response, host: Host) -> Request | Response:
        """The request once more, its host left alone; or, when it was tried often enough, what it comes to."""
        self._rest(host, (response.headers.get("Retry-After") or b"").decode("latin-1"))
        spider = self._crawler.spider
        assert spider is not None
        reason = str(response.status)
        if not host.given_up and (again := get_retry_request(request, spider=spider, reason=reason)):
            return again
        if response.status == 429:
            raise self._blocked(host, "too_often", response.status)
        return response

    def _rest(self, host: Host, header: str) -> None:
        """Leave a host alone for as long as it asks; without its word, twice as long each time in a row."""
        if not host.resting:  # answers to requests that were on their way do not count again
            host.unavailable += 1
        seconds = retry_after(header, time.time()) if header else None
        if seconds is None:
            seconds = self._first_rest * 2.0 ** (host.unavailable - 1)
        if seconds > self._most_rest:
            self._give_up(host, f"it wants to be left alone for {seconds:.0f} s")
            return
        logger.info("%s: left alone for %.1f s", host.name, seconds)
        self._downloader.rest(host, seconds)

    def _blocked(self, host: Host, block: str, status: int) -> FetchRefused:
        """Count a blocked answer, slow down or give up; returns the refusal."""
        self._crawler.stats.inc_value(f"newscrawl/blocked/{host.name}")
        host.blocked += 1
        host.slow_down(self._most_blocked_delay)
        logger.info("%s: blocked by %s (%d); requests %g s apart", host.name, block, status, host.least_delay)
        if host.blocked >= self._most_blocked:
            self._give_up(host, f"{host.blocked} blocked answers in a row, the last {block} ({status})")
        return FetchRefused("blocked", f"{block} ({status})", http_status=status)

    def _give_up(self, host: Host, why: str) -> None:
        if host.given_up:
            return
        host.given_up = f"given up: {why}"
        self._crawler.stats.inc_value("newscrawl/limits/hosts_given_up")
        logger.warning("%s is given up for this run: %s; %s", host.name, why, ADVICE["hosts_given_up"])
        self._downloader.put_back(host.name, awaited=True)

    def _host(self, request: Request) -> Host:
        return self._downloader.host(self._downloader.get_slot_key(request))

    @property
    def _downloader(self) -> HostDownloader:
        engine = self._crawler.engine
        assert engine is not None
        assert isinstance(engine.downloader, HostDownloader)
        return engine.downloader
