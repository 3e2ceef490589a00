"""A run whose settings would switch the guard off, or put pickles on the disk, does not begin; nor a nameless one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.request import getproxies

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils.misc import load_object

from newscrawl.crawl.guard import GuardedResolver, GuardMiddleware
from newscrawl.crawl.handler import GuardedHandler
from newscrawl.crawl.warc.replay import ReplayHandler
from newscrawl.publish.paths import checked_name

logger = logging.getLogger(__name__)


class SafeSettings:
    """Ends a run before its first request when its settings are not safe, and says which."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SafeSettings:
        """Build it."""
        safe = cls(crawler)
        crawler.signals.connect(safe.spider_opened, signals.spider_opened)
        return safe

    def spider_opened(self) -> None:
        """Look at the settings. Raises `CloseSpider`: unsafe_settings."""
        for line in _unused_proxy(self._crawler):
            logger.warning(line)
        if wrong := [*_unguarded(self._crawler), *_pickled(self._crawler), *_misnamed(self._crawler)]:
            for line in wrong:
                logger.error(line)
            raise CloseSpider("unsafe_settings")


def _unguarded(crawler: Crawler) -> Iterator[str]:
    """What lets requests pass the guard by."""
    from twisted.internet import reactor  # importing it installs one, and Scrapy chooses which

    handlers = crawler.settings.getwithbase("DOWNLOAD_HANDLERS")
    for scheme in ("http", "https"):
        handler = handlers.get(scheme)
        if handler and not issubclass(load_object(handler), (GuardedHandler, ReplayHandler)):
            yield (
                f"DOWNLOAD_HANDLERS: {handler} may look names up without the guard; "
                f"for {scheme} use {GuardedHandler.__module__}.{GuardedHandler.__name__} or a subclass"
            )
    if not isinstance(getattr(reactor, "resolver", None), GuardedResolver):
        yield "TWISTED_DNS_RESOLVER: the guard's resolver is not in use; scrapy's own commands install it"
    if not crawler.get_downloader_middleware(GuardMiddleware):
        yield "DOWNLOADER_MIDDLEWARES: GuardMiddleware is switched off; GUARD_ALLOWED_HOSTS lets single hosts through"


def _pickled(crawler: Crawler) -> Iterator[str]:
    """What would load pickles: whoever can write to such a file can run code in the next run."""
    if crawler.settings.get("JOBDIR"):
        yield "JOBDIR keeps pickles and is not used; what a run has done and has still to do is in output/state"
    storage = crawler.settings.get("HTTPCACHE_STORAGE", "")
    if crawler.settings.getbool("HTTPCACHE_ENABLED") and str(storage).startswith("scrapy."):
        yield f"HTTPCACHE_ENABLED: {storage} keeps pickles; scrapy shell and scrapy extract read saved pages"


def _misnamed(crawler: Crawler) -> Iterator[str]:
    """A name of a site that cannot be one of files."""
    try:
        checked_name(crawler.spidercls.name)
    except ValueError as problem:
        yield str(problem)


def _unused_proxy(crawler: Crawler) -> Iterator[str]:
    """An operator behind a proxy would only see that every site is unreachable. Sites that set it know why."""
    settings = crawler.settings
    chosen = (settings.getpriority("HTTPPROXY_ENABLED") or 0) > SETTINGS_PRIORITIES["project"]
    if not chosen and {"http", "https"} & getproxies().keys():
        yield (
            "the environment names a proxy, which is not used: it would look names up where the guard cannot see it. "
            "With -s HTTPPROXY_ENABLED=1 it is used, and must itself keep requests from addresses that are not public"
        )
