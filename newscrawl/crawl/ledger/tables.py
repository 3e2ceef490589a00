"""The tables of a ledger. Times are whole seconds since 1970 (UTC), hashes are hex."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, MetaData, Table, Text, and_

VERSION = 1
"""Of this form of the tables; kept as SQLite's user_version, and in the comment of a PostgreSQL schema."""

ARTICLE, LIST, FEED = "article", "list", "feed"

FOUND = "found"
"""To be fetched, in this run or the next."""
FETCHED = "fetched"
"""Read and judged in a run that has not written it yet; the next run fetches it again."""
EXPORTED = "exported"
"""Its line is in `file`, at `offset`."""
MOVED = "moved"
"""Another address (`reason`) led here: the article is kept under that one."""
REFUSED = "refused"
"""No article, or not to be had: `reason` is one of newscrawl/refused.py."""
GONE = "gone"
"""The site says it is not there (404, 410)."""
READ = "read"
"""A list or feed whose links are all taken down."""
STATES = (FOUND, FETCHED, EXPORTED, MOVED, REFUSED, GONE, READ)

METADATA = MetaData()

# SQLite numbers the rows of an INTEGER by itself; PostgreSQL's INTEGER ends at 2 GB, and in 2038.
_Number = BigInteger().with_variant(Integer, "sqlite")

ADDRESSES = Table(
    "addresses",
    METADATA,
    Column("id", _Number, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("tries", _Number, nullable=False, default=0),
    Column("again_at", _Number),
    Column("run", _Number, nullable=False),
    Column("depth", _Number, nullable=False, default=0),
    Column("barren", _Number, nullable=False, default=0),
    Column("found_on", _Number),
    Column("first_seen", _Number, nullable=False),
    Column("last_seen", _Number, nullable=False),
    Column("fetched_at", _Number),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("page_hash", Text),
    Column("content_hash", Text),
    Column("record_hash", Text),
    Column("headline", Text),
    Column("file", Text),
    Column("offset", _Number),
    Column("length", _Number),
    Column("revision", _Number, nullable=False, default=0),
)
"""A row for every address of the site that was found. `run` is the run that saw it last, `found_on` the id of the list
or feed that named it first. `revision` counts the lines written of an article. `page_hash` is that of the bytes
received, `content_hash` that of the text (as in the record), `record_hash` that of every field a correction may touch,
`headline` is day and title."""

RUNS = Table(
    "runs",
    METADATA,
    Column("id", _Number, primary_key=True),
    Column("run", Text, nullable=False),
    Column("started_at", _Number, nullable=False),
    Column("record", Text),
)
"""A row for every run: its name, as files have it, and the record it ended with (JSON), null for one that was
killed."""

FILES = Table(
    "files",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("size", _Number, nullable=False),
)
"""A row for every file of articles, named relative to the output folder, with the bytes that are committed."""


def _index(name: str, *columns: ColumnElement[Any], of: ColumnElement[bool], **options: Any) -> None:
    """An index of some of the addresses: what waits is a small share of what is known, and only articles that came out
    have a text."""
    Index(name, *columns, sqlite_where=of, postgresql_where=of, **options)


_A = ADDRESSES.c
_index("waiting", _A.kind, _A.revision, _A.id, of=_A.state == FOUND)
_index("again", _A.again_at, of=_A.again_at.is_not(None))
_index("texts", _A.content_hash, of=_A.content_hash.is_not(None))
# PostgreSQL's other indexes take no text of more than 2,704 bytes, and headlines are as long as pages make them
_index("headlines", _A.headline, of=_A.headline.is_not(None), postgresql_using="hash")
_index("exported_since", _A.first_seen, of=_A.state == EXPORTED)
_index("unwritten", _A.id, of=_A.state == FETCHED)
TOO_OLD = and_(_A.state == REFUSED, _A.reason == "too_old")
"""Published before the day that a run began with; the day stands in `headline`."""
_index("too_old", _A.id, of=TOO_OLD)
