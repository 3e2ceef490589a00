"""The portal that is built in: a spider brings its server along, and no network is needed."""

from __future__ import annotations

from typing import Any, ClassVar

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from newscrawl.crawl.frontier import Limits
from newscrawl.crawl.portal import PortalSpider
from newscrawl.demo.hostile import HOSTILE_PORT, HostileSite
from newscrawl.demo.server import MIRROR_PORT, PORTAL_PORT, DemoSite


class SharedDemo:
    """One server for all demo spiders of a process: the first starts it, the last stops it."""

    def __init__(self) -> None:
        self._site: DemoSite | None = None
        self._users = 0

    def acquire(self, portal_port: int, mirror_port: int) -> DemoSite:
        """The running server; ports count for the one who starts it. Raises `OSError` when it cannot be started."""
        if self._site is None:
            site = DemoSite(portal_port, mirror_port)
            site.start()
            self._site = site
        self._users += 1
        return self._site

    def release(self) -> None:
        """Say that one user is done."""
        self._users -= 1
        if self._site is not None and self._users == 0:
            self._site.stop()
            self._site = None


_demo = SharedDemo()


class DemoSpider(PortalSpider):
    """A spider of the built-in portal or of its mirror; DEMO_PORTAL_PORT and DEMO_MIRROR_PORT choose other ports."""

    same_host: ClassVar[bool] = True
    mirror: ClassVar[bool] = False
    """Whether it crawls the mirror."""
    allowed_domains = ["127.0.0.1"]
    custom_settings: ClassVar[dict[str, Any]] = {  # type: ignore[misc]  # Scrapy declares it for instances
        "GUARD_ALLOWED_HOSTS": ["127.0.0.1"],  # this machine is what the guard keeps every other spider from
        "HTTPPROXY_ENABLED": False,  # a proxy cannot reach this machine by that name
        "AUTOTHROTTLE_ENABLED": False,  # our own server needs no mercy
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "SLOW_FIRST_BYTE": 1.0,  # the slow page of the demo takes two seconds
    }

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> DemoSpider:
        """Build the spider; its server starts when it opens and stops when it closes."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(spider, cls)
        crawler.signals.connect(spider.open_server, signals.spider_opened)
        crawler.signals.connect(spider.close_server, signals.spider_closed)
        return spider

    def open_server(self) -> None:
        """Start the server and begin at its front page."""
        try:
            self.start_urls = [self.start_server()]
        except OSError as problem:
            self.logger.error("the demo server does not start: %s", problem)
            raise CloseSpider("demo_server_failed") from problem

    def close_server(self) -> None:
        """Stop the server, unless another spider still needs it."""
        if self.start_urls:
            self.stop_server()

    def start_server(self) -> str:
        """Start the server; returns its address. Raises `OSError` when it cannot be started."""
        portal_port = self.settings.getint("DEMO_PORTAL_PORT", PORTAL_PORT)
        mirror_port = self.settings.getint("DEMO_MIRROR_PORT", MIRROR_PORT)
        if self.settings.getlist("REPLAY"):  # asks nobody
            return f"http://127.0.0.1:{mirror_port if self.mirror else portal_port}"
        site = _demo.acquire(portal_port, mirror_port)
        return site.mirror_url if self.mirror else site.portal_url

    def stop_server(self) -> None:
        """Let go of the server."""
        if not self.settings.getlist("REPLAY"):
            _demo.release()


class HostileDemoSpider(DemoSpider):
    """A spider of the hostile host; DEMO_HOSTILE_PORT chooses another port."""

    same_host: ClassVar[bool] = False
    allowed_domains = [
        "127.0.0.1",
        "localhost",
        "0x7f.1",
        "10.0.0.1",
        "169.254.169.254",
    ]  # the guard is what keeps us off
    limits: ClassVar[Limits] = Limits(articles=200, depth=10)
    custom_settings: ClassVar[dict[str, Any]] = {  # type: ignore[misc]  # Scrapy declares it for instances
        **DemoSpider.custom_settings,
        "DOWNLOAD_TIMEOUT": 3,  # each slow trap takes as long
        "RETRY_TIMES": 1,
        "CONCURRENT_REQUESTS": 1,  # so that the same happens in every run
    }

    def start_server(self) -> str:
        """Start the hostile host; returns its address. Raises `OSError` when it cannot be started."""
        self._hostile = HostileSite(self.settings.getint("DEMO_HOSTILE_PORT", HOSTILE_PORT))
        return self._hostile.start()

    def stop_server(self) -> None:
        """Stop it."""
        self._hostile.stop()
