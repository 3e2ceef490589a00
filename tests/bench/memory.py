"""Whether the memory of a crawl grows with the pages it has read."""

from __future__ import annotations

import resource
import subprocess
import time
from pathlib import Path

from tests.bench.runs import large_portal, our_crawl
from tests.torture.crawls import ENV, ROOT

_EARLY = 5_000
"""Pages after which caches and queues are as full as they get."""
_EVERY = 0.5
"""Seconds between two looks."""


def measure_memory(output: Path, pages: int) -> None:
    """Crawl a large portal of small pages and print the resident memory after `_EARLY` articles and at the end."""
    early, began = min(_EARLY, pages // 2), time.monotonic()
    with large_portal(pages) as at:
        crawl = subprocess.Popen(our_crawl(at, output), cwd=ROOT, env=ENV, stderr=subprocess.DEVNULL)
        lines, seen = _Lines(output), []
        try:
            while crawl.poll() is None:
                if memory := _resident(crawl.pid):
                    seen.append((lines.count(), memory))
                time.sleep(_EVERY)
        finally:
            crawl.kill()
            crawl.wait()
    first = next(memory for count, memory in seen if count >= early)
    last = seen[-1][1]
    print(f"memory over {lines.count()} articles in {time.monotonic() - began:.0f} s, in MB:")
    print(f"  after {early}: {first:.0f}, at the end: {last:.0f}, ratio {last / first:.2f}", flush=True)


class _Lines:
    """Counts the lines of the articles of a run while it writes them."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._at = self._lines = 0

    def count(self) -> int:
        """How many there are now."""
        for path in self._output.glob("articles/large/*.jsonl"):
            with path.open("rb") as file:
                file.seek(self._at)
                new = file.read()
            self._at += len(new)
            self._lines += new.count(b"\n")
        return self._lines


def _resident(pid: int) -> float:
    """The resident memory of a process in MB; 0 when it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    except (OSError, IndexError):
        return 0.0
