"""`scrapy extract`: articles out of saved pages and archives, without fetching anything."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import ExitStack, closing
from io import TextIOWrapper
from pathlib import Path
from typing import ClassVar, TextIO

from scrapy.exceptions import UsageError

from newscrawl.bulk.workers import WorkerLostError
from newscrawl.progress import Line, drawn
from newscrawl.publish.written import check_targets, written_whole
from newscrawl.shown import visible
from newscrawl.usage import Helpful, cannot_write, check_files, forget_stdout, print_utf8, processes

INTERRUPTED = 130

_EPILOG = """\
examples:
  scrapy extract page.html                     one article on standard output
  scrapy extract saved/ -o articles.jsonl --rejects rejects.jsonl
  scrapy extract 'warc/**/*.warc.gz' --jobs 0 -o articles.jsonl.zst
  scrapy extract dump.parquet --html content --url meta.url -o articles.jsonl
  zcat archive.jsonl.gz | scrapy extract -     lines of {"text": ..., "url": ...}

what is read, by its first bytes and its name (docs/archives.md has it all):
  - HTML and text (.txt: a block a line), a page a file; folders, sorted by name; patterns, quoted or not
  - WARC: responses, resources and conversions (WET) that are HTML or text
  - JSON lines (.jsonl, .jl, .ndjson) and Parquet: a page a row, in columns with usual names (html, text, content, url,
    ...) or those that --html, --text and --url name; a dot leads into objects
gzip and zstd are unpacked. What is damaged is named, and reading goes on behind it.

exit status: 0 when an article came out, 1 when none did, 2 when a path cannot be read or is damaged, the output
  cannot be written, or a worker process was lost; 130 after Ctrl-C
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
        return "Articles out of HTML, text, WARC, Parquet, JSON lines, folders (- is standard input)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Where it goes, processes, and columns."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="write the articles here instead of standard output")
        parser.add_argument(
            "--rejects", metavar="FILE", help="write what was refused here, a line each with its reason"
        )
        parser.add_argument(
            "--jobs", metavar="N", type=processes, default=1, help="processes (1); 0 is one for each core"
        )
        for name, what in (("html", "HTML"), ("text", "flattened text"), ("url", "the address")):
            parser.add_argument(f"--{name}", metavar="COLUMN", help=f"column of JSON lines and Parquet with {what}")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read every path in order; the summary goes to standard error."""
        if not args:
            raise UsageError("name at least one file, folder or - for standard input")
        if opts.rejects == "-":
            raise UsageError("--rejects takes a file: standard output is for articles")
        from newscrawl.archives.paths import expand

        check_files(args)
        paths = expand(args)
        check_targets(paths, opts.output, opts.rejects)
        try:
            counts = self._extract(paths, opts)
        except BrokenPipeError:  # | head -1 has seen enough
            forget_stdout()
            return
        except (OSError, WorkerLostError) as error:
            forget_stdout()
            why = cannot_write(error, opts.output) if isinstance(error, OSError) else visible(str(error))
            print(f"scrapy extract: {why}", file=sys.stderr)
            self.exitcode = 2
            return
        except KeyboardInterrupt:
            print("scrapy extract: interrupted", file=sys.stderr)
            self.exitcode = INTERRUPTED
            return
        print(_summary(counts), file=sys.stderr)
        self.exitcode = 2 if counts["unreadable"] else 0 if counts["article"] else 1

    def _extract(self, paths: list[str], opts: argparse.Namespace) -> Counter[str]:
        from newscrawl.archives import Columns
        from newscrawl.bulk.extract import Extraction

        with ExitStack() as stack:
            print_utf8()
            out = _open(stack, opts.output) or sys.stdout
            rejects = _open(stack, opts.rejects)
            mixed = opts.output in (None, "-") and sys.stdout.isatty()
            assert self.settings is not None
            line = stack.enter_context(closing(Line(drawn=drawn(self.settings, mixed=mixed))))
            extraction = Extraction(out, rejects, line, opts.jobs)
            counts = extraction.read(paths, Columns(opts.html, opts.text, opts.url))
            sys.stdout.flush()
        return counts


def _open(stack: ExitStack, path: str | None) -> TextIO | None:
    """The file to write, packed as its name says; None for standard output and for none."""
    if path is None or path == "-":
        return None
    from newscrawl.bulk.packed import packed

    stream = stack.enter_context(written_whole(Path(path)))
    return stack.enter_context(TextIOWrapper(stack.enter_context(packed(stream, Path(path).suffix.lower())), "utf-8"))


def _summary(counts: Counter[str]) -> str:
    reasons = {reason: count for reason, count in counts.items() if reason not in ("article", "unreadable")}
    refused = sum(reasons.values())
    listed = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    return f"{counts['article'] + refused} read, {counts['article']} articles, {refused} refused" + (
        f": {listed}" if listed else ""
    )
