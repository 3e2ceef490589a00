"""`scrapy work`: crawl the sites that are on the queue, until told to stop."""

from __future__ import annotations

import argparse
import sys
from typing import ClassVar

from scrapy.exceptions import UsageError

from newscrawl.crawl.command import passed_on
from newscrawl.usage import Helpful

_EPILOG = """\
examples:
  scrapy work                                  one site at a time
  scrapy work --concurrency 8 -s WARC=on       settings are those of the crawls, too
  NEWSCRAWL_BROKER=redis://queue/0 NEWSCRAWL_LEDGER=postgresql://db/news scrapy work

Needs BROKER, LEDGER, and an OUTPUT_DIR that all machines share (docs/farm.md). Ctrl-C or SIGTERM lets the crawls end in
order, and gives their jobs back. Logs go to standard error.

exit status: 0 when it was told to stop; 1 when the database cannot be used; 2 for wrong usage
"""


class Command(Helpful):
    """The command; Scrapy finds it by the name of this module."""

    epilog = _EPILOG
    needs_sites = True
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        """The line in Scrapy's list of commands."""
        return "Crawl the sites that are on the queue, each in a process of its own, until told to stop"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add how many crawls to run."""
        super().add_options(parser)
        parser.add_argument("--concurrency", type=int, default=1, metavar="N", help="sites crawled at a time (1)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Work until a signal comes."""
        if args:
            raise UsageError("scrapy work takes no sites: scrapy enqueue does", print_help=False)
        if opts.concurrency < 1:
            raise UsageError("--concurrency is 1 or more", print_help=False)
        from newscrawl.crawl.ledger import LedgerError
        from newscrawl.farm.serve import serve

        assert self.settings is not None
        options = passed_on(self.settings, opts)
        try:
            self.exitcode = serve(
                self.settings, options, concurrency=opts.concurrency, level=self.settings["LOG_LEVEL"]
            )
        except ValueError as problem:
            raise UsageError(str(problem), print_help=False) from problem
        except LedgerError as problem:
            print(f"scrapy work: {problem}", file=sys.stderr)
            self.exitcode = 1
