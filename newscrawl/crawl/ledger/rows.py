"""What goes into a ledger and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from newscrawl.crawl.ledger.tables import MOVED


class LedgerError(Exception):
    """A ledger that cannot be used; the message says why, and what to do."""


class NoLedgerError(LedgerError):
    """There is none: the site was not crawled yet."""


class LeaseLostError(LedgerError):
    """Another run has the site now."""


class Waiting(NamedTuple):
    """An address to be fetched. `revision` is more than 0 for an article that came out before."""

    id: int
    url: str
    kind: str
    depth: int
    barren: int
    found_on: int | None
    revision: int
    etag: str | None
    last_modified: str | None
    page_hash: str | None


class Seen(NamedTuple):
    """An address that a page names again. `run` is the run that saw it last."""

    id: int
    url: str
    kind: str
    state: str
    reason: str | None
    run: int
    revision: int

    @property
    def came_out(self) -> bool:
        """Whether it is an article that came out, by itself or under another address."""
        return self.revision > 0 or self.state == MOVED


class Known(NamedTuple):
    """An article that came out before: the hashes of its last line, and how many lines it has."""

    content_hash: str | None
    record_hash: str | None
    revision: int


@dataclass(slots=True)
class Found:
    """What of the articles that a list names was news."""

    new: list[str]
    """Never seen before; they wait to be fetched."""
    sighted: int
    """How many were found by earlier runs, and are seen for the first time in this one."""
    known: int = 0
    """How many of those have come out."""
    unread: int = 0
    """How many new ones were not taken down."""


class Marks(NamedTuple):
    """What an article is known again by: its hashes (tables.py), and what makes the next request conditional."""

    content_hash: str | None
    record_hash: str
    headline: str | None
    page_hash: str | None
    etag: str | None
    last_modified: str | None


class Line(NamedTuple):
    """Where an article was written: the file, relative to the output folder, and the bytes of the line in it."""

    file: str
    offset: int
    length: int
