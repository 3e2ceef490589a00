"""`scrapy crawl SITE`: Scrapy's own command; what it crawls is kept, and its exit code tells."""

from __future__ import annotations

from scrapy.commands import crawl

from newscrawl.crawl.command import KeptCrawl


class Command(KeptCrawl, crawl.Command):
    """The command; it stands in for Scrapy's because it has its name."""
