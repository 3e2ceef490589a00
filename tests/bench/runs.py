"""Servers of the large portal and crawls of it, in processes of their own, with what they cost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from newscrawl.crawl.ledger.store import open_to_read
from newscrawl.publish.paths import ledger_path
from tests.torture.crawls import ENV, LARGE, ROOT

TIMED = Path(__file__).with_name("timed.py")


@contextmanager
def large_portal(articles: int, *options: str) -> Iterator[str]:
    """The large portal, served by another process while the `with` block runs; gives its address."""
    command = [sys.executable, "-u", "-m", "newscrawl.demo", "--portal-port", "0", "--large", str(articles), *options]
    server = subprocess.Popen(command, cwd=ROOT, env=ENV, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        found = re.search(r"http://[\d.:]+\d", server.stdout.readline())
        assert found
        yield found[0]
    finally:
        server.terminate()
        server.communicate()


def our_crawl(at: str, output: Path, *options: str, timed: Path | None = None) -> list[str]:
    """The command that crawls the large portal with everything on; `timed` is a file for what the ledger took."""
    start = [str(TIMED), str(timed)] if timed else ["-m", "scrapy"]
    site = ["runspider", str(LARGE), "-a", f"at={at}"]
    return [sys.executable, *start, *site, "-s", f"OUTPUT_DIR={output}", "-L", "WARNING", *options]


def cpu_seconds(command: list[str], folder: Path = ROOT) -> float:
    """CPU seconds (user and system) of a process and what it waited for. Raises `RuntimeError` when it fails."""
    process = subprocess.Popen(command, cwd=folder, env=ENV, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)}")
    return used.ru_utime + used.ru_stime


def last_record(output: Path) -> dict[str, Any]:
    """The record of the last run over the large portal."""
    ledger = open_to_read(ledger_path(output, "large"))
    try:
        return ledger.records(1)[0]
    finally:
        ledger.close()
