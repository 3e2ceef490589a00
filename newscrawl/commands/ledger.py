"""`scrapy ledger SITE`: what is known of a site, counted or row by row."""

from __future__ import annotations

import argparse
import json
import sys
from textwrap import fill
from typing import TYPE_CHECKING, ClassVar

from scrapy.exceptions import UsageError

from newscrawl.usage import Helpful, ledger_to_read, ready_to_print

if TYPE_CHECKING:
    from newscrawl.crawl.ledger import Ledger

_EPILOG = """\
examples:
  scrapy ledger cnhubei                        how many addresses in which state
  scrapy ledger cnhubei --state refused -n 20
  scrapy ledger cnhubei --where "reason = 'timeout' and last_seen > unixepoch('now', '-7 days')"
  scrapy ledger cnhubei http://www.cnhubei.com/content/2026-11/01/content_1.html

columns: {columns}
  times are seconds since 1970; with LEDGER the condition is in PostgreSQL's words:
  --where "last_seen > extract(epoch from now() - interval '7 days')"

exit status: 0; 1 when there is no ledger, or it cannot be used; 2 for wrong usage
"""


class Command(Helpful):
    """The command; Scrapy finds it by the name of this module."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "[options] SITE [URL...]"

    def short_desc(self) -> str:
        """The line in Scrapy's list of commands."""
        return "Show what is known of a site: how many addresses in which state, or the rows as JSON lines"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the filters to Scrapy's own options."""
        from newscrawl.crawl.ledger.tables import ADDRESSES, STATES

        super().add_options(parser)
        columns = ", ".join(column.name for column in ADDRESSES.columns if column.name != "id")
        parser.epilog = _EPILOG.format(columns=fill(columns, 100, subsequent_indent="  "))
        parser.add_argument("--state", choices=STATES, help="only addresses in this state")
        parser.add_argument("--where", metavar="SQL", help="only addresses that this condition holds for")
        parser.add_argument("-n", "--most", type=_rows, default=100, help="rows at most, the newest first (100)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print counts, or rows when there is anything to choose them by."""
        if not args:
            raise UsageError("name the site: scrapy list tells them", print_help=False)
        from newscrawl.crawl.ledger import LedgerError
        from newscrawl.crawl.ledger.queries import QueryError, addresses

        assert self.settings is not None
        ready_to_print()
        site, *urls = args
        try:
            ledger = ledger_to_read(self.settings, site)
            if opts.where or opts.state or urls:
                for row in addresses(ledger.connection, opts.where, urls, opts.most, opts.state):
                    print(json.dumps(row, ensure_ascii=False))
            else:
                print(_counted(ledger))
            ledger.close()
        except QueryError as problem:
            raise UsageError(f"--where: {problem}", print_help=False) from problem
        except LedgerError as problem:
            print(f"scrapy ledger: {problem}", file=sys.stderr)
            self.exitcode = 1


def _rows(number: str) -> int:
    """-n; more than a database can count are all there are."""
    if not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{number!r} is no number of rows")
    return min(int(number), sys.maxsize)


def _counted(ledger: Ledger) -> str:
    from newscrawl.crawl.ledger.queries import counts
    from newscrawl.publish.summary import table

    rows = [(kind, state, reason or "", str(count)) for kind, state, reason, count in counts(ledger.connection)]
    return table([("kind", "state", "reason", "addresses"), *rows], left=3)
