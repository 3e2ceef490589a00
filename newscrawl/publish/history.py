"""The records of runs, as the ledgers keep them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from scrapy.settings import BaseSettings
from sqlalchemy import func, select

from newscrawl.crawl.ledger import Ledger, LedgerError, NoLedgerError, open_to_read, place_of
from newscrawl.crawl.ledger.place import Place
from newscrawl.crawl.ledger.store import sites_kept
from newscrawl.crawl.ledger.tables import RUNS

# A year of nightly runs; the report looks at the last two weeks.
MOST_RUNS = 400


@contextmanager
def _kept(place: Place) -> Iterator[Ledger | None]:
    """The ledger of a site to read from; None when there is none yet. Raises `LedgerError`."""
    try:
        ledger = open_to_read(place)
    except NoLedgerError:
        yield None
        return
    try:
        yield ledger
    finally:
        ledger.close()


def records_of(place: Place, most: int = MOST_RUNS) -> list[dict[str, Any]]:
    """The records of the last runs of a site, the oldest first; none when it has no ledger. Raises `LedgerError`."""
    with _kept(place) as ledger:
        return ledger.records(most)[::-1] if ledger else []


def records_before(run: str, settings: BaseSettings, site: str) -> list[dict[str, Any]]:
    """The records of a site without that of a run, which may have left none; none when its ledger cannot be read."""
    with suppress(LedgerError, ValueError):
        return [record for record in records_of(place_of(settings, site)) if record["run"] != run]
    return []


def last_run(place: Place) -> int:
    """The number of a site's last run, 0 without any. Raises `LedgerError`."""
    with _kept(place) as ledger:
        return ledger.execute(select(func.max(RUNS.c.id))).scalar() or 0 if ledger else 0


def record_since(place: Place, run: int) -> dict[str, Any] | None:
    """The record of the last run of a site behind the one with a number.

    Empty when it was not kept to its end, None when there is no such run. Raises `LedgerError`.
    """
    later = select(RUNS).where(RUNS.c.id > run).order_by(RUNS.c.id.desc()).limit(1)
    with _kept(place) as ledger:
        found = ledger.execute(later).first() if ledger else None
    return dict(json.loads(found.record or "{}")) if found else None


def all_records(settings: BaseSettings, unread: Callable[[LedgerError], object]) -> Iterator[dict[str, Any]]:
    """The records of every site that has a ledger; of one that cannot be read, `unread` is told why.

    Raises `LedgerError` when the database of the ledgers cannot be used, `ValueError` for a wrong LEDGER.
    """
    for place in sites_kept(settings):
        try:
            yield from records_of(place)
        except LedgerError as problem:
            unread(problem)
