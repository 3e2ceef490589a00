"""A worker as a process: Celery's, with threads, for all that a thread does is to wait for a crawl."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import Any

from celery import Celery, signals  # type: ignore[import-untyped]  # celery has no types
from celery.exceptions import Reject  # type: ignore[import-untyped]  # celery has no types
from kombu.exceptions import OperationalError
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from newscrawl.crawl.ledger.place import lease_seconds
from newscrawl.farm.jobs import jobs_url, open_jobs
from newscrawl.farm.queue import TASK, broker_of, make_app, send
from newscrawl.farm.sweep import Sweep
from newscrawl.farm.work import StoppedError, Worker


def serve(settings: BaseSettings, options: Sequence[str], *, concurrency: int, level: str) -> int:
    """Work until a signal comes; returns the exit code.

    Raises `ValueError` for wrong settings, `LedgerError` when the database cannot be used.
    """
    app, url = make_app(broker_of(settings)), jobs_url(settings)
    with open_jobs(url):  # a wrong address is told at once
        pass
    worker = Worker(url, get_spider_loader(settings).list(), options)
    add_task(app, worker)

    def stop(**_: Any) -> None:
        worker.stop()

    signals.worker_shutting_down.connect(stop)
    sweep = Sweep(app, url, lease_seconds(settings))
    sweep.start()
    process = app.Worker(
        pool="threads",
        concurrency=concurrency,
        hostname=f"newscrawl-{os.getpid()}@{socket.gethostname()}",
        loglevel=level,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    process.start()
    sweep.stop()
    return 0 if worker.stopped else int(process.exitcode or 0)  # after Ctrl-C Celery says 1


def add_task(app: Celery, worker: Worker) -> None:
    """Let an application do what messages ask for. They can ask for nothing else."""

    @app.task(name=TASK)  # type: ignore[untyped-decorator]  # as above
    def crawl(run: str, site: str) -> None:
        """Crawl a site of a run."""
        if not (isinstance(run, str) and isinstance(site, str)):
            raise Reject("a job is the name of a run and the name of a site", requeue=False)
        try:
            if worker.crawl(run, site):
                send(app, run, site)
        except (StoppedError, OperationalError) as problem:
            raise Reject(str(problem), requeue=True) from problem
