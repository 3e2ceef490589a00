"""The jobs in the database: a row for every site of a run. What is done stays done, whatever the queue says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

from scrapy.settings import BaseSettings
from sqlalchemy import URL, ColumnElement, Connection, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from newscrawl.crawl.ledger import LedgerError, postgres, shared
from newscrawl.crawl.ledger.place import database_of
from newscrawl.crawl.ledger.shared import DONE, JOBS, LEASES, QUEUED, RUNNING
from newscrawl.crawl.ledger.transactions import DATABASE_ERRORS
from newscrawl.farm.options import Options
from newscrawl.publish.record import record_line

MOST_FAILURES = 5
"""A job that so many crawls or workers did not survive is given up, in this run; it would take all workers in turn."""

# From when a crawl lets go of its site until its worker has read the record: Python takes a second to end.
_ENDING = timedelta(seconds=5)
# From when a job is begun until its crawl holds the site: three seconds on a machine that is not overloaded.
_STARTING = timedelta(seconds=60)
_J = JOBS.c
_NOW = func.clock_timestamp()


class WaitsError(Exception):
    """The site of a job is being crawled; the message says by whom."""


class Begun(NamedTuple):
    """A job that a worker has begun."""

    options: str
    failures: int


def jobs_url(settings: BaseSettings) -> URL:
    """The database of the jobs. Raises `ValueError` when none is set."""
    if (url := database_of(settings)) is None:
        raise ValueError(
            "jobs are kept in a database: -s LEDGER=postgresql://HOST/DATABASE, or the environment's NEWSCRAWL_LEDGER"
        )
    return url


@contextmanager
def open_jobs(url: URL) -> Iterator[Jobs]:
    """The jobs of a database; tables are made when they are not there. Raises `LedgerError`."""
    connection = postgres.connect(url, shared.SCHEMA, idle_seconds=60)
    try:
        postgres.prepare(connection, shared.SCHEMA, shared.SHARED, shared.VERSION)
        yield Jobs(connection)
    except DATABASE_ERRORS as problem:
        raise LedgerError(postgres.advice(url, problem)) from problem
    finally:
        postgres.close(connection)


class Jobs:
    """What is done with jobs; each step is kept at once."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, run: str, sites: Sequence[str], options: Options) -> None:
        """Take down the jobs of a run; those that are there stay as they are."""
        rows = [{"run": run, "site": site, "options": options.to_json(), "changed_at": _NOW} for site in sites]
        for row in rows:
            self._db.execute(insert(JOBS).values(**row).on_conflict_do_nothing())
        self._db.commit()

    def undone(self, run: str) -> list[str]:
        """The sites of a run that are not done."""
        found = select(_J.site).where(_J.run == run, _J.state != DONE).order_by(_J.site)
        return self._read(found)

    def sent(self, run: str, site: str) -> None:
        """A job was put on the queue."""
        self._change(_one(run, site), sent_at=_NOW, waits=False)

    def begin(self, run: str, site: str, worker: str) -> Begun | None:
        """Begin a job; None when there is nothing to do: it is done, or there is no such job. Raises `WaitsError`."""
        row = self._db.execute(
            select(_J.state, _J.options, _J.failures).where(_one(run, site)).with_for_update()
        ).first()
        if row is None or row.state == DONE:
            self._db.rollback()
            return None
        if other := self._db.scalar(select(LEASES.c.holder).where(LEASES.c.site == site, LEASES.c.until > _NOW)):
            self._change(_one(run, site), waits=True, reason=f"waits for {other}")
            raise WaitsError(str(other))
        self._change(_one(run, site), state=RUNNING, holder=worker, tries=_J.tries + 1, waits=False, reason=None)
        return Begun(row.options, row.failures)

    def give_back(self, run: str, site: str, worker: str, reason: str, *, failed: bool) -> None:
        """A worker is at a job no more, and it is not done."""
        mine = and_(_one(run, site), _J.holder == worker, _J.state == RUNNING)
        self._change(mine, state=QUEUED, waits=True, reason=reason, failures=_J.failures + int(failed))

    def finish(self, run: str, site: str, worker: str, record: dict[str, Any]) -> None:
        """A job is done."""
        told = {"holder": worker, "reason": record["finish_reason"], "record": record_line(record).replace("\0", "")}
        self._change(and_(_one(run, site), _J.state != DONE), state=DONE, waits=False, **told)

    def left(self, seconds: float, *, empty: bool) -> list[tuple[str, str]]:
        """(Run, site) of jobs that nobody is at and that must be put on the queue (again); noted as sent.

        They wait, and their site is free; or are said to run, and no crawl holds the site (any more); or were sent more
        than `seconds` ago, and the queue is `empty`.
        """
        died = and_(_J.state == RUNNING, or_(_ended(), and_(_J.changed_at < _NOW - _STARTING, ~_leased())))
        long_ago = func.coalesce(_J.sent_at, _J.changed_at) < _NOW - timedelta(seconds=seconds)
        lost = and_(_J.state == QUEUED, long_ago)
        left = or_(died, and_(or_(_J.waits, lost) if empty else _J.waits, ~_leased()))
        chosen = select(_J.run, _J.site).where(_J.state != DONE, left).with_for_update(skip_locked=True)
        found = [(row.run, row.site) for row in self._db.execute(chosen)]
        for run, site in found:
            self._db.execute(
                update(JOBS).where(_one(run, site), died).values(failures=_J.failures + 1, reason="killed")
            )
            self._db.execute(
                update(JOBS).where(_one(run, site)).values(state=QUEUED, waits=False, sent_at=_NOW, changed_at=_NOW)
            )
        self._db.commit()
        return found

    def told(self, run: str | None) -> list[dict[str, Any]]:
        """What is known of the jobs of a run (none: of the newest), by site: the record, when there is one, and how the
        job stands."""
        if run is None:
            run = self._db.scalar(select(_J.run).order_by(_J.changed_at.desc()).limit(1))
        rows = self._db.execute(select(JOBS).where(_J.run == run).order_by(_J.site)).mappings().all()
        self._db.rollback()
        return [_told(row) for row in rows]

    def _read(self, found: Any) -> list[str]:
        names = list(self._db.scalars(found))
        self._db.rollback()
        return names

    def _change(self, which: ColumnElement[bool], **values: Any) -> None:
        self._db.execute(update(JOBS).where(which).values(changed_at=_NOW, **values))
        self._db.commit()


def _leased() -> ColumnElement[bool]:
    """Whether a crawl holds the site of a job."""
    return select(LEASES.c.site).where(LEASES.c.site == _J.site, LEASES.c.until > _NOW).exists()


def _ended() -> ColumnElement[bool]:
    """Whether a crawl has held the site of a job since it was begun, and does so no more."""
    since, until = LEASES.c.until > _J.changed_at, LEASES.c.until < _NOW - _ENDING
    return select(LEASES.c.site).where(LEASES.c.site == _J.site, since, until).exists()


def _one(run: str, site: str) -> ColumnElement[bool]:
    return and_(_J.run == run, _J.site == site)


def _told(row: Any) -> dict[str, Any]:
    record = json.loads(row["record"]) if row["record"] else {}
    return {**record, **{name: row[name] for name in ("site", "run", "state", "holder", "tries", "reason")}}
