"""`scrapy extract`: articles out of saved pages, flattened text and JSON lines, without fetching anything."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timezone
from io import TextIOWrapper
from pathlib import Path
from typing import Any, ClassVar, TextIO

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl import flow
from newscrawl.crawl.files import Source, open_paths
from newscrawl.judge.repeat import Seen
from newscrawl.publish.feed import to_line
from newscrawl.publish.rejects import reject_line
from newscrawl.publish.written import check_targets, written_whole
from newscrawl.refused import Refused
from newscrawl.shown import visible

_EPILOG = """\
examples:
  scrapy extract page.html                     one article on standard output
  scrapy extract saved/ -o articles.jsonl --rejects rejects.jsonl
  zcat archive.jsonl.gz | scrapy extract -     lines of {"text": ..., "url": ...}

exit status: 0 when an article came out, 1 when none did, 2 when a path cannot be read
"""


class Command(ScrapyCommand):
    """Reads pages from files and writes articles as JSON lines."""

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
        parser.epilog = _EPILOG
        parser.formatter_class = argparse.RawDescriptionHelpFormatter

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read every path in order; the summary goes to standard error."""
        if not args:
            raise UsageError("name at least one file, folder or - for standard input")
        if opts.rejects == "-":
            raise UsageError("--rejects takes a file: standard output is for articles")
        check_targets(args, opts.output, opts.rejects)
        try:
            counts = self._extract(args, opts)
        except BrokenPipeError:  # | head -1 has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        except OSError as error:
            print(f"scrapy extract: cannot write: {error.strerror}", file=sys.stderr)
            self.exitcode = 2
            return
        print(_summary(counts), file=sys.stderr)
        self.exitcode = 2 if counts["unreadable"] else 0 if counts["article"] else 1

    def _extract(self, args: list[str], opts: argparse.Namespace) -> Counter[str]:
        with ExitStack() as stack:
            out = _open(stack, opts.output, sys.stdout)
            rejects = _open(stack, opts.rejects, None)
            counts = extract(args, out, rejects)
            sys.stdout.flush()
        return counts


def extract(paths: list[str], out: Any, rejects: Any) -> Counter[str]:
    """Read all paths; returns how many articles came out, how many were refused by reason, how many paths failed."""
    counts: Counter[str] = Counter()
    seen = Seen()
    for source in open_paths(paths):
        if source.error:
            print(f"scrapy extract: {visible(source.error)}", file=sys.stderr)
            counts["unreadable"] += source.fatal
            continue
        try:
            article = _read(source, seen)
        except Refused as refused:
            counts[refused.reason] += 1
            _write_reject(refused, source, rejects)
        else:
            counts["article"] += 1
            out.write(to_line(article) + "\n")
    return counts


def _read(source: Source, seen: Seen) -> Any:
    if source.refused:
        raise source.refused
    article = flow.run(source.article())
    flow.judge_repeat(article, seen)
    return article


def _write_reject(refused: Refused, source: Source, rejects: Any) -> None:
    if rejects is not None:
        refused.url = refused.url or source.name
        rejects.write(reject_line(refused, site=None, fetched_at=datetime.now(timezone.utc)) + "\n")


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
