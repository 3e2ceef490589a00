"""`scrapy dataset build|check`: articles out of archives and crawls as a data set that others load."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from scrapy.exceptions import UsageError

from newscrawl.progress import Line, drawn
from newscrawl.shown import visible
from newscrawl.usage import Helpful, check_files, processes

if TYPE_CHECKING:
    from newscrawl.dataset.options import Options

WRONG, FAILED, INTERRUPTED = 1, 2, 130

_EPILOG = """\
examples:
  scrapy dataset build output/articles -o datasets/news
  scrapy dataset build 'crawl/*.warc.gz' old.jsonl.zst -o news --split time=2024-01-01,2024-07-01 --without people
  scrapy dataset build dumps -o news --format jsonl --split hash=0.9,0.05,0.05
  scrapy dataset check datasets/news

exit status:
  build: 0; 1 when no article came out; 2 for wrong usage, when a path leads nowhere, or DIR could not
         be written (an archive that is damaged costs what is damaged, and is named on standard error);
         130 after Ctrl-C, and the same command goes on where it was
  check: 0; 1 when something is wrong with the data set; 2 for wrong usage, or when DIR holds none
"""


class Command(Helpful):
    """The command; Scrapy finds it by the name of this module."""

    epilog = _EPILOG
    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "build IN... -o DIR [options] | check DIR"

    def short_desc(self) -> str:
        """The line in Scrapy's list of commands."""
        return "Build a data set of articles out of files of any kind, or check one"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Where it goes, and what it is to be."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="DIR", help="build: the folder of the data set, new or empty")
        parser.add_argument("--format", choices=("parquet", "jsonl"), default="parquet", help="of the files (parquet)")
        parser.add_argument(
            "--split",
            metavar="RULE",
            help="time=DAY[,DAY]: the days on which validation and test begin; hash=SHARE,SHARE[,SHARE]: their shares",
        )
        parser.add_argument("--without", choices=("people",), help="leave out who made the articles")
        parser.add_argument(
            "--shard-rows", metavar="N", type=_rows, default=100_000, help="rows of a file at most (100000)"
        )
        parser.add_argument(
            "--jobs", metavar="N", type=processes, default=1, help="tasks at a time (1); 0: one for each core"
        )
        parser.add_argument("--executor", metavar="NAME", default="local", help="local (the default), ray or slurm")
        parser.add_argument("--ray", metavar="ADDRESS", help="of the Ray cluster; without it one on this machine")
        parser.add_argument("--slurm", metavar="NAME=VALUE,...", help="partition, time and others, for sbatch")
        for name, what in (("html", "HTML"), ("text", "flattened text"), ("url", "the address")):
            parser.add_argument(f"--{name}", metavar="COLUMN", help=f"column of JSON lines and Parquet with {what}")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Build or check."""
        action, *paths = args or [""]
        if action == "build":
            self._build(paths, opts)
        elif action == "check":
            self._check(paths)
        else:
            raise UsageError("say what to do: build IN... -o DIR, or check DIR", print_help=False)

    def _build(self, paths: list[str], opts: argparse.Namespace) -> None:
        if not paths or not opts.output:
            raise UsageError("name what to read, and with -o the folder to build in", print_help=False)
        check_files(paths)
        if "-" in paths:
            raise UsageError(
                "standard input cannot be read again by a build that goes on: name files", print_help=False
            )
        out, options = Path(opts.output), _options(opts)
        from newscrawl.archives import Columns
        from newscrawl.blocks import ReadArchives
        from newscrawl.dataset import build
        from newscrawl.dataset.executors import BuildError, named
        from newscrawl.dataset.finish import why_empty

        assert self.settings is not None
        line = Line(drawn=drawn(self.settings))
        try:
            slurm = dict(pair.partition("=")[::2] for pair in (opts.slurm or "").split(",") if pair)
            runner = named(opts.executor, slurm=slurm, ray_address=opts.ray)
            read = ReadArchives(paths, Columns(html=opts.html, text=opts.text, url=opts.url))
            waiting = build.run(read, out, options, executor=runner, jobs=opts.jobs, told=partial(_show, line))
        except (BuildError, OSError) as problem:
            line.close()
            self._failed(out, problem, why_empty(out / build.WORK))
        except KeyboardInterrupt:
            line.close()
            print("scrapy dataset: interrupted; the same command goes on where it was", file=sys.stderr)
            self.exitcode = INTERRUPTED
        else:
            line.close()
            print(f"jobs on the queue: {', '.join(waiting)}" if waiting else _built(out))

    def _failed(self, out: Path, problem: Exception, empty: str | None) -> None:
        """Say why nothing was built; of a build that came to nothing, take away what it left."""
        why = (
            f"{problem.filename or out}: {problem.strerror}"
            if isinstance(problem, OSError) and problem.strerror
            else problem
        )
        if empty is not None:
            import shutil

            from newscrawl.dataset.build import WORK

            shutil.rmtree(out / WORK)
            out.rmdir()  # nothing else was in it
            why = f"no article came out, and no data set was written: {empty}"
        print(f"scrapy dataset: {visible(str(why))}", file=sys.stderr)
        self.exitcode = FAILED if empty is None else WRONG

    def _check(self, paths: list[str]) -> None:
        if len(paths) != 1:
            raise UsageError("check takes one folder", print_help=False)
        from newscrawl.dataset.check import check

        try:
            problems = list(check(Path(paths[0])))
        except (OSError, ValueError) as problem:
            why = problem.strerror if isinstance(problem, OSError) else problem
            raise UsageError(f"{paths[0]} holds no data set: manifest.json: {why}", print_help=False) from problem
        for line in problems or ["whole"]:
            print(visible(line))
        self.exitcode = WRONG if problems else 0


def _show(line: Line, text: str) -> None:
    line.show(lambda: text)


def _built(out: Path) -> str:
    """What a finished build came to; what of the input is damaged or gave nothing goes to standard error."""
    import json

    told = json.loads((out / "manifest.json").read_bytes())
    for place in (*told["damaged"], *told["unread"]):
        print(f"scrapy dataset: {visible(place)}", file=sys.stderr)
    articles = sum(told["rows"].values()) - told["rows"]["duplicates"]
    copies, refused = told["rows"]["duplicates"], sum(told["refused"].values())
    return f"{visible(str(out))}: {articles:,} articles, {copies:,} copies of them, {refused:,} refused"


def _rows(number: str) -> int:
    if not number.isdecimal() or not int(number):
        raise argparse.ArgumentTypeError(f"{number!r} is no number of rows")
    return int(number)


def _options(opts: argparse.Namespace) -> Options:
    """What the data set is to be. Raises `UsageError`."""
    from newscrawl.dataset.options import Options
    from newscrawl.dataset.splits import WHOLE, parse

    try:
        split = parse(opts.split) if opts.split else WHOLE
    except ValueError as problem:
        raise UsageError(f"--split {opts.split}: {problem}", print_help=False) from problem
    return Options(form=opts.format, split=split, people=opts.without != "people", shard_rows=opts.shard_rows)
