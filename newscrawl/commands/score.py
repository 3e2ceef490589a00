"""`scrapy score`: how right the fields are on folders of saved pages with manifests of true fields."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import ClassVar

from scrapy.exceptions import UsageError

from newscrawl.shown import visible
from newscrawl.usage import Helpful

_EPILOG = """\
examples:
  scrapy score ../shared/pages --wrong
  scrapy score tests/pages/portals --as clean --as gb2312 --as mirror --as flat --floor tests/score_floor.json
  scrapy score ../shared/pages --peers ".venv-peers/bin/python tests/bench/peers.py"

what --as does to each page before it is read:
  clean     nothing
  gb2312    encoded in GB18030, labelled gb2312
  mirror    put through the mirrors' channel, between the tags
  flat      flattened to text, a block a line

floors, written again when figures got better:
  for folder in tests/pages/portals ../shared/pages; do
    scrapy score $folder --as clean --as gb2312 --as mirror --as flat --json; done | python -c 'import json, sys
  rows = map(json.loads, sys.stdin)
  print(json.dumps([{key: row[key] for key in ("folders", "as", "shares")} for row in rows], indent=1))
  ' > floor.json && mv floor.json tests/score_floor.json

exit status: 0; 1 when a figure is worse than its floor; 2 for wrong usage
"""


class Command(Helpful):
    """Prints accuracy per field."""

    epilog = _EPILOG
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] FOLDER..."

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Accuracy per field on folders with pages and their true fields"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What is done to the pages, who reads them, what is printed."""
        from newscrawl.score.variants import VARIANTS

        super().add_options(parser)
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--wrong", action="store_true", help="list every wrong answer before the table")
        form.add_argument("--json", action="store_true", help="print a JSON line for each row instead of the table")
        parser.add_argument(
            "--as",
            dest="variants",
            action="append",
            choices=VARIANTS,
            help="what to do to the pages first (clean); may be repeated",
        )
        parser.add_argument("--floor", metavar="FILE", type=Path, help="the figures that must be reached")
        parser.add_argument(
            "--peers", metavar="COMMAND", help="other readers of the clean pages (newscrawl/score/peers.py)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the folders, print the table."""
        if not args:
            raise UsageError("name at least one folder that holds manifest.jsonl", print_help=False)
        from newscrawl.score.compare import FIGURES
        from newscrawl.score.floor import load_floors
        from newscrawl.score.rows import lost, rows_of
        from newscrawl.score.table import record, table

        try:
            floors = load_floors(opts.floor) if opts.floor else []
            rows = rows_of(args, opts.variants or ["clean"], opts.peers)
        except OSError as error:
            raise UsageError(f"cannot read {error.filename}: {error.strerror}", print_help=False) from error
        except ValueError as error:
            raise UsageError(str(error), print_help=False) from error
        for row in rows if opts.wrong else ():
            for figure in FIGURES:
                print(*(f"{row.name}: {visible(line)}\n" for line in row.score.wrong(figure.name)), sep="", end="")
        print("\n".join(json.dumps(record(row), ensure_ascii=False) for row in rows) if opts.json else table(rows))
        if opts.floor:
            own = [floor for floor in floors if floor.is_of(args)]
            if not own:
                print(f"no floor in {opts.floor} is for these folders", file=sys.stderr)
            if losses := lost(rows, own):
                print("\n".join(losses), file=sys.stderr)
                self.exitcode = 1
