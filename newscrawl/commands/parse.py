"""`scrapy parse URL`: Scrapy's own command."""

from __future__ import annotations

from scrapy.commands import parse

from newscrawl.crawl.command import Unkept


class Command(Unkept, parse.Command):
    """The command, which only looks."""
