"""Repeats: the same address or the same text a second time; and what an article is known again by."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
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
    told = json.dumps(values, ensure_ascii=False, default=datetime.isoformat)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()  # titles may hold half a surrogate pair


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


_CACHE_KIB = 64 * 1024
"""Of SQLite's pages: all there are for half a million articles; beyond that they go to a temporary file on the disk."""


class Seen:
    """The articles of one command so far, by address and by text, in a database that is gone with it.

    Some 110 bytes and 25 µs an article (measured with two million), on the disk (TMPDIR) beyond the first 64 MiB.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{_CACHE_KIB};"
            "CREATE TABLE articles (number INTEGER PRIMARY KEY, url TEXT);"
            "CREATE TABLE keys (key BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID; BEGIN"
        )

    def reason_against(self, urls: Sequence[str], text: str | None) -> tuple[str, str] | None:
        """(Reason, detail) for a repeat, or None; then the article is remembered.

        `urls` are those of its pages, the first of which it is known by; `text` is its `content_hash`.
        """
        if self._number(_key(urls[0])) is not None:
            return "repeat_url", urls[0]
        if text and (before := self._number(bytes.fromhex(text)[:_KEY])) is not None:
            (url,) = self._database.execute("SELECT url FROM articles WHERE number = ?", (before,)).fetchone()
            return "repeat_text", f"same text as {url}"
        number = self._database.execute("INSERT INTO articles (url) VALUES (?)", (urls[0],)).lastrowid
        keys = [_key(url) for url in urls] + ([bytes.fromhex(text)[:_KEY]] if text else [])
        self._database.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?)", [(key, number) for key in keys])
        return None

    def _number(self, key: bytes) -> int | None:
        found = self._database.execute("SELECT number FROM keys WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None


_KEY = 16
"""Bytes of a digest: among 100 million articles two share them with a chance of 1 in 10^22."""


def _key(url: str) -> bytes:
    return hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=_KEY).digest()
