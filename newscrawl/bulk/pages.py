"""A batch of pages read: what comes out of each. This is what runs in the worker processes of `scrapy extract`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from newscrawl import flow
from newscrawl.archives import Source
from newscrawl.publish.feed import to_line
from newscrawl.publish.rejects import reject_line
from newscrawl.refused import Refused

_ALREADY = "an article already, as newscrawl writes it: there is nothing to extract"


@dataclass(slots=True)
class Batch:
    """Some pages, in order."""

    sources: list[Source] = field(default_factory=list)

    def __str__(self) -> str:
        first, last = self.sources[0], self.sources[-1]
        return f"{first.place or first.name} to {last.place or last.name}"


@dataclass(slots=True)
class Outcome:
    """What came of one page."""

    reason: str = ""
    """"article", or why it was refused; empty for a path that gave no page."""
    line: str = ""
    """The line for the output, or for the rejects, without its end."""
    error: str | None = None
    """What to tell a person at once."""
    fatal: bool = False
    urls: tuple[str, ...] = ()
    """The addresses of its pages, its own first."""
    content_hash: str | None = None
    restored: bool = False
    fetched_at: datetime | None = None


def read_batch(batch: Batch) -> list[Outcome]:
    """Read every page of a batch."""
    return [read_source(source) for source in batch.sources]


def read_source(source: Source) -> Outcome:
    """Read one page."""
    if source.error:
        return Outcome(error=source.error, fatal=source.fatal)
    urls = (source.name, *(page.url for page in source.more))
    try:
        if source.refused or source.record is not None:
            raise source.refused or Refused("bad_input", _ALREADY)
        article = flow.run(source.article())
    except Refused as refused:
        refused.url = refused.url or source.name
        line = reject_line(refused, site=None, fetched_at=source.fetched_at, http_status=source.status)
        lost = refused.detail if refused.reason == "damaged" else None
        return Outcome(refused.reason, line, error=lost, fatal=lost is not None)
    return Outcome(
        "article",
        to_line(article),
        urls=urls,
        content_hash=article.content_hash,
        restored=article.restored is not None,
        fetched_at=source.fetched_at,
    )
