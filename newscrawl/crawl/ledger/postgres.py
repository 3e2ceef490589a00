"""PostgreSQL: connections, and schemas that are made once, whoever comes first."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from psycopg import Connection as Psycopg
from psycopg.types.string import StrDumper
from sqlalchemy import URL, Connection, MetaData, create_engine, event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from newscrawl.crawl.ledger.place import shown
from newscrawl.crawl.ledger.rows import LedgerError, NoLedgerError
from newscrawl.crawl.ledger.transactions import DATABASE_ERRORS

# A connection that is cut is noticed within so many seconds; TCP by itself takes a quarter of an hour.
_PATIENCE = 10
_MAKING = 0x6E657773  # of the advisory lock that is held while a schema is made; any number that is ours
_COMMENT = "newscrawl, tables of version "


def connect(url: URL, schema: str, *, idle_seconds: float = 0, to_read: bool = False) -> Connection:
    """A connection that sees the tables of one schema. Raises `LedgerError`.

    A transaction in which nothing happens for `idle_seconds` is ended by the server (0: never): what a process that was
    stopped has locked must not keep the next one waiting. One `to_read` changes nothing, and holds no transaction open.
    """
    options = {
        "search_path": f'"{schema}"',
        "synchronous_commit": "on",  # a commit is safe against a power cut of the server
        "idle_in_transaction_session_timeout": f"{int(1000 * idle_seconds)}",
        "default_transaction_read_only": "on" if to_read else "off",
    }
    engine = create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT" if to_read else "READ COMMITTED",
        connect_args=_arguments(options, schema),
    )
    event.listen(engine, "connect", _take_any_text)
    try:
        return engine.connect()
    except DBAPIError as problem:
        raise LedgerError(advice(url, problem)) from None  # the exception behind it holds the address


def _arguments(options: Mapping[str, str], schema: str) -> dict[str, Any]:
    return {
        "options": " ".join(f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in options.items()),
        "connect_timeout": _PATIENCE,
        "tcp_user_timeout": 1000 * _PATIENCE,
        "keepalives_idle": _PATIENCE,
        "keepalives_interval": 3,
        "application_name": f"newscrawl {schema}",  # pg_stat_activity tells who is connected
    }


def close(connection: Connection) -> None:
    """Close a connection, which may be cut."""
    with suppress(*DATABASE_ERRORS):
        connection.close()
    connection.engine.dispose()


def prepare(connection: Connection, schema: str, tables: MetaData, version: int) -> None:
    """Make a schema and its tables when they are not there, and commit. Raises `LedgerError`.

    Processes that come at the same time make it one after the other.
    """
    try:
        if _version(connection, schema) != version:
            connection.execute(select(func.pg_advisory_xact_lock(_MAKING)))
            _check(connection, schema, version)
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
            tables.create_all(connection)
            connection.execute(text(f"COMMENT ON SCHEMA \"{schema}\" IS '{_COMMENT}{version}'"))
        connection.commit()
    except DBAPIError as problem:
        connection.close()
        raise LedgerError(advice(connection.engine.url, problem)) from problem


def check_there(connection: Connection, schema: str, version: int) -> None:
    """Raise `NoLedgerError` when there is no such schema, `LedgerError` when a later newscrawl made it."""
    if _version(connection, schema) is None:
        connection.close()
        raise NoLedgerError(f"there is no ledger in {shown(connection.engine.url)}, schema {schema}: not crawled yet")
    _check(connection, schema, version)


def schemas(connection: Connection, prefix: str) -> list[str]:
    """The schemas of ours whose name begins like this."""
    ours = "SELECT nspname FROM pg_namespace WHERE obj_description(oid, 'pg_namespace') LIKE :ours ORDER BY nspname"
    return [name for name in connection.scalars(text(ours), {"ours": f"{_COMMENT}%"}) if name.startswith(prefix)]


def _version(connection: Connection, schema: str) -> int | None:
    """The version of the tables in a schema, as its comment tells it; None when there are none."""
    comment = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name"
    told = connection.scalar(text(comment), {"name": schema}) or ""
    number = str(told).removeprefix(_COMMENT)
    return int(number) if number.isdecimal() else None


def _check(connection: Connection, schema: str, version: int) -> None:
    if (there := _version(connection, schema) or 0) > version:
        connection.close()
        raise LedgerError(
            f"{shown(connection.engine.url)}, schema {schema}, was written by a later newscrawl "
            f"(tables of version {there}, known: {version})"
        )


def advice(url: URL, problem: Exception) -> str:
    """What went wrong with a database, and what to do."""
    said = str(getattr(problem, "orig", problem)).strip().partition("\n")[0] or type(problem).__name__
    hint = next((hint for part, hint in _HINTS.items() if part in said), "")
    return f"{shown(url)} cannot be used: {said}{hint}"


_HINTS = {
    "does not exist": "; createdb makes a database, createuser a user",
    "password": "; the password belongs into ~/.pgpass, or PGPASSWORD",
    "permission denied": "; the user needs a right: GRANT CREATE ON DATABASE ... TO ...",
    "refused": "; is the server running, and the address right?",
}
"""What the server says -> what to do."""


def _take_any_text(connection: Psycopg[Any], _record: object) -> None:
    connection.adapters.register_dumper(str, _AnyText)


class _AnyText(StrDumper):
    """Text as PostgreSQL can hold it: what hosts send as an ETag may have a zero byte, which would end the run."""

    def dump(self, obj: str) -> Any:
        """The text with a mark in place of each zero byte."""
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in obj else obj)
