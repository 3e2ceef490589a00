"""`scrapy runspider FILE`: Scrapy's own command, for a site file that is not in the project yet."""

from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.commands import runspider
from scrapy.exceptions import UsageError

from newscrawl.crawl.command import KeptCrawl
from newscrawl.usage import check_files, place_of

_EPILOG = """\
examples:
  scrapy runspider mysite.py -a articles=20

What is found is kept in output/: the next run fetches what is new.

exit status: 0 when articles were seen and the new ones written; 1 when none was, or the crawl failed; 2 for wrong usage
"""


class Command(KeptCrawl, runspider.Command):
    """The command; it stands in for Scrapy's because it has its name."""

    epilog = _EPILOG

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] FILE"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the name of the file before Scrapy's log begins."""
        super().process_options(args, opts)
        check_files(args)
        if len(args) != 1:
            raise UsageError("name one site file", print_help=False)
        if not Path(args[0]).is_file():
            raise UsageError(f"no such file: {args[0]}; scrapy crawl takes the name of a site", print_help=False)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Import the file and crawl."""
        try:
            super().run(args, opts)
        except UsageError:
            raise
        except Exception as problem:  # a site file is code, and may raise anything
            if self.crawler_process and self.crawler_process.crawlers:  # the file is not to blame
                raise
            raise UsageError(f"{place_of(problem)}; mend the site file", print_help=False) from problem
