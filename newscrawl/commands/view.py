"""`scrapy view URL`: Scrapy's own command."""

from __future__ import annotations

from scrapy.commands import view

from newscrawl.crawl.command import Unkept


class Command(Unkept, view.Command):
    """The command, which only looks."""
