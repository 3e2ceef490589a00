"""The lease of a site whose ledger is in a database: one run holds it, and renews it with every commit.

The lease is a row: who holds it, until when by the database's clock, and a token that grows with every holder. A commit
renews the lease in its own transaction, and only under the token that the run was given: a run that was stopped, or cut
off from the network, until another took the site over, can commit nothing more.
"""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from newscrawl.crawl.ledger.rows import LeaseLostError
from newscrawl.crawl.ledger.shared import LEASES
from newscrawl.crawl.lock import LockedError

_L = LEASES.c
_NOW = func.clock_timestamp()  # now() is when the transaction began
_MINE = update(LEASES).where(_L.site == bindparam("of"), _L.token == bindparam("held"))
_RENEW = _MINE.values(until=_NOW + bindparam("time"))
# Linux counts the time that a machine sleeps on this clock only.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def holder() -> str:
    """How this process is named in a lease."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Lease:
    """The right to crawl a site. `take` gives one."""

    def __init__(self, site: str, token: int, settled: int, until: float, seconds: float) -> None:
        self.site = site
        self.token = token
        self.settled = settled
        """Holders up to this one left nothing that they might still write to."""
        self._until = until
        self._seconds = seconds

    def held(self) -> bool:
        """Whether nobody else can have it yet. By this machine's clock of seconds passed, counted from before the
        database was asked: so it ends a little sooner than there."""
        return time.clock_gettime(_CLOCK) < self._until

    def renew(self, connection: Connection) -> None:
        """Hold it for as long again, when the transaction is committed. Raises `LeaseLostError`."""
        until = time.clock_gettime(_CLOCK) + self._seconds
        mine = {"of": self.site, "held": self.token, "time": timedelta(seconds=self._seconds)}
        if not connection.execute(_RENEW, mine).rowcount:
            raise LeaseLostError(f"another run has taken {self.site} over")
        self._until = until

    def settle(self, connection: Connection) -> None:
        """Note that earlier holders are done with, when the transaction is committed."""
        self.settled = self.token - 1
        connection.execute(_MINE.values(settled=self.settled), {"of": self.site, "held": self.token})

    def release(self, connection: Connection) -> None:
        """Let go of it, in order: this holder writes nothing more. Those before it may, unless they are settled."""
        settled = self.token if self.settled == self.token - 1 else self.settled
        connection.execute(_MINE.values(settled=settled, until=_NOW), {"of": self.site, "held": self.token})
        connection.commit()


def take(connection: Connection, site: str, seconds: float) -> Lease:
    """Take the lease of a site, and commit. Raises `LockedError`, with the holder's name, when it is held."""
    until = time.clock_gettime(_CLOCK) + seconds
    ours = {"holder": holder(), "until": _NOW + timedelta(seconds=seconds)}
    first = insert(LEASES).values(site=site, token=1, settled=0, **ours)
    next_one = first.on_conflict_do_update(
        LEASES.primary_key, set_={"token": _L.token + 1, **ours}, where=_L.until < _NOW
    )
    row = connection.execute(next_one.returning(_L.token, _L.settled)).first()
    if row is None:
        other = connection.scalar(select(_L.holder).where(_L.site == site))
        connection.rollback()
        raise LockedError(f"{site} is being crawled already, by {other}")
    connection.commit()
    return Lease(site, row.token, row.settled, until, seconds)
