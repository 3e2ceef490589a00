"""The tables that all sites of a database share: leases, and the jobs of several machines (farm). Times are the
database's."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, MetaData, Table, Text

SCHEMA, VERSION = "newscrawl", 1
SHARED = MetaData(schema=SCHEMA)

LEASES = Table(
    "leases",
    SHARED,
    Column("site", Text, primary_key=True),
    Column("token", BigInteger, nullable=False),
    Column("settled", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)
"""A row for every site that was crawled. Files of holders up to `settled` are written by nobody any more."""

QUEUED, RUNNING, DONE = "queued", "running", "done"

JOBS = Table(
    "jobs",
    SHARED,
    Column("run", Text, primary_key=True),
    Column("site", Text, primary_key=True),
    Column("state", Text, nullable=False, default=QUEUED),
    Column("options", Text, nullable=False),
    Column("holder", Text),
    Column("tries", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("reason", Text),
    Column("waits", Boolean, nullable=False, default=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("changed_at", DateTime(timezone=True)),
    Column("record", Text),
)
"""A row for every site of a run. `options` and `record` are JSON. `holder` is the worker that had it last, `reason` why
it was given back, `waits` that it is on no queue because of it. `sent_at` is when it was put on the queue last. Of
`tries`, `failures` counts those that the crawl or its worker did not survive."""
