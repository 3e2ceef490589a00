"""What a reader makes of a page, in one form for newscrawl and for others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import newscrawl
from newscrawl.items import Article
from newscrawl.refused import Refused
from newscrawl.score.variants import Given

FIELDS = frozenset({"title", "time", "minute", "source", "reporters", "correspondents", "editors", "body"})
"""What a reader can give back; `minute` is a time that is more than a day."""
NEWSCRAWL = f"newscrawl {newscrawl.__version__}"
"""The name of our own reader."""
SLOW = 100.0
"""Milliseconds above which a page is read twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The fields a reader found on a page; empty for those it did not find, or when it refused the page."""

    accepted: bool
    refusal: str = ""
    """Why it refused, or how it failed."""
    milliseconds: float
    title: str = ""
    time: str = ""
    """ISO 8601, as far as it goes: 2024-05-01, or 2024-05-01T08:30:00+08:00."""
    source: str = ""
    reporters: list[str] = field(default_factory=list)
    correspondents: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who read, and what became of each page, in the order in which they were given."""

    name: str
    fields: frozenset[str]
    """The fields it gives back at all, of `FIELDS`."""
    readings: list[Reading]


def newscrawl_reads(pages: Sequence[Given]) -> Reader:
    """Read the pages with newscrawl, on the CPU's clock."""
    return Reader(name=NEWSCRAWL, fields=FIELDS, readings=[_read(page) for page in pages])


def _read(given: Given) -> Reading:
    """A slow page is read again and the shorter time counts: the first one may be that of loading what it needs."""
    reading = _read_once(given)
    if reading.milliseconds <= SLOW:
        return reading
    return min(reading, _read_once(given), key=lambda one: one.milliseconds)


def _read_once(given: Given) -> Reading:
    article, refusal = Article(), ""
    began = time.process_time()
    try:
        if given.flat:
            article = newscrawl.read_text(given.text, given.page.url)
        else:
            article = newscrawl.read_article(given.body, given.page.url, given.headers)
    except Refused as refused:
        refusal = str(refused)
    took = 1000 * (time.process_time() - began)
    return Reading(
        accepted=not refusal,
        refusal=refusal,
        milliseconds=took,
        title=article.title or "",
        time=article.published_at.isoformat() if article.published_at else "",
        source=article.source or "",
        reporters=article.reporters + article.authors,
        correspondents=article.correspondents,
        editors=article.editors,
        body="".join(article.body),
    )
