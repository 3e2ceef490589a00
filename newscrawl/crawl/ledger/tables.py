"""The tables of a ledger. Times are whole seconds since 1970 (UTC), hashes are hex."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

VERSION = 1
"""Of this form of the tables; kept in the file as SQLite's user_version."""

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

ADDRESSES = Table(
    "addresses",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("tries", Integer, nullable=False, default=0),
    Column("again_at", Integer),
    Column("run", Integer, nullable=False),
    Column("depth", Integer, nullable=False, default=0),
    Column("barren", Integer, nullable=False, default=0),
    Column("found_on", Integer),
    Column("first_seen", Integer, nullable=False),
    Column("last_seen", Integer, nullable=False),
    Column("fetched_at", Integer),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("page_hash", Text),
    Column("content_hash", Text),
    Column("record_hash", Text),
    Column("headline", Text),
    Column("file", Text),
    Column("offset", Integer),
    Column("length", Integer),
    Column("revision", Integer, nullable=False, default=0),
)
"""A row for every address of the site that was found. `run` is the run that saw it last, `found_on` the id of the list
or feed that named it first. `revision` counts the lines written of an article. `page_hash` is that of the bytes
received, `content_hash` that of the text (as in the record), `record_hash` that of every field a correction may touch,
`headline` is day and title."""

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Text, nullable=False),
    Column("started_at", Integer, nullable=False),
    Column("record", Text),
)
"""A row for every run: its name, as files have it, and the record it ended with (JSON), null for one that was
killed."""

FILES = Table(
    "files",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("size", Integer, nullable=False),
)
"""A row for every file of articles, named relative to the output folder, with the bytes that are committed."""

_STATE = ADDRESSES.c.state
# Partial indexes: what waits is a small share of what is known, and only articles that came out have a text.
Index("waiting", ADDRESSES.c.kind, ADDRESSES.c.revision, ADDRESSES.c.id, sqlite_where=_STATE == FOUND)
Index("again", ADDRESSES.c.again_at, sqlite_where=ADDRESSES.c.again_at.is_not(None))
Index("texts", ADDRESSES.c.content_hash, sqlite_where=ADDRESSES.c.content_hash.is_not(None))
Index("headlines", ADDRESSES.c.headline, sqlite_where=ADDRESSES.c.headline.is_not(None))
Index("exported_since", ADDRESSES.c.first_seen, sqlite_where=_STATE == EXPORTED)
Index("unwritten", ADDRESSES.c.id, sqlite_where=_STATE == FETCHED)
