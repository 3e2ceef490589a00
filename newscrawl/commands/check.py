"""`scrapy check [SITE]`: Scrapy's own command."""

from __future__ import annotations

import argparse

from scrapy.commands import check
from scrapy.spiderloader import get_spider_loader

from newscrawl.crawl.command import Unkept
from newscrawl.usage import check_site

_EPILOG = """\
examples:
  scrapy check                                 every site
  scrapy check cnhubei -v

exit status: 0; 1 when a contract was broken; 2 for wrong usage
"""


class Command(Unkept, check.Command):
    """The command, which only looks."""

    epilog = _EPILOG

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the names of the sites."""
        super().process_options(args, opts)
        assert self.settings is not None
        for site in args:
            check_site(site, get_spider_loader(self.settings).list())
