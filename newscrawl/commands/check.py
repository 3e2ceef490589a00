"""`scrapy check [SITE]`: Scrapy's own command."""

from __future__ import annotations

from scrapy.commands import check

from newscrawl.crawl.command import Unkept


class Command(Unkept, check.Command):
    """The command, which only looks."""
