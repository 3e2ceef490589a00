"""Crawls of the large portal in processes of their own, and what is in their output."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.forked import Run, scrapy_once

ROOT = Path(__file__).parents[2]
LARGE = Path(__file__).with_name("large.py")
for _name in ("NEWSCRAWL_LEDGER", "NEWSCRAWL_BROKER"):
    os.environ.pop(_name, None)  # whoever runs the tests may have a farm: its ledger and queue are none of theirs
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
PATIENCE = 300


@dataclass
class Output:
    """What stands in the files of articles of a site."""

    addresses: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    records: list[dict[str, Any]] = field(default_factory=list)
    torn: int = 0

    def harm(self, expected: set[str]) -> dict[str, int]:
        """How many of the addresses expected are lost, how many articles stand there twice, how many lines are torn."""
        doubled = sum(count - 1 for counts in (self.addresses, self.texts) for count in counts.values())
        return {"lost": len(expected - self.addresses.keys()), "doubled": doubled, "torn": self.torn}


def read_output(output: Path, site: str) -> Output:
    """Read every line that a site has come to."""
    found = Output()
    for file in sorted((output / "articles" / site).glob("*.jsonl")):
        for line in file.read_bytes().splitlines(keepends=True):
            try:
                record = json.loads(line)
            except ValueError:
                found.torn += 1
                continue
            found.torn += not line.endswith(b"\n")
            found.records.append(record)
            found.addresses[record["url"]] += 1
            found.texts[record["content_hash"]] += 1
    return found


def large(at: str, output: Path, *options: str) -> list[str]:
    """The arguments of Scrapy that crawl the large portal at an address."""
    return ["runspider", str(LARGE), "-a", f"at={at}", "-s", f"OUTPUT_DIR={output}", "-L", "WARNING", *options]


def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Scrapy to its end."""
    return completed(Run(command=arguments, seconds=PATIENCE))


def crash(point: str, times: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Scrapy until it kills itself at a row of `crash.POINTS`."""
    return completed(Run(command=arguments, crash=(point, times), seconds=PATIENCE))


def completed(run: Run) -> subprocess.CompletedProcess[str]:
    """What came of a run, as `subprocess.run` has it."""
    done = scrapy_once(run)
    return subprocess.CompletedProcess(["scrapy", *run.command], done.code, done.out, done.err)


# Below the ports that systems give to connections (Linux: from 32768 on), so that none takes one between asking for it
# and listening there; far apart for processes that begin at once, as workers of pytest do.
_ports = count(20_000 + os.getpid() * 97 % 12_000)


def free_port() -> int:
    """A port that nobody has at the moment; each call gives another."""
    for port in _ports:
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do that will listen there
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("numbers do not end")
