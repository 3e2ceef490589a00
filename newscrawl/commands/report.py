"""`scrapy report [RUN]`: write the report of a run from the records that were kept."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, ClassVar

from scrapy.exceptions import UsageError

from newscrawl.usage import Helpful

_EPILOG = """\
examples:
  scrapy report                                the newest run, from the ledgers
  scrapy report 20261123T015759Z
  scrapy run --all | scrapy report --records -

exit status: 0; 2 when there is no such run, or a file cannot be read or written
"""


class Command(Helpful):
    """The command; Scrapy finds it by the name of this module."""

    epilog = _EPILOG
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "[RUN] [--records FILE]"

    def short_desc(self) -> str:
        """The line in Scrapy's list of commands."""
        return "Write the report of a run (none: of the newest) to output/reports/RUN/index.html and print its path"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Where the records are."""
        super().add_options(parser)
        parser.add_argument(
            "--records",
            metavar="FILE",
            help="records of runs as `scrapy run` prints them, - for standard input; without it those of the ledgers",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write it, print its path."""
        if len(args) > 1:
            raise UsageError("name one run at most", print_help=False)
        from newscrawl.crawl.ledger import LedgerError
        from newscrawl.publish.history import all_records
        from newscrawl.publish.report import write_report
        from newscrawl.publish.report.kept import chosen, whole_record

        assert self.settings is not None
        output = Path(self.settings["OUTPUT_DIR"])
        try:
            kept = _records(opts.records) if opts.records else map(whole_record, all_records(self.settings, _tell))
            run, records, history = chosen(kept, args[0] if args else None)
            print(write_report(output, run, records, history))
        except OSError as problem:
            raise UsageError(f"{problem.filename}: {problem.strerror}", print_help=False) from problem
        except (ValueError, LedgerError) as problem:
            raise UsageError(str(problem), print_help=False) from problem


def _tell(problem: Exception) -> None:
    print(f"scrapy report: {problem}", file=sys.stderr)


def _records(name: str) -> list[dict[str, Any]]:
    """The records of a file. Raises `ValueError` with the line's number for one that is none."""
    from newscrawl.publish.report.kept import whole_record

    text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            records += [whole_record(json.loads(line))] if line.strip() else []
        except ValueError as problem:
            raise ValueError(f"{name}:{number}: {problem}") from problem
    return records
