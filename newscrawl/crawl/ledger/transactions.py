"""The connection of a ledger: what is kept at once or not at all, and what becomes of a run whose database is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from newscrawl.crawl.ledger import sqlite
from newscrawl.crawl.ledger.rows import LedgerError

if TYPE_CHECKING:
    from newscrawl.crawl.ledger.lease import Lease

DATABASE_ERRORS = (DBAPIError, InvalidRequestError)
"""What a database raises that fails; the latter, when a connection that was cut is used again."""


class Transactions:
    """The connection, with the lease of the site when it leads to a database that others use, too.

    When a statement or a commit fails while a run is on (the disk is full, the database has gone away), or another run
    has taken the site over, `on_lost` is called: nobody knows what has become of the steps since the last commit, and
    SQLite may have undone them all. From there on the ledger is an empty one in memory, out of which nothing is taken:
    what is under way ends, and nothing comes of it.
    """

    def __init__(self, connection: Connection, lease: Lease | None = None) -> None:
        self._db = connection
        self.lease = lease
        self.lost: Exception | None = None
        self.on_lost: Callable[[Exception], object] | None = None

    @property
    def connection(self) -> Connection:
        """The database, for questions (queries.py) that are asked when no run is on."""
        return self._db

    def execute(self, statement: Executable, values: Any = None) -> Any:
        """The result of a statement; of the ledger in memory, when the database is lost by it."""
        try:
            return self._db.execute(statement, values)
        except DATABASE_ERRORS as problem:
            if self.on_lost is None:
                raise
            self._lose(problem)
            return self._db.execute(statement, values)

    def may_fetch(self) -> bool:
        """Whether no other run can have the site by now."""
        return not self.lost and (self.lease is None or self.lease.held())

    def commit(self) -> None:
        """Keep every step up to here, whatever happens then.

        Raises `LedgerError` when the database fails or the lease is lost: then nothing is kept.
        """
        if self.lost:
            raise LedgerError(str(self.lost)) from self.lost
        try:
            if self.lease:
                self.lease.renew(self._db)
            self._db.commit()
        except (LedgerError, *DATABASE_ERRORS) as problem:
            self._lose(problem)
            raise LedgerError(str(problem)) from problem

    def undo(self) -> None:
        """Forget every step since the last `commit`."""
        with suppress(*DATABASE_ERRORS):  # a connection that was cut has forgotten them
            self._db.rollback()

    def close(self) -> None:
        """Forget the steps that were not committed, let go of the lease, and close the file or the connection."""
        with suppress(*DATABASE_ERRORS):
            self._db.rollback()
            if self.lease and not self.lost:
                self.lease.release(self._db)
        with suppress(*DATABASE_ERRORS):
            self._db.close()
        self._db.engine.dispose()

    def _scalar(self, statement: Executable, values: Any = None) -> Any:
        return self.execute(statement, values).scalar()

    def _lose(self, problem: Exception) -> None:
        """Be lost, and say so: of a file while it can be asked what it has kept, of a database behind that, for what it
        has kept is the next holder's."""
        tell, self.on_lost = self.on_lost, None
        if tell and not self.lease:
            tell(problem)
        old, self.lost, self._db = self._db, problem, sqlite.to_write(None)
        with suppress(*DATABASE_ERRORS):
            old.close()
        if tell and self.lease:
            tell(problem)
