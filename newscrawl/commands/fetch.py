"""`scrapy fetch URL`: Scrapy's own command."""

from __future__ import annotations

from scrapy.commands import fetch

from newscrawl.crawl.command import Unkept


class Command(Unkept, fetch.Command):
    """The command, which only looks."""
