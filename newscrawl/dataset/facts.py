"""What of a record decides which of several copies is kept, and how the others hang on it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from newscrawl.items import CONTENT
from newscrawl.judge.mirror.portals import portals
from newscrawl.judge.repeat import letters
from newscrawl.page import host_of

_CHINA = timezone(timedelta(hours=8))
_DIGITS = re.compile(r"\d+")
# A text that shows one of these went through a mirror's converter; mojibake, lost bytes and doubled commas have other
# causes as well.
_CONVERTED = frozenset(("A", "B", "C", "C'", "D"))
# What a crawl knows of a page, and its bytes alone do not tell.
_ORIGIN = ("site", "mirror_of", "original_url", "fetched_at", "http_status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts of one row; plain values, for they travel between processes as JSON."""

    part: int
    line: int
    """Where the record is: part and line, both from 0."""
    id: str
    host: str
    """Empty for what has no address."""
    address: str | None
    """Its own address; of an archive's copy the one it keeps. None for files: a name says nothing elsewhere."""
    home: str | None
    """The address of the article: that of the original, where it is known, else its own."""
    mirror: bool
    """Whether it was judged a mirror's copy, or its text came through a mirror's converter."""
    mirror_site: str | None
    """The portal that it is a copy of."""
    portal: str | None
    """The portal that published it, by its site or host."""
    at_source: bool
    """Whether the source it names is the very portal that published it."""
    title: str
    """The letters of the headline."""
    title_numbers: str
    body_numbers: str
    """The numbers in the headline, and a hash of those in the text: what tells the articles of a series apart. Empty
    when there are none."""
    text: str | None
    """content_hash; None for a record without a text."""
    day: str | None
    published: float | None
    """Seconds since 1970."""
    fetched: str
    """ISO 8601 in UTC, empty when not known."""
    revision: int
    restored: bool
    confidence: float
    """Of the restoration; 1 for what needed none."""
    unresolved: int
    origin: int
    """How many of the fields that tell where it came from say something."""
    filled: int
    """How many of the fields that say something say it."""
    length: int
    """Letters of the body."""


def home_of(record: Mapping[str, Any]) -> str | None:
    """The address that all versions and copies of an article share, as far as it is known."""
    return next((url for name in ("original_url", "url") if host_of(url := record.get(name))), None)


def facts_of(record: Mapping[str, Any], part: int, line: int) -> Facts:
    """The facts of a record of a part."""
    host, repaired = host_of(record["url"]), record["restored"] or {}
    known, published = portals(), _moment(record["published_at"])
    portal = None if record["mirror_of"] else known.of_host(host) or record["site"]
    named = [name for name, _ in known.named(record["source"] or "")]
    converted = known.of_host(host) is None and bool(_CONVERTED & set(repaired.get("family", "").split("+")))
    body = letters("".join(record["body"]))
    own = record["url"] if record["mirror_of"] else home_of(record)
    return Facts(
        part=part,
        line=line,
        id=record["id"],
        host=host,
        address=own if host_of(own) else None,
        home=home_of(record),
        mirror=bool(record["mirror_of"]) or converted,
        mirror_site=record["mirror_of"],
        portal=portal,
        at_source=portal is not None and portal in named,
        title=letters(record["title"] or ""),
        title_numbers=_numbers(record["title"] or ""),
        body_numbers=_short(_numbers("\n".join(record["body"]))),
        text=record["content_hash"],
        day=published.astimezone(_CHINA).date().isoformat() if published else None,
        published=published.timestamp() if published else None,
        fetched=_utc(_moment(record["fetched_at"])),
        revision=record["revision"],
        restored=bool(repaired),
        confidence=repaired.get("confidence", 1.0),
        unresolved=len(repaired.get("unresolved", ())),
        origin=sum(bool(record[name]) for name in _ORIGIN),
        filled=sum(bool(record[name]) for name in CONTENT),
        length=len(body),
    )


def _numbers(text: str) -> str:
    """The numbers in a text; in digits of any width, as `letters` has them: mirrors write 6 for ６."""
    return " ".join(_DIGITS.findall(unicodedata.normalize("NFKC", text)))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def _moment(text: str | None) -> datetime | None:
    """A time of a record, with its offset. Python 3.10 does not know Z."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(timezone.utc).isoformat() if moment else ""
