"""`scrapy enqueue [SITE...]`: put sites on the queue, for workers on any machine."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from datetime import datetime, timezone
from typing import TYPE_CHECKING, ClassVar

from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import arglist_to_dict

from newscrawl.crawl.command import chosen_sites
from newscrawl.crawl.days import add_time_options, day_of, days_of
from newscrawl.usage import Helpful

if TYPE_CHECKING:
    from newscrawl.farm.options import Options

_EPILOG = """\
examples:
  scrapy enqueue cnhubei jxnews --minutes 240
  scrapy enqueue --all --since '7 days ago'
  scrapy enqueue --run 20261123T015759Z        puts on the queue again what of a run is not done

Needs BROKER and LEDGER (docs/farm.md). Prints the name of the run, for scrapy jobs. A site is in a run once.

exit status: 0; 1 when the database or the queue cannot be used; 2 for wrong usage
"""


class Command(Helpful):
    """The command; Scrapy finds it by the name of this module."""

    epilog = _EPILOG
    needs_sites = True
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "[options] [SITE...]"

    def short_desc(self) -> str:
        """The line in Scrapy's list of commands."""
        return "Put sites on the queue, to be crawled by workers (scrapy work) on any machine"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add what a job may ask for."""
        from newscrawl.crawl.frontier import Limits

        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="every site of the project but the demo's")
        parser.add_argument("--run", metavar="NAME", help="the run the sites belong to (one called by the time)")
        parser.add_argument("--minutes", type=float, default=0, metavar="M", help="time for each site (0: no limit)")
        add_time_options(parser)
        names = ", ".join(limit.name for limit in fields(Limits))
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help=f"set a limit: {names}"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take the jobs down, put them on the queue, print the name of the run."""
        from kombu.exceptions import OperationalError

        from newscrawl.crawl.ledger import LedgerError
        from newscrawl.farm.jobs import jobs_url, open_jobs
        from newscrawl.farm.queue import broker_of, make_app, send, shown_broker
        from newscrawl.publish.paths import checked_run

        assert self.settings is not None
        sites = chosen_sites(args, sorted(get_spider_loader(self.settings).list()), every=opts.all)
        if not (sites or opts.run):
            raise UsageError("name sites, or --all, or a --run to go on with", print_help=False)
        try:
            run = checked_run(opts.run or f"{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}")
            broker, url, options = broker_of(self.settings), jobs_url(self.settings), _options(opts)
        except ValueError as problem:
            raise UsageError(str(problem), print_help=False) from problem
        try:
            with open_jobs(url) as jobs:
                jobs.add(run, sites, options)
                if not sites and not jobs.told(run):
                    raise UsageError(f"there is no run {run}", print_help=False)
                app, undone = make_app(broker), jobs.undone(run)
                for site in undone:
                    send(app, run, site)
                    jobs.sent(run, site)
        except LedgerError as problem:
            print(f"scrapy enqueue: {problem}", file=sys.stderr)
            self.exitcode = 1
            return
        except OperationalError as problem:
            print(f"scrapy enqueue: {shown_broker(broker)} cannot be used: {problem}", file=sys.stderr)
            print("The jobs are in the database: workers will find them there", file=sys.stderr)
            self.exitcode = 1
        print(run)
        print(f"{len(undone)} jobs; scrapy jobs {run} --wait tells how they end", file=sys.stderr)


def _options(opts: argparse.Namespace) -> Options:
    """What the jobs ask for. Raises `UsageError`, and `ValueError` for limits."""
    from newscrawl.farm.options import Options

    return Options(
        minutes=opts.minutes,
        since=day_of(opts.since) if opts.since is not None else None,
        revisit=days_of(opts.revisit) if opts.revisit is not None else None,
        limits=arglist_to_dict(opts.spargs),
    )
