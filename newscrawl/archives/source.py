"""One page that is here already, or what was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from newscrawl.items import Article
from newscrawl.page import Page
from newscrawl.refused import Refused

UNREAD = "archives: nothing of the file was read"
"""The trace of a refusal that stands for a whole file."""


@dataclass(slots=True)
class Source:
    """One page to read; or what was wrong with it (`refused`), or with the whole path (`error`)."""

    name: str
    """The address that the archive gives; without one the file, and where it stands there."""
    page: Page = field(default_factory=Page)
    refused: Refused | None = None
    error: str | None = None
    status: int | None = None
    """The answer's, for a page that was fetched."""
    fatal: bool = True
    """Whether the error is the caller's: a path that cannot be read (a folder's odd file is only passed over)."""
    fetched_at: datetime | None = None
    """When it was fetched (UTC), for an archive that tells it."""
    record: dict[str, Any] | None = None
    """The line or row itself when it is an article of ours already; then there is no page."""
    place: str = ""
    """Where it was read: the file with a byte, a line or a row."""
    more: list[Page] = field(default_factory=list)
    """The later pages of the article."""
    trace: list[str] = field(default_factory=list)
    """What is to be said of the article before it is read."""

    def article(self) -> Article:
        """A new article to be read from the page, and from the later ones."""
        return Article(
            url=self.name,
            pages=[self.page, *self.more],
            fetched_at=self.fetched_at,
            http_status=self.status,
            trace=list(self.trace),
        )


def damaged(place: str, why: str, url: str | None = None) -> Source:
    """A place of an archive that is lost; `url` is the address of the page there, when it can still be read."""
    return Source(url or place, refused=Refused("damaged", f"{place}: {why}", url=url or place), place=place)
