"""WHO: one description a site, found by name or by host, with the templates that several of them share in cms/."""

from __future__ import annotations

from functools import lru_cache

from scrapy.utils.misc import walk_modules_iter
from scrapy.utils.spider import iter_spider_classes

from newscrawl.crawl.portal import PortalSpider
from newscrawl.extract.layout import Layout
from newscrawl.page import is_within


@lru_cache(maxsize=1)
def sites() -> dict[str, type[PortalSpider]]:
    """Every site by its name, in the order of the names."""
    classes = [spider for module in walk_modules_iter(__name__) for spider in iter_spider_classes(module)]
    return {site.name: site for site in sorted(classes, key=lambda site: site.name) if issubclass(site, PortalSpider)}


@lru_cache(maxsize=1024)
def site_of(host: str) -> str | None:
    """The name of the site a host belongs to, or None. A port is ignored.

    >>> site_of("news.cnhubei.com")
    'cnhubei'
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    for site in sites().values():
        if is_within(name, site.allowed_domains):
            return site.name
    return None


@lru_cache(maxsize=1024)
def layouts(site: str | None, host: str) -> tuple[Layout, ...]:
    """Every layout there is, once: first those of the site called `site`, else of the one that `host` belongs to.

    A mirror shows the templates of the site it copies, and an archive any: so the others follow.
    """
    own = sites().get(site or site_of(host) or "")
    ordered = [own, *sites().values()] if own else list(sites().values())
    return tuple(dict.fromkeys(layout for one in ordered for layout in one.layouts))
