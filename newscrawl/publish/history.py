"""The records of runs, as the ledgers keep them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scrapy.settings import BaseSettings

from newscrawl.crawl.ledger import LedgerError, NoLedgerError, open_to_read
from newscrawl.crawl.ledger.place import Place
from newscrawl.crawl.ledger.store import sites_kept

# A year of nightly runs; the report looks at the last two weeks.
MOST_RUNS = 400


def records_of(place: Place, most: int = MOST_RUNS) -> list[dict[str, Any]]:
    """The records of the last runs of a site, the oldest first; none when it has no ledger. Raises `LedgerError`."""
    try:
        ledger = open_to_read(place)
    except NoLedgerError:
        return []
    try:
        return ledger.records(most)[::-1]
    finally:
        ledger.close()


def all_records(settings: BaseSettings, unread: Callable[[LedgerError], object]) -> Iterator[dict[str, Any]]:
    """The records of every site that has a ledger; of one that cannot be read, `unread` is told why.

    Raises `LedgerError` when the database of the ledgers cannot be used, `ValueError` for a wrong LEDGER.
    """
    for place in sites_kept(settings):
        try:
            yield from records_of(place)
        except LedgerError as problem:
            unread(problem)
