"""The large portal of the demo, served by another process: `scrapy runspider tests/sites/large.py -a at=http://...`."""

from __future__ import annotations

from typing import Any, ClassVar

from newscrawl.crawl.frontier import Limits
from newscrawl.crawl.portal import PortalSpider
from newscrawl.demo.large import ARTICLE_URL, LIST_URL


class Large(PortalSpider):
    """Its address is an argument; it is as fast as the machine."""

    name = "large"
    same_host = True
    article_url = ARTICLE_URL
    list_url = LIST_URL
    limits: ClassVar[Limits] = Limits(articles=1_000_000, lists=100_000)
    custom_settings: ClassVar[dict[str, Any]] = {
        "GUARD_ALLOWED_HOSTS": ["127.0.0.1"],
        "HTTPPROXY_ENABLED": False,
        "AUTOTHROTTLE_ENABLED": False,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    }

    def __init__(self, at: str, **arguments: str) -> None:
        super().__init__(**arguments)
        self.start_urls = [f"{at}/"]
