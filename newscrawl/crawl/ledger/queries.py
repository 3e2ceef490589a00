"""Questions that people ask of a ledger, and asking for addresses again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import DatabaseError

from newscrawl.crawl.ledger.tables import ADDRESSES, ARTICLE, FOUND, MOVED

_A = ADDRESSES.c
_TIMES = ("again_at", "first_seen", "last_seen", "fetched_at")


class QueryError(ValueError):
    """A condition that the database does not understand; the message says what it says."""


def counts(db: Connection) -> list[tuple[str, str, str | None, int]]:
    """(kind, state, reason, how many addresses), in order."""
    reason = case((_A.state != MOVED, _A.reason))  # of what is known under another address it is that address
    groups = (_A.kind, _A.state, reason)
    rows = db.execute(select(*groups, func.count()).group_by(*groups))
    # in Python: databases order text each by their own rules, and what is null before or behind it
    return sorted(
        ((kind, state, reason, count) for kind, state, reason, count in rows),
        key=lambda row: (row[0], row[1], row[2] or ""),
    )


def addresses(
    db: Connection, where: str | None, urls: Sequence[str], most: int, state: str | None = None
) -> Iterator[dict[str, Any]]:
    """Up to `most` rows, the newest first, with times in ISO 8601 (UTC). Raises `QueryError`."""
    in_state = _A.state == state if state else true()
    with _questions():
        query = select(ADDRESSES).where(_condition(db, where, urls), in_state).order_by(_A.id.desc()).limit(most)
        for row in db.execute(query).mappings():
            yield {name: _iso(value) if name in _TIMES else value for name, value in row.items() if name != "id"}


def count_again(db: Connection, where: str | None, urls: Sequence[str]) -> int:
    """How many articles `queue_again` would take. Raises `QueryError`."""
    with _questions():
        return db.execute(select(func.count()).select_from(ADDRESSES).where(_articles(db, where, urls))).scalar_one()


def queue_again(db: Connection, where: str | None, urls: Sequence[str]) -> int:
    """Let articles wait for the next run, as if they had never been fetched, and commit; returns how many.

    One that came out before comes out again only when it says something else. Raises `QueryError`.
    """
    anew = {"state": FOUND, "tries": 0, "reason": None, "again_at": None}
    unconditional = {"etag": None, "last_modified": None, "page_hash": None}
    with _questions():
        change = update(ADDRESSES).where(_articles(db, where, urls)).values(**anew, **unconditional)
        count = db.execute(change).rowcount
        db.commit()
        return int(count)


def _articles(db: Connection, where: str | None, urls: Sequence[str]) -> ColumnElement[bool]:
    """The articles that a condition holds for. Where it names an address that another one led to, that one is meant:
    the article is kept under it."""
    wanted = _condition(db, where, urls)
    kept_as = select(_A.reason).where(_A.state == MOVED, wanted).correlate(None)
    return and_(_A.kind == ARTICLE, _A.state != MOVED, or_(wanted, _A.url.in_(kept_as)))


def _condition(db: Connection, where: str | None, urls: Sequence[str]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = _A.url.in_(urls) if urls else true()
    if not where:
        return condition
    # Without brackets, of no rows at all: what is whole by itself cannot close those that are put around it below, and
    # "1=0) or (1=1" would hold for lists, too.
    nothing = select(ADDRESSES).limit(0).subquery(ADDRESSES.name)
    db.execute(select(literal(1)).select_from(nothing).where(literal_column(where)))
    return and_(condition, literal_column(f"({where})"))


@contextmanager
def _questions() -> Iterator[None]:
    """Raise `QueryError` for what the database has to say of a condition, be it at once or at a row."""
    try:
        yield
    except UnicodeEncodeError as problem:  # the command line may hold any bytes
        raise QueryError("it is not written in UTF-8") from problem
    except (DatabaseError, sqlite3.Warning) as problem:  # Python 3.10 raises the latter for two statements in one
        raise QueryError(str(getattr(problem, "orig", problem)).splitlines()[0]) from problem


def _iso(seconds: int | None) -> str | None:
    """A time as text; a number of seconds that leads to no day of the calendar as it is."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc).isoformat()
    except (OSError, OverflowError, ValueError):
        return str(seconds)
