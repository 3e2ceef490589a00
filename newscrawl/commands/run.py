"""`scrapy run [SITE...]`: the one command for schedulers: crawl sites, say what came of each, and exit accordingly."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.utils.conf import arglist_to_dict

from newscrawl.crawl.command import check_ledger, chosen_sites, passed_on
from newscrawl.crawl.days import add_time_options, set_days
from newscrawl.crawl.series import NOT_RUN, Series
from newscrawl.crawl.series_progress import SeriesProgress
from newscrawl.progress import Line, drawn
from newscrawl.publish.record import record_line
from newscrawl.usage import Helpful, cannot_write, forget_stdout, print_utf8

if TYPE_CHECKING:
    from newscrawl.crawl.ledger.place import Place

DEFAULT_SITES = ["demo", "demo_mirror"]
"""The built-in portal, then its mirror: in this order the copies can be told from the originals."""

FINE, FELL_SHORT, NOTHING_RAN, INTERRUPTED = 0, 1, 3, 130


_EPILOG = f"""\
examples:
  scrapy run                                   the demo and its mirror
  scrapy run cnhubei jxnews --jobs 2 --minutes 60 --report
  scrapy run --all --revisit 7 -s LOG_JSON=1

exit status: {FINE} when every site brought what it should; {FELL_SHORT} when one fell short of it, or standard output
  cannot be written; 2 for wrong usage, or a site file that cannot be read; {NOTHING_RAN} when no site
  could be crawled; {INTERRUPTED} when interrupted. Logs go to standard error.
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
        return "Crawl sites (none: the demo and its mirror), each in a process of its own; a line of JSON for each"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of a run to Scrapy's own."""
        from newscrawl.crawl.frontier import Limits

        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="every site of the project but the demo's")
        parser.add_argument("--jobs", type=int, default=1, metavar="N", help="sites crawled at a time (1)")
        parser.add_argument("--minutes", type=float, default=0, metavar="M", help="time for each site (0: no limit)")
        add_time_options(parser)
        parser.add_argument("--report", action="store_true", help="write output/reports/RUN/index.html")
        parser.add_argument("--table", action="store_true", help="print a table instead of JSON")
        parser.add_argument(
            "-a",
            dest="spargs",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help=f"set a limit for each site: {', '.join(limit.name for limit in fields(Limits))} (may be repeated)",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check what would stop every site."""
        from newscrawl.crawl.frontier import Limits

        super().process_options(args, opts)
        if opts.jobs < 1 or not 0 <= opts.minutes < float("inf"):  # nan is neither less nor more than any number
            raise UsageError("--jobs is 1 or more, --minutes 0 or more", print_help=False)
        assert self.settings is not None
        set_days(self.settings, opts)
        check_ledger(self.settings)
        try:
            Limits().changed(arglist_to_dict(opts.spargs))
        except ValueError as problem:
            raise UsageError(f"-a NAME=VALUE: {problem}", print_help=False) from None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, say what came of it, set the exit code."""
        sites = _chosen(args, every=opts.all)
        assert self.settings is not None
        output = Path(self.settings["OUTPUT_DIR"])
        if problem := _unwritable(output):
            print(problem, file=sys.stderr)
            self.exitcode = NOTHING_RAN
            return
        run = f"{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}"
        line = Line(drawn=drawn(self.settings))
        series = Series(
            run=run,
            options=_options(self, opts),
            place=partial(_place, self.settings),
            jobs=opts.jobs,
            seconds=60 * opts.minutes,
            progress=SeriesProgress(line),
        )
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: series.stop())
        told = _Told(line)
        records = series.crawl(sites, lambda record: None if opts.table else told.say(record_line(record)))
        if opts.table:
            from newscrawl.publish.summary import summary

            told.say(summary(records))
        self.exitcode = INTERRUPTED if series.stopped else exit_code(records) or told.exitcode
        if opts.report and records:
            self._report(output, run, records)

    def _report(self, output: Path, run: str, records: Sequence[Mapping[str, Any]]) -> None:
        """Write the report of a run, which the ledgers allow to be written later, too."""
        from newscrawl.publish.history import records_before
        from newscrawl.publish.report import write_report

        assert self.settings is not None
        try:
            history = {record["site"]: records_before(run, self.settings, record["site"]) for record in records}
            print(write_report(output, run, list(map(dict, records)), history), file=sys.stderr)
        except OSError as problem:
            self.exitcode = self.exitcode or FELL_SHORT
            with suppress(OSError):
                print(f"no report of {run}: {problem.strerror}: {problem.filename}", file=sys.stderr)


class _Told:
    """What is said on standard output. The ledgers keep the records: one that cannot be written ends no crawl."""

    def __init__(self, line: Line) -> None:
        self._line, self.exitcode = line, FINE
        print_utf8()

    def say(self, text: str) -> None:
        """Write a line of text, or several; from the first that cannot be written on, nothing more."""
        if self.exitcode != FINE:
            return
        try:
            # through the line, which may stand where standard output goes
            self._line.write(f"{text}\n", file=sys.stdout)
        except OSError as problem:
            self.exitcode = FELL_SHORT
            forget_stdout()
            with suppress(OSError):  # standard error may lead to the same disk
                self._line.write(f"scrapy run: {cannot_write(problem, None)}; scrapy report has the records\n")


def _chosen(args: Sequence[str], *, every: bool) -> list[str]:
    """The sites to crawl. Raises `UsageError` for names that are none."""
    from newscrawl.sites import sites

    return chosen_sites(args or ([] if every else DEFAULT_SITES), sorted(sites()), every=every)


def _place(settings: BaseSettings, site: str) -> Place:
    from newscrawl.crawl.ledger import place_of

    return place_of(settings, site)


def _options(command: Helpful, opts: argparse.Namespace) -> list[str]:
    """What `scrapy crawl` is given for each site: the options of this command that are its, too."""
    assert command.settings is not None
    given = passed_on(command.settings, opts)
    given += [option for name in opts.spargs for option in ("-a", name)]
    # as settings: what "yesterday" is was settled when the run began
    for setting, value in (("REVISIT_DAYS", opts.revisit), ("SINCE", opts.since)):
        given += ["-s", f"{setting}={command.settings[setting]}"] if value is not None else []
    return given


def _unwritable(folder: Path) -> str | None:
    """Why nothing can be written to a folder: every site would end at once."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return None
    except OSError as problem:
        return f"cannot write to {folder}: {problem.strerror}"


def exit_code(records: Sequence[Mapping[str, Any]]) -> int:
    """What a run that came to these records exits with."""
    from newscrawl.publish.summary import shortfalls

    if all(record["finish_reason"] in NOT_RUN for record in records):
        return NOTHING_RAN
    return FELL_SHORT if any(map(shortfalls, records)) else FINE
