"""`scrapy runspider FILE`: Scrapy's own command, for a site file that is not in the project yet."""

from __future__ import annotations

from scrapy.commands import runspider

from newscrawl.crawl.command import KeptCrawl


class Command(KeptCrawl, runspider.Command):
    """The command; it stands in for Scrapy's because it has its name."""
