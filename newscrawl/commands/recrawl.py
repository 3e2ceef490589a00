"""`scrapy recrawl SITE`: let articles be fetched again by the next run."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing, nullcontext
from pathlib import Path
from typing import ClassVar

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from newscrawl.crawl.lock import LockedError, SiteLock
from newscrawl.publish.paths import lock_path
from newscrawl.usage import Helpful, ledger_to_read

_EPILOG = """\
examples:
  scrapy recrawl cnhubei --where "state = 'refused' and reason = 'no_body'" --dry-run
  scrapy recrawl cnhubei http://www.cnhubei.com/content/2026-11/01/content_1.html
  scrapy recrawl cnhubei --all

Articles that came out before come out again only when they have changed. For the columns: scrapy ledger -h

exit status: 0; 1 when there is nothing to fetch again, or the site is being crawled; 2 for wrong usage
"""


class Command(Helpful):
    """The command; Scrapy finds it by the name of this module."""

    epilog = _EPILOG
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "[options] SITE [URL...]"

    def short_desc(self) -> str:
        """The line in Scrapy's list of commands."""
        return "Let articles of a site be fetched again by the next run, whatever came of them"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the filters to Scrapy's own options."""
        super().add_options(parser)
        parser.add_argument("--where", metavar="SQL", help="articles that this condition holds for")
        parser.add_argument("--all", action="store_true", help="every article")
        parser.add_argument("--dry-run", action="store_true", help="say how many, and change nothing")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Queue, and say how many."""
        if not args:
            raise UsageError("name the site: scrapy list tells them", print_help=False)
        from newscrawl.crawl.ledger import LedgerError
        from newscrawl.crawl.ledger.queries import QueryError
        from newscrawl.crawl.links import canonical

        site, *addresses = args
        if not (opts.where or opts.all or addresses):
            raise UsageError("say which: addresses, --where SQL, or --all", print_help=False)
        assert self.settings is not None
        urls = [canonical(address) or address for address in addresses]
        try:
            count = _again(self.settings, site, opts.where, urls, dry=opts.dry_run)
        except QueryError as problem:
            raise UsageError(f"--where: {problem}", print_help=False) from problem
        except (LedgerError, LockedError, OSError) as problem:
            print(f"scrapy recrawl: {problem}", file=sys.stderr)
            self.exitcode = 1
            return
        print(f"{count} articles {'would be' if opts.dry_run else 'will be'} fetched again")
        self.exitcode = 0 if count else 1


def _again(settings: BaseSettings, site: str, where: str | None, urls: list[str], *, dry: bool) -> int:
    from newscrawl.crawl.ledger import open_ledger, place_of
    from newscrawl.crawl.ledger.queries import count_again, queue_again

    with closing(ledger_to_read(settings, site)) as ledger:  # to open one for writing would make it
        if dry:
            return count_again(ledger.connection, where, urls)
    place = place_of(settings, site)
    # a ledger in a database has a lease instead
    lock = SiteLock(lock_path(Path(settings["OUTPUT_DIR"]), site), site) if isinstance(place, Path) else nullcontext()
    with lock, closing(open_ledger(place)) as ledger:
        return queue_again(ledger.connection, where, urls)
