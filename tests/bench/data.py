"""What batch work costs, beside trafilatura over the same pages: `make bench-data`.

1. Articles out of a WARC of 60 KB pages, by one process and by one for each core. trafilatura, as it is and in its fast
   mode, both with metadata, reads a WARC of the first of these pages in an environment of its own.
2. Clean texts in JSON lines through `scrapy restore`: what a corpus costs in which nothing is damaged.
3. A data set built of articles.

Every tool is a process of its own, all take turns, and each reads a long input and one of a tenth: what counts is the
difference, so that start-up does not. Medians of some rounds. `a core` is by the CPU time of all processes of a tool,
`in all` by the clock; memory is that of the largest process. Absolute figures depend on the machine, ratios do not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import NamedTuple

from newscrawl.demo.large import LargePortal
from tests.bench.archive import write_articles, write_texts, write_warc
from tests.torture.crawls import ENV, ROOT

_SIZE = 60_000
_SHARE = 10
"""What part of the long input the short one is."""
_PEER = str(Path(__file__).with_name("peer_warc.py"))
_HEAD = f"  {'tool':24}{'a core':>10}{'in all':>10}{'memory, MB':>12}{'to the last':>13}"


class Tool(NamedTuple):
    """A command, to which the file to read and the one to write are added, and its two inputs with their amounts."""

    name: str
    command: Sequence[str]
    inputs: Sequence[tuple[Path, float]]


class Spent(NamedTuple):
    """What a process and those it waited for took."""

    seconds: float
    cpu: float
    megabytes: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench-data", description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=4_000, help="pages of the WARC (4,000)")
    parser.add_argument("--peer-pages", type=int, default=300, help="pages that trafilatura reads (300)")
    parser.add_argument("--megabytes", type=int, default=400, help="clean JSON lines (400)")
    parser.add_argument("--articles", type=int, default=60_000, help="articles of the data set (60,000)")
    parser.add_argument("--runs", type=int, default=3, help="counted rounds (3)")
    parser.add_argument("--peers", metavar="PYTHON", help="the Python of an environment with trafilatura and fastwarc")
    parser.add_argument("--only", choices=("extract", "restore", "dataset"), help="one part")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for part in (extract, restore, dataset):
            if options.only in (None, part.__name__):
                title, tools = part(Path(name), options)
                print(f"{title}\n{_HEAD}")
                measure(tools, Path(name), options.runs)


def extract(folder: Path, options: argparse.Namespace) -> tuple[str, list[Tool]]:
    """Articles out of WARC."""
    portal = LargePortal(options.pages, size=_SIZE)
    ours = [(folder / f"{count}.warc.gz", count) for count in (options.pages, options.pages // _SHARE)]
    theirs = [(folder / f"{count}.warc.gz", count) for count in (options.peer_pages, options.peer_pages // _SHARE)]
    for path, count in {*ours, *theirs}:
        write_warc(portal, path, count)
    tools = [Tool(*_ours(jobs, "extract"), ours) for jobs in _jobs()]
    if options.peers:
        tools += [
            Tool(name, [options.peers, _PEER, *mode], theirs)
            for name, mode in (("trafilatura, fast", ["--fast"]), ("trafilatura", []))
        ]
    return f"pages/s: articles out of a WARC of pages of {_SIZE // 1000} KB", tools


def restore(folder: Path, options: argparse.Namespace) -> tuple[str, list[Tool]]:
    """Clean JSON lines."""
    inputs = [(folder / "long.jsonl", options.megabytes), (folder / "short.jsonl", options.megabytes / _SHARE)]
    for path, megabytes in inputs:
        write_texts(path, int(megabytes * 1e6))
    return "\nMB/s: clean JSON lines restored", [Tool(*_ours(jobs, "restore", "--quiet"), inputs) for jobs in _jobs()]


def dataset(folder: Path, options: argparse.Namespace) -> tuple[str, list[Tool]]:
    """Articles to a data set, duplicates and all."""
    inputs = [(folder / f"articles-{count}", count) for count in (options.articles, options.articles // _SHARE)]
    for path, count in inputs:
        write_articles(path, count)
    return "\narticles/s: a data set built", [Tool(*_ours(jobs, "dataset", "build"), inputs) for jobs in _jobs()]


def _jobs() -> list[int]:
    return sorted({1, os.cpu_count() or 1})


def _ours(jobs: int, *command: str) -> tuple[str, list[str]]:
    name = f"newscrawl, {jobs} process{'es' * (jobs > 1)}"
    return name, [sys.executable, "-m", "scrapy", *command, "--jobs", str(jobs)]


def measure(tools: Sequence[Tool], folder: Path, runs: int) -> None:
    """Let the tools take turns, and print a line for each, the last one's speed being 1."""
    rounds = [[_round(tool, folder / f"out-{number}-{at}") for at, tool in enumerate(tools)] for number in range(runs)]
    found = [
        [statistics.median(values) for values in zip(*of_tool, strict=True)] for of_tool in zip(*rounds, strict=True)
    ]
    for tool, (a_core, in_all, megabytes) in zip(tools, found, strict=True):
        ratio = a_core / found[-1][0]
        print(f"  {tool.name:24}{a_core:10.1f}{in_all:10.1f}{megabytes:12.0f}{ratio:13.2f}", flush=True)


def _round(tool: Tool, out: Path) -> tuple[float, float, float]:
    """Amounts a second of CPU time and by the clock, and the memory."""
    (long, more), (short, less) = (
        (_spent([*tool.command, str(path), "-o", f"{out}-{amount}"]), amount) for path, amount in tool.inputs
    )
    return (more - less) / (long.cpu - short.cpu), (more - less) / (long.seconds - short.seconds), long.megabytes


def _spent(command: Sequence[str]) -> Spent:
    """Run a command to its end. Raises `RuntimeError` when it fails."""
    began = time.monotonic()
    process = Popen(command, cwd=ROOT, env=ENV, stdout=DEVNULL, stderr=DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)}")
    return Spent(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
