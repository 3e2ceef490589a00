"""Questions that people ask of a ledger, and asking for addresses again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, or_, select, true, update
from sqlalchemy.exc import DatabaseError

from newscrawl.crawl.ledger.tables import ADDRESSES, ARTICLE, FOUND, MOVED

_A = ADDRESSES.c
_TIMES = ("again_at", "first_seen", "last_seen", "fetched_at")


class QueryError(ValueError):
    """A condition that the database does not understand; the message says what it says."""


def counts(db: Connection) -> list[tuple[str, str, str | None, int]]:
    """(kind, state, reason, how many addresses), in order."""
    groups = (_A.kind, _A.state, _A.reason)
    rows = db.execute(select(*groups, func.count()).group_by(*groups))
    # in Python: databases order text each by their own rules, and what is null before or behind it
    return sorted(
        ((kind, state, reason, count) for kind, state, reason, count in rows),
        key=lambda row: (row[0], row[1], row[2] or ""),
    )


def addresses(db: Connection, where: str | None, urls: Sequence[str], most: int) -> Iterator[dict[str, Any]]:
    """Up to `most` rows, the newest first, with times in ISO 8601 (UTC). Raises `QueryError`."""
    query = select(ADDRESSES).where(_condition(where, urls)).order_by(_A.id.desc()).limit(most)
    for row in _run(db, query).mappings():
        yield {name: _iso(value) if name in _TIMES else value for name, value in row.items() if name != "id"}


def count_again(db: Connection, where: str | None, urls: Sequence[str]) -> int:
    """How many articles `queue_again` would take. Raises `QueryError`."""
    return int(_run(db, select(func.count()).select_from(ADDRESSES).where(_articles(where, urls))).scalar() or 0)


def queue_again(db: Connection, where: str | None, urls: Sequence[str]) -> int:
    """Let articles wait for the next run, as if they had never been fetched, and commit; returns how many.

    One that came out before comes out again only when it says something else. Raises `QueryError`.
    """
    anew = {"state": FOUND, "tries": 0, "reason": None, "again_at": None}
    unconditional = {"etag": None, "last_modified": None, "page_hash": None}
    count = _run(db, update(ADDRESSES).where(_articles(where, urls)).values(**anew, **unconditional)).rowcount
    db.commit()
    return int(count)


def _articles(where: str | None, urls: Sequence[str]) -> ColumnElement[bool]:
    """The articles that a condition holds for. Where it names an address that another one led to, that one is meant:
    the article is kept under it."""
    wanted = _condition(where, urls)
    kept_as = select(_A.reason).where(_A.state == MOVED, wanted).correlate(None)
    return and_(_A.kind == ARTICLE, _A.state != MOVED, or_(wanted, _A.url.in_(kept_as)))


def _condition(where: str | None, urls: Sequence[str]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = _A.url.in_(urls) if urls else true()
    return and_(condition, literal_column(f"({where})")) if where else condition


def _run(db: Connection, statement: Any) -> Any:
    try:
        return db.execute(statement)
    except DatabaseError as problem:
        raise QueryError(str(problem.orig).splitlines()[0]) from problem


def _iso(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc).isoformat()
