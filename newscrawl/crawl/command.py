"""What the commands that crawl have in common: what they crawl is kept, and the exit code tells."""

from __future__ import annotations

import argparse
from typing import ClassVar

from scrapy import Spider
from scrapy.commands import BaseRunSpiderCommand
from scrapy.crawler import Crawler

from newscrawl.publish.summary import fell_short


def add_revisit(parser: argparse.ArgumentParser) -> None:
    """Add --revisit, which all commands that crawl have."""
    parser.add_argument(
        "--revisit",
        metavar="DAYS",
        help="ask again for articles found in the last DAYS days, for corrections (0: for all of them)",
    )


class KeptCrawl(BaseRunSpiderCommand):
    """What `scrapy crawl` and `scrapy runspider` have in common: stands before Scrapy's command."""

    default_settings: ClassVar[dict[str, object]] = {"LEDGER_ENABLED": True}

    def long_desc(self) -> str:
        """The text of `scrapy crawl -h`."""
        return (
            f"{self.short_desc()}. What is found is kept in output/: the next run fetches what is new. "
            "Exit code 0: articles were seen, and the new ones written; 1: none was, or the crawl failed."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --revisit to Scrapy's own options."""
        super().add_options(parser)
        add_revisit(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take --revisit."""
        super().process_options(args, opts)
        if opts.revisit is not None:
            assert self.settings is not None
            self.settings.set("REVISIT_DAYS", opts.revisit, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl; Scrapy exits with 0 whatever came of it."""
        super().run(args, opts)  # type: ignore[safe-super]  # Scrapy's command stands behind this class
        if fell_short(self._crawler.stats.get_stats()):
            self.exitcode = 1

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        # the only place at which Scrapy's commands let their crawler be seen
        self._crawler = super()._create_crawler(spidercls)
        return self._crawler
