"""Jobs that nobody is at, put on the queue again: their worker died, Redis lost them, or their site was taken."""

from __future__ import annotations

import logging
from threading import Event, Thread

from celery import Celery  # type: ignore[import-untyped]  # celery has no types
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy import URL

from newscrawl.crawl.ledger import LedgerError
from newscrawl.farm.jobs import open_jobs
from newscrawl.farm.queue import is_empty, send

logger = logging.getLogger(__name__)


class Sweep(Thread):
    """Looks every `seconds` / 3 while a worker runs. Every worker does; each job is found by one of them."""

    def __init__(self, app: Celery, url: URL, seconds: float) -> None:
        super().__init__(name="sweep", daemon=True)
        self._app, self._url, self._seconds = app, url, seconds
        self._ended = Event()

    def run(self) -> None:
        """Look again and again."""
        while not self._ended.wait(self._seconds / 3):
            try:
                self.look()
            except (LedgerError, OperationalError, RedisError, OSError) as problem:
                logger.info("jobs that nobody is at are looked for later: %s", problem)

    def look(self) -> None:
        """Look once."""
        empty = is_empty(self._app)  # without the queue no job is noted as sent
        with open_jobs(self._url) as jobs:
            found = jobs.left(self._seconds, empty=empty)
        for run, site in found:
            logger.warning("run %s, %s: nobody is at it; on the queue again", run, site)
            send(self._app, run, site)

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
