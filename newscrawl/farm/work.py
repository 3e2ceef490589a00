"""What a worker does with a job: crawl the site as `scrapy run` does, and tell the database what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from threading import Event
from typing import Any, TypeVar

from sqlalchemy import URL

from newscrawl.crawl.ledger import LedgerError
from newscrawl.crawl.ledger.lease import holder
from newscrawl.crawl.ledger.place import Schema
from newscrawl.crawl.series import DIED, KILLED, Series
from newscrawl.farm.jobs import MOST_FAILURES, Jobs, WaitsError, open_jobs
from newscrawl.farm.options import from_json
from newscrawl.publish.paths import checked_run
from newscrawl.publish.record import run_record

logger = logging.getLogger(__name__)

T = TypeVar("T")

_AGAIN = ("already_running", "shutdown", "parent_gone")
"""How crawls end that did nothing wrong: another worker goes on."""
_FAILED = (
    DIED,
    KILLED,
    "ledger_lost",
    "ledger_unusable",
    "lease_lost",
    "not_started",
    "output_unwritable",
    "start_error",
)
"""How crawls end that may do better the next time, but not for ever."""
_PAUSE = 2.0  # seconds between two attempts to reach the database


class StoppedError(Exception):
    """The worker ends, and could not do what it was asked to."""


class Worker:
    """Crawls for jobs of a database, several at a time when several threads call it."""

    def __init__(self, url: URL, known: Collection[str], options: Sequence[str]) -> None:
        self._url, self._known, self._options = url, known, options
        self._name = holder()
        self._running: set[Series] = set()
        self._stopped = Event()

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Let every crawl end in order; told a second time, end them at once. Signal handlers may call it."""
        self._stopped.set()
        for series in list(self._running):
            series.stop()

    def crawl(self, run: str, site: str) -> bool:
        """Do a job; returns whether another worker should go on with it at once. Raises `StoppedError`."""
        try:
            begun = self._tell(lambda jobs: jobs.begin(run, site, self._name))
        except WaitsError as other:
            logger.info("run %s, %s: is being crawled by %s", run, site, other)
            return False
        if begun is None:
            logger.info("run %s, %s: there is nothing to do", run, site)
            return False
        logger.info("run %s, %s: begun", run, site)
        record = self._record(run, site, begun.options) if begun.failures < MOST_FAILURES else _none(run, site, KILLED)
        reason = record["finish_reason"]
        last = begun.failures + 1 >= MOST_FAILURES
        if reason in _AGAIN or (reason in _FAILED and not last):
            logger.warning("run %s, %s: given back: %s", run, site, reason)
            self._tell(lambda jobs: jobs.give_back(run, site, self._name, reason, failed=reason in _FAILED))
            return self.stopped
        logger.info("run %s, %s: done: %s, %d articles", run, site, reason, record["articles"])
        self._tell(lambda jobs: jobs.finish(run, site, self._name, record))
        return False

    def _record(self, run: str, site: str, told: str) -> dict[str, Any]:
        """Crawl; what came of it. What is no job of ours is not begun: others may have written to the database."""
        try:
            options = from_json(told)
            checked_run(run)
        except (ValueError, TypeError) as problem:
            logger.error("run %s, %s: not begun: %s", run, site, problem)
            return _none(run, site, "wrong_setting")
        if site not in self._known:
            logger.error("run %s, %s: not begun: there is no such site here", run, site)
            return _none(run, site, "not_started")
        series = Series(
            run=run,
            options=[*self._options, *options.arguments()],
            place=lambda site: Schema(self._url, site, 0),
            seconds=60 * options.minutes,
        )
        self._running.add(series)
        try:
            if self.stopped:
                series.stop()
            records = series.crawl([site], lambda _: None)
        finally:
            self._running.discard(series)
        record = records[0] if records else _none(run, site, "shutdown")
        killed_by_us = series.stopped and record["finish_reason"] in (DIED, KILLED, "not_started")
        return {**record, "finish_reason": "shutdown"} if killed_by_us else record

    def _tell(self, step: Callable[[Jobs], T]) -> T:
        """Do something with the jobs, when the database is there. Raises `StoppedError` when the worker ends before."""
        while True:
            try:
                with open_jobs(self._url) as jobs:
                    return step(jobs)
            except LedgerError as problem:
                logger.warning("waiting for the database: %s", problem)
                if self._stopped.wait(_PAUSE):
                    raise StoppedError(str(problem)) from problem


def _none(run: str, site: str, reason: str) -> dict[str, Any]:
    return run_record(site, {"finish_reason": reason}, run=run)
