"""`scrapy restore`: texts and JSON lines that mirrors wrecked, given back, files of any size."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from time import perf_counter
from typing import BinaryIO, ClassVar, NoReturn

from scrapy.commands import ScrapyCommand
from tqdm import tqdm

from newscrawl.bulk import lines
from newscrawl.bulk.packed import packed
from newscrawl.bulk.reading import read, total_size
from newscrawl.bulk.work import Done, Tally, Work
from newscrawl.bulk.workers import WorkerLostError, in_order
from newscrawl.publish.written import check_targets, written_whole

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


class Command(ScrapyCommand):
    """Reads text and JSON lines, writes them restored."""

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
        parser.add_argument("--jobs", metavar="N", type=_jobs, default=1, help="processes (1); 0 is one for each core")
        parser.add_argument("--diff", action="store_true", help="show what changes instead of the output")
        parser.add_argument("--quiet", action="store_true", help="no progress, no statistics")
        parser.epilog = _EPILOG
        parser.formatter_class = argparse.RawDescriptionHelpFormatter

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Restore every file in order."""
        paths = args or ["-"]
        check_targets(paths, opts.output)
        started = perf_counter()
        total = Tally()
        try:
            _restore(paths, opts, total)
        except BrokenPipeError:  # | head has seen enough
            _forget_stdout()
            return
        except (OSError, WorkerLostError) as error:
            _forget_stdout()
            why = f"cannot write: {error.strerror}" if isinstance(error, OSError) else str(error)
            print(f"scrapy restore: {why}", file=sys.stderr)
            self.exitcode = FAILED
            return
        except KeyboardInterrupt:
            print("scrapy restore: interrupted", file=sys.stderr)
            self.exitcode = INTERRUPTED
            return
        if not opts.quiet:
            print(statistics(total, perf_counter() - started), file=sys.stderr)
        self.exitcode = BAD if total.bad or total.unreadable else 0


def _path(name: str) -> lines.Path:
    path = tuple(name.split("."))
    if not all(path) or path[0] == lines.KEY:
        raise argparse.ArgumentTypeError(f"{name!r} names no field that can be restored")
    return path


def _jobs(number: str) -> int:
    if not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{number!r} is no number of processes")
    return int(number) or os.cpu_count() or 1


def _restore(paths: list[str], opts: argparse.Namespace, total: Tally) -> None:
    """Restore the files, adding to `total` what was done."""
    with ExitStack() as stack:
        out: BinaryIO = sys.stdout.buffer
        if opts.output and opts.output != "-":
            target = Path(opts.output)
            out = stack.enter_context(packed(stack.enter_context(written_whole(target)), target.suffix.lower()))
        work = Work(
            paths=tuple(dict.fromkeys(opts.field or [("text",)])),
            show=opts.diff,
            colour=opts.diff and _in_colour(out),
        )
        bar = stack.enter_context(closing(_bar(paths, out, quiet=opts.quiet)))
        done = stack.enter_context(closing(in_order(work, read(paths, opts.format), opts.jobs)))
        _write(done, out, bar, total)


def _write(finished: Iterator[Done], out: BinaryIO, bar: tqdm[NoReturn], total: Tally) -> None:
    started = perf_counter()
    for done in finished:
        out.write(done.data)
        if out is sys.stdout.buffer:
            out.flush()  # whoever reads along should not wait
        for complaint in done.complaints:
            bar.write(f"scrapy restore: {complaint}", file=sys.stderr)
        total.add(done.tally)
        speed = total.documents / (perf_counter() - started)
        damaged = total.families.total()
        bar.set_postfix_str(f"{total.documents:,} docs, {speed:,.0f} docs/s, {damaged:,} damaged", refresh=False)
        bar.update(done.tally.consumed)


def _bar(paths: list[str], out: BinaryIO, *, quiet: bool) -> tqdm[NoReturn]:
    """Progress on a terminal, unless the output goes there as well."""
    tqdm.monitor_interval = 0  # its thread would be there when workers are forked
    mixed = out is sys.stdout.buffer and sys.stdout.isatty()
    hidden = quiet or mixed or not sys.stderr.isatty()
    return tqdm(total=total_size(paths), unit="B", unit_scale=True, disable=hidden, file=sys.stderr)


def _in_colour(out: BinaryIO) -> bool:
    """As no-color.org and force-color.org have it; the first has the last word."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (out is sys.stdout.buffer and sys.stdout.isatty())


def _forget_stdout() -> None:
    """Nothing more goes to standard output: what could not be written would be tried again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def statistics(total: Tally, seconds: float) -> str:
    """What was done, for a person."""
    megabytes = total.size / 1e6
    rows = [
        ("documents", f"{total.documents:,}"),
        ("damaged", _listed(total.families)),
        ("repairs", _listed(total.repairs)),
        ("spots left", f"{total.spots:,}"),
        ("bad lines", f"{total.bad:,}"),
        ("unreadable", f"{total.unreadable:,}" if total.unreadable else ""),
        ("speed", f"{megabytes / seconds:.1f} MB/s ({megabytes:.1f} MB in {seconds:.1f} s)"),
    ]
    return "\n".join(f"{name:12}{value}" for name, value in rows if value)


def _listed(counts: dict[str, int]) -> str:
    total = f"{sum(counts.values()):,}"
    names = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    return f"{total}: {names}" if names else total
