"""Ledgers in SQLite: a file a site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from newscrawl.crawl.ledger.rows import LedgerError
from newscrawl.crawl.ledger.tables import METADATA, VERSION

# WAL lets others read while a crawl writes. FULL makes a commit safe against a power cut, not only against kill -9.
# 16 MB of cache hold the inner pages of the indexes of millions of addresses.
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 10000", "cache_size = -16000")


def to_write(path: Path | None) -> Connection:
    """The file, made when it is not there; in memory without a path. Raises `LedgerError`."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    return _connection(URL.create("sqlite", database=str(path) if path else None), path)


def to_read(path: Path) -> Connection:
    """A file that is there, while others may write. Raises `LedgerError`."""
    query = {"mode": "ro", "uri": "true"}
    return _connection(URL.create("sqlite", database=path.resolve().as_uri(), query=query), path)


def _connection(url: URL, path: Path | None) -> Connection:
    engine = create_engine(url, poolclass=StaticPool)
    if not url.query:
        event.listen(engine, "connect", _set_pragmas)
    try:
        connection = engine.connect()
        _check_version(connection, path, to_read=bool(url.query))
        if not url.query:
            METADATA.create_all(connection)
            connection.execute(text(f"PRAGMA user_version = {VERSION}"))
            connection.commit()
    except DatabaseError as problem:
        engine.dispose()
        raise LedgerError(_advice(path, problem)) from problem
    return connection


def _set_pragmas(connection: Any, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _check_version(connection: Connection, path: Path | None, *, to_read: bool) -> None:
    version = connection.scalar(text("PRAGMA user_version")) or 0
    if to_read and not version:  # a run was killed while it made the tables
        connection.close()
        raise LedgerError(f"{path} holds nothing yet")
    if version > VERSION:
        connection.close()
        raise LedgerError(f"{path} was written by a later newscrawl (tables of version {version}, known: {VERSION})")


def _advice(path: Path | None, problem: DatabaseError) -> str:
    said = str(problem.orig)
    if "malformed" in said or "not a database" in said:
        return f"{path} is damaged ({said}): move it away, and the next run makes it anew from the files of articles"
    if "readonly" in said:  # SQLite keeps files beside it (WAL) while it is read, too
        return f"{path} cannot be used ({said}): who reads it must be allowed to write to its folder, as who crawls is"
    return f"{path} cannot be used: {said}"
