"""Repeats: the same address or the same text a second time; and what an article is known again by."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from newscrawl.items import CONTENT, Article

_NO_LETTER = re.compile(r"[\W_]+")


def content_hash(body: list[str]) -> str:
    """SHA-256 (hex) of the letters, digits and characters of a body.

    White space and punctuation do not count, so that a mirror's copy whose ， became , has its original's hash.
    """
    return hashlib.sha256(letters("".join(body)).encode()).hexdigest()


def letters(text: str) -> str:
    """The letters, digits and characters of a text: what makes two texts the same.

    >>> letters("6月6日，江汉省（摘要）")
    '6月6日江汉省摘要'
    """
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text))


# What a correction touches. Pictures and menus change with every visit.
_CORRECTED = tuple(name for name in CONTENT if name not in ("breadcrumb", "images"))


def record_hash(record: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the fields of an article that a correction may touch; `record` may be a line of output."""
    values = [record[name] for name in _CORRECTED]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, default=datetime.isoformat).encode()).hexdigest()


def fields_of(article: Article) -> dict[str, Any]:
    """The fields that `record_hash` looks at."""
    return {name: getattr(article, name) for name in _CORRECTED}


def headline_key(title: str | None, day: str | None) -> str | None:
    """What a damaged copy has in common with its original: the day and the letters of the title.

    `day` is a date, or a time that begins with one, in ISO 8601. None when one of the two is not known.
    """
    return f"{day[:10]} {letters(title)}" if title and day else None


class Before(Protocol):
    """What was read before."""

    def reason_against(self, article: Article) -> tuple[str, str] | None:
        """(Reason, detail) for a repeat, or None; then the article is remembered. Needs `content_hash`."""


@dataclass(slots=True)
class Seen:
    """The articles of one command so far, by address and by text.

    An article without an address (standard input) is compared by its text only.
    """

    urls: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)

    def reason_against(self, article: Article) -> tuple[str, str] | None:
        """(Reason, detail) for a repeat, or None; then the article is remembered. Needs `content_hash`."""
        if article.url and article.url in self.urls:
            return "repeat_url", article.url
        if article.content_hash and (before := self.texts.get(article.content_hash)):
            return "repeat_text", f"same text as {before}"
        if article.url:
            self.urls.add(article.url)
        if article.content_hash:
            self.texts[article.content_hash] = article.url or "an article without address"
        return None
