"""Opening a ledger, wherever it is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from scrapy.settings import BaseSettings

from newscrawl.crawl.ledger import sqlite
from newscrawl.crawl.ledger.ledger import Ledger
from newscrawl.crawl.ledger.place import PREFIX, Place, Schema, database_of, place_of
from newscrawl.crawl.ledger.rows import NoLedgerError
from newscrawl.crawl.ledger.tables import METADATA, VERSION

# What leads to PostgreSQL is imported where it is needed: it takes a fifth of a second.


def open_ledger(place: Place | None = None) -> Ledger:
    """The ledger at a place, made when it is not there; in memory without one. One in a database is leased.

    Raises `LedgerError` for a damaged one, one that a later version wrote, and one that cannot be read or written;
    `LockedError` when another process has the lease.
    """
    if not isinstance(place, Schema):
        return Ledger(sqlite.to_write(place))
    from newscrawl.crawl.ledger import postgres, shared
    from newscrawl.crawl.ledger.lease import take

    connection = postgres.connect(place.url, place.name, idle_seconds=place.seconds)
    postgres.prepare(connection, shared.SCHEMA, shared.SHARED, shared.VERSION)
    postgres.prepare(connection, place.name, METADATA, VERSION)
    try:
        return Ledger(connection, take(connection, place.site, place.seconds))
    except BaseException:
        connection.close()
        raise


def open_to_read(place: Place) -> Ledger:
    """The ledger at a place, to look things up while others may write. Raises `LedgerError`, and `NoLedgerError` when
    there is none."""
    if isinstance(place, Schema):
        from newscrawl.crawl.ledger import postgres

        connection = postgres.connect(place.url, place.name, to_read=True)
        postgres.check_there(connection, place.name, VERSION)
        return Ledger(connection)
    if not place.is_file():
        raise NoLedgerError(f"there is no ledger {place}: the site was not crawled yet")
    return Ledger(sqlite.to_read(place))


def sites_kept(settings: BaseSettings) -> list[Place]:
    """Where the ledgers of all sites are that have one. Raises `LedgerError`, `ValueError` for a wrong LEDGER."""
    if (url := database_of(settings)) is None:
        return [*sorted(Path(settings["OUTPUT_DIR"], "state").glob("*.sqlite"))]
    from newscrawl.crawl.ledger import postgres

    with closing(postgres.connect(url, "pg_catalog", to_read=True)) as connection:
        names = postgres.schemas(connection, PREFIX)
    return [place_of(settings, name.removeprefix(PREFIX)) for name in names]
