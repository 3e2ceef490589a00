"""Several sites in one run: each crawled by a process of its own, so that no crawl can take another with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Any

from newscrawl.crawl.series_progress import SeriesProgress
from newscrawl.progress import Line
from newscrawl.publish.record import run_record

if TYPE_CHECKING:
    from newscrawl.crawl.ledger.place import Place

# What a crawl is given to finish the pages that are under way, and to make its output durable.
GRACE_SECONDS = 60.0
_POLL_SECONDS = 0.1

NOT_RUN = ("already_running", "output_unwritable", "ledger_unusable", "unsafe_settings", "wrong_setting", "not_started")
"""How a crawl is said to have ended that never began. `not_started` is ours: it died before it could say why."""
TIME_LIMIT, KILLED = "time_limit", "killed"
DIED = "died"
"""A crawl that began, and ended by itself before it could say how."""


@dataclass(kw_only=True, eq=False)
class Series:
    """A run called `run` of some sites, `jobs` at a time, each for at most `seconds` (0: as long as it takes)."""

    run: str
    options: Sequence[str]
    """Of `scrapy crawl`, the same for each."""
    place: Callable[[str], Place]
    """Where the ledger of a site is."""
    jobs: int = 1
    seconds: float = 0.0
    progress: SeriesProgress = field(default_factory=lambda: SeriesProgress(Line(drawn=False)))
    _stopped: Event = field(default_factory=Event)
    _killed: Event = field(default_factory=Event)

    def crawl(self, sites: Sequence[str], done: Callable[[dict[str, Any]], object]) -> list[dict[str, Any]]:
        """Crawl the sites; `done` is called with the record of each as it ends. Returns all records, in their order.

        After `stop` no further site is begun.
        """

        def one(site: str) -> dict[str, Any] | None:
            if self._stopped.is_set():
                return None
            record = self._crawl(site)
            done(record)
            return record

        self.progress.begin(len(sites))
        with ThreadPoolExecutor(self.jobs) as pool, closing(self.progress):
            return [record for record in pool.map(one, sites) if record]

    def stop(self) -> None:
        """Let what runs end in order, and begin nothing more; told a second time, end it at once."""
        (self._killed if self.stopped else self._stopped).set()

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stopped.is_set()

    def _crawl(self, site: str) -> dict[str, Any]:
        before = self._in_ledger(site, "last_run") or 0
        with TemporaryDirectory() as folder:
            told = Path(folder, "record.json")
            command = [sys.executable, "-m", "scrapy", "crawl", site, "-s", f"RUN={self.run}", "--record", str(told)]
            command += ["-s", f"PARENT={os.getpid()}"]
            with self.progress.of(site, Path(folder)) as (options, stderr):
                process = subprocess.Popen(
                    [*command, *self.options, *options],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=stderr,
                )
                overdue = self._wait(process)
            record = json.loads(told.read_bytes()) if told.exists() else None
        record = record or self._untold(site, before, process.returncode)
        return {**record, "finish_reason": TIME_LIMIT} if overdue else record

    def _untold(self, site: str, before: int, code: int) -> dict[str, Any]:
        """The record of a crawl that left none (the disk is full, say): as its ledger has it, or how it died."""
        kept = self._in_ledger(site, "record_since", before) if code >= 0 else None
        reason = KILLED if code < 0 else "not_started" if kept is None else DIED
        return kept or run_record(site, {"finish_reason": reason}, run=self.run)

    def _in_ledger(self, site: str, ask: str, *told: int) -> Any:
        """What a function of publish/history.py says of a site; None when its ledger cannot be read."""
        from sqlalchemy.exc import DatabaseError

        from newscrawl.crawl.ledger import LedgerError
        from newscrawl.publish import history

        with suppress(LedgerError, DatabaseError, ValueError):
            return getattr(history, ask)(self.place(site), *told)
        return None

    def _wait(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait for a crawl; returns whether it had to be ended because its time was up."""
        ends = time.monotonic() + self.seconds if self.seconds else float("inf")
        while process.poll() is None and time.monotonic() < ends and not self.stopped:
            time.sleep(_POLL_SECONDS)
            self.progress.show()
        if process.poll() is not None:
            return False
        process.send_signal(signal.SIGTERM)
        ends = time.monotonic() + GRACE_SECONDS
        while process.poll() is None and time.monotonic() < ends and not self._killed.is_set():
            time.sleep(_POLL_SECONDS)
            self.progress.show()
        process.kill()
        process.wait()
        return not self.stopped
