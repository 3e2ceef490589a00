"""`scrapy crawl SITE`: Scrapy's own command; what it crawls is kept, and its exit code tells."""

from __future__ import annotations

import argparse

from scrapy.commands import crawl
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from newscrawl.crawl.command import KeptCrawl, check_arguments
from newscrawl.usage import check_site

_EPILOG = """\
examples:
  scrapy crawl cnhubei                         what is new since the last run
  scrapy crawl cnhubei -a articles=100 -a depth=5
  scrapy crawl cnhubei --since 2026-11-01 -o november.csv

What is found is kept in output/: the next run fetches what is new.

exit status: 0 when articles were seen and the new ones written; 1 when none was, or the crawl failed; 2 for wrong usage
"""


class Command(KeptCrawl, crawl.Command):
    """The command; it stands in for Scrapy's because it has its name."""

    epilog = _EPILOG

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] SITE"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check site and limits before Scrapy's log begins."""
        super().process_options(args, opts)
        assert self.settings is not None
        if not args:
            raise UsageError("name the site: scrapy list tells them", print_help=False)
        loader = get_spider_loader(self.settings)
        for site in args:
            check_site(site, loader.list())
        if len(args) > 1:
            raise UsageError("name one site; scrapy run takes several", print_help=False)
        check_arguments(loader.load(args[0]), opts.spargs)
