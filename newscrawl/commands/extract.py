"""`scrapy extract`: articles out of saved pages, flattened text and JSON lines, without fetching anything."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from contextlib import ExitStack, closing
from io import TextIOWrapper
from pathlib import Path
from typing import ClassVar, TextIO

from scrapy.exceptions import UsageError

from newscrawl.progress import Line, drawn
from newscrawl.publish.written import check_targets, written_whole
from newscrawl.usage import Helpful, cannot_write, check_files

_EPILOG = """\
examples:
  scrapy extract page.html                     one article on standard output
  scrapy extract saved/ -o articles.jsonl --rejects rejects.jsonl
  zcat archive.jsonl.gz | scrapy extract -     lines of {"text": ..., "url": ...}

exit status: 0 when an article came out, 1 when none did, 2 when a path cannot be read
"""


class Command(Helpful):
    """Reads pages from files and writes articles as JSON lines."""

    epilog = _EPILOG
    needs_sites = True
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] PATH..."

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Articles out of HTML files, folders, .txt and JSON lines (- is standard input)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """-o and --rejects."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="write the articles here instead of standard output")
        parser.add_argument(
            "--rejects", metavar="FILE", help="write what was refused here, a line each with its reason"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read every path in order; the summary goes to standard error."""
        if not args:
            raise UsageError("name at least one file, folder or - for standard input")
        if opts.rejects == "-":
            raise UsageError("--rejects takes a file: standard output is for articles")
        check_files(args)
        check_targets(args, opts.output, opts.rejects)
        try:
            counts = self._extract(args, opts)
        except BrokenPipeError:  # | head -1 has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        except OSError as error:
            print(f"scrapy extract: {cannot_write(error, opts.output)}", file=sys.stderr)
            self.exitcode = 2
            return
        print(_summary(counts), file=sys.stderr)
        self.exitcode = 2 if counts["unreadable"] else 0 if counts["article"] else 1

    def _extract(self, args: list[str], opts: argparse.Namespace) -> Counter[str]:
        from newscrawl.bulk.extract import Extraction

        with ExitStack() as stack:
            out = _open(stack, opts.output, sys.stdout)
            rejects = _open(stack, opts.rejects, None)
            mixed = opts.output in (None, "-") and sys.stdout.isatty()
            assert self.settings is not None
            line = stack.enter_context(closing(Line(drawn=drawn(self.settings, mixed=mixed))))
            counts = Extraction(out, rejects, line).read(args)
            sys.stdout.flush()
        return counts


def _open(stack: ExitStack, path: str | None, default: TextIO | None) -> TextIO | None:
    if path is None or path == "-":
        if isinstance(default, TextIOWrapper):
            default.reconfigure(encoding="utf-8")  # whatever the locale: JSON lines are UTF-8
        return default
    stream = stack.enter_context(written_whole(Path(path)))
    return stack.enter_context(TextIOWrapper(stream, encoding="utf-8"))


def _summary(counts: Counter[str]) -> str:
    reasons = {reason: count for reason, count in counts.items() if reason not in ("article", "unreadable")}
    refused = sum(reasons.values())
    listed = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    return f"{counts['article'] + refused} read, {counts['article']} articles, {refused} refused" + (
        f": {listed}" if listed else ""
    )
