"""`scrapy crawl SITE`: Scrapy's own command, with one run of a site at a time and an exit code that tells."""

from __future__ import annotations

import argparse
from typing import ClassVar

from scrapy import Spider
from scrapy.commands import crawl
from scrapy.crawler import Crawler

from newscrawl.publish.summary import fell_short


class Command(crawl.Command):
    """The command; it stands in for Scrapy's because it has its name."""

    default_settings: ClassVar[dict[str, object]] = {"LEDGER_ENABLED": True}

    def long_desc(self) -> str:
        """The text of `scrapy crawl -h`."""
        return (
            f"{self.short_desc()}. Exit code 0: articles came out and were written; 1: none did, or the crawl failed."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl; Scrapy exits with 0 whatever came of it."""
        super().run(args, opts)
        if fell_short(self._crawler.stats.get_stats()):
            self.exitcode = 1

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        # the only place at which Scrapy's command lets its crawler be seen
        self._crawler = super()._create_crawler(spidercls)
        return self._crawler
