"""`scrapy jobs [RUN]`: how the jobs of a run stand, a line of JSON each; wait for their end."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import UsageError

from newscrawl.publish.record import record_line
from newscrawl.usage import Helpful

if TYPE_CHECKING:
    from sqlalchemy import URL

_EPILOG = """\
examples:
  scrapy jobs                                  the newest run, as it stands
  scrapy jobs 20261123T015759Z --wait
  scrapy jobs --wait | scrapy report --records -

Of a job that is done the line is the record of its last try, as scrapy run prints it, with state, holder and tries.

exit status: 0 when every site brought what it should; 1 when one fell short of it, or is not done; 2 for wrong usage;
  3 when no site could be crawled; 4 when the database cannot be used
"""
_SECONDS = 1.0
NOT_TOLD = 4


class Command(Helpful):
    """The command; Scrapy finds it by the name of this module."""

    epilog = _EPILOG
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "[options] [RUN]"

    def short_desc(self) -> str:
        """The line in Scrapy's list of commands."""
        return "Show how the jobs of a run stand, a line of JSON for each site; --wait for their end"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Whether to wait."""
        super().add_options(parser)
        parser.add_argument("--wait", action="store_true", help="print each site when it is done, until all are")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print, and set the exit code."""
        if len(args) > 1:
            raise UsageError("name one run at most", print_help=False)
        from newscrawl.commands.run import FELL_SHORT, INTERRUPTED, exit_code
        from newscrawl.crawl.ledger import LedgerError
        from newscrawl.farm.jobs import jobs_url

        assert self.settings is not None
        try:
            url = jobs_url(self.settings)
            told = _waited(url, args[0] if args else None) if opts.wait else _told(url, args[0] if args else None)
        except ValueError as problem:
            raise UsageError(str(problem), print_help=False) from problem
        except KeyboardInterrupt:
            self.exitcode = INTERRUPTED
            return
        except LedgerError as problem:
            print(f"scrapy jobs: {problem}", file=sys.stderr)
            self.exitcode = NOT_TOLD
            return
        if not opts.wait:
            for job in told:
                print(record_line(job))
        self.exitcode = exit_code(told) if all(job["state"] == "done" for job in told) else FELL_SHORT


def _told(url: URL, run: str | None) -> list[dict[str, Any]]:
    """The jobs of a run. Raises `ValueError` when there are none, `LedgerError`."""
    from newscrawl.farm.jobs import open_jobs

    with open_jobs(url) as jobs:
        told = jobs.told(run)
    if not told:
        raise ValueError(f"there is no run {run}" if run else "there is no run yet: scrapy enqueue begins one")
    return told


def _waited(url: URL, run: str | None) -> list[dict[str, Any]]:
    """The jobs of a run when all are done, each printed as it is. A database that goes away is waited for."""
    from newscrawl.crawl.ledger import LedgerError

    told = _told(url, run)
    run, printed = told[0]["run"], set[str]()
    while True:
        for job in told:
            if job["state"] == "done" and job["site"] not in printed:
                print(record_line(job), flush=True)
                printed.add(job["site"])
        if len(printed) == len(told):
            return told
        time.sleep(_SECONDS)
        try:
            told = _told(url, run)
        except LedgerError as problem:
            print(f"scrapy jobs: waiting: {problem}", file=sys.stderr)
