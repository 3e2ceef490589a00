"""`scrapy restore`: texts and JSON lines that mirrors wrecked, given back, files of any size."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, BinaryIO, ClassVar

from newscrawl.bulk import lines
from newscrawl.bulk.workers import WorkerLostError
from newscrawl.progress import drawn
from newscrawl.publish.written import check_targets, written_whole
from newscrawl.usage import Helpful, cannot_write, check_files, forget_stdout, processes

if TYPE_CHECKING:
    from newscrawl.bulk.work import Tally

BAD, FAILED, INTERRUPTED = 1, 2, 130

_EPILOG = """\
examples:
  scrapy restore page.txt                            the text restored, on standard output
  scrapy restore dump.jsonl.gz --jobs 0 -o dump.restored.jsonl.zst
  scrapy restore --field title --field body < articles.jsonl | jq .restored
  scrapy restore --diff page.txt                     what would change

what a document is:
  The kind of damage is recognised for each document on its own, from nothing but the document. It is
  - in JSON lines (.jsonl, .jl, .ndjson; on standard input when the first byte is "{"): the named fields of one line
    together. A dotted name leads into objects, a list of strings counts as its paragraphs, null as no text.
  - in text (every other name): the whole file; with form feeds, what stands between two of them. A document of more
    than 1 MiB is taken in pieces of up to 256 KiB, cut at blank lines, else at line ends, else behind a full stop.
    For a file with an article on each line: jq -cR '{text: .}' FILE | scrapy restore | jq -r .text
Files packed with gzip or zstd are recognised by their first bytes, for -o the name decides. Text is UTF-8.

what comes out:
  Text restored. In a JSON line only the named fields change, and "restored" is added: {"family": "A", "steps":
  {"annotation": 12, ...}, "unresolved": 0, "confidence": 1.0}; "unresolved" counts the spots that are still damaged,
  the family is "lossy" when there is nothing but such spots. What is clean comes out byte for byte, and so does what
  cannot be read (no JSON, no such field, no string, not UTF-8, a line of more than 8 MiB), which is reported.

exit status: 0; 1 when a line was bad or a file could not be read; 2 for wrong usage, when the output cannot be
  written or a worker process was lost; 130 after Ctrl-C. With 2 and 130 the file named by -o stays what it was.
"""


class Command(Helpful):
    """Reads text and JSON lines, writes them restored."""

    epilog = _EPILOG
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] [FILE...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Damaged text and JSON lines given back (no file or -: standard input)"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Fields, form, processes, and where it goes."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", help="write here instead of standard output")
        parser.add_argument(
            "--field", metavar="NAME", action="append", type=_path, help="field of JSON lines (text); may be repeated"
        )
        parser.add_argument("--format", choices=("text", "jsonl"), help="what is read, whatever the names say")
        parser.add_argument(
            "--jobs", metavar="N", type=processes, default=1, help="processes (1); 0 is one for each core"
        )
        parser.add_argument("--diff", action="store_true", help="show what changes instead of the output")
        parser.add_argument("--quiet", action="store_true", help="no progress, no statistics")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Restore every file in order."""
        paths = args or ["-"]
        check_files(paths)
        check_targets(paths, opts.output)
        assert self.settings is not None
        started = perf_counter()
        try:
            total = _restore(paths, opts, shown=drawn(self.settings) and not opts.quiet)
        except BrokenPipeError:  # | head has seen enough
            forget_stdout()
            return
        except (OSError, WorkerLostError) as error:
            forget_stdout()
            why = cannot_write(error, opts.output) if isinstance(error, OSError) else str(error)
            print(f"scrapy restore: {why}", file=sys.stderr)
            self.exitcode = FAILED
            return
        except KeyboardInterrupt:
            print("scrapy restore: interrupted", file=sys.stderr)
            self.exitcode = INTERRUPTED
            return
        if not opts.quiet:
            from newscrawl.bulk.written import statistics

            print(statistics(total, perf_counter() - started), file=sys.stderr)
        self.exitcode = BAD if total.bad or total.unreadable else 0


def _path(name: str) -> lines.Path:
    path = tuple(name.split("."))
    if not all(path) or path[0] == lines.KEY:
        raise argparse.ArgumentTypeError(f"{name!r} names no field that can be restored")
    return path


def _restore(paths: list[str], opts: argparse.Namespace, *, shown: bool) -> Tally:
    """Restore the files; returns what was done."""
    from newscrawl.bulk.packed import packed
    from newscrawl.bulk.work import Work
    from newscrawl.bulk.written import write_restored

    with ExitStack() as stack:
        out: BinaryIO = sys.stdout.buffer
        if opts.output and opts.output != "-":
            target = Path(opts.output)
            out = stack.enter_context(packed(stack.enter_context(written_whole(target)), target.suffix.lower()))
        mixed = out is sys.stdout.buffer and sys.stdout.isatty()
        fields = tuple(dict.fromkeys(opts.field or [("text",)]))
        work = Work(paths=fields, show=opts.diff, colour=opts.diff and _in_colour(out))
        return write_restored(paths, out, work, form=opts.format, jobs=opts.jobs, shown=shown and not mixed)


def _in_colour(out: BinaryIO) -> bool:
    """As no-color.org and force-color.org have it; the first has the last word."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (out is sys.stdout.buffer and sys.stdout.isatty())
