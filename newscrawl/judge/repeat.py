"""Repeats: the same address or the same text a second time; and a mirror's copy of an article that is known."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field

from newscrawl.items import Article

_NO_LETTER = re.compile(r"[\W_]+")


def content_hash(body: list[str]) -> str:
    """SHA-256 (hex) of the letters, digits and characters of a body.

    White space and punctuation do not count, so that a mirror's copy whose ， became , has its original's hash.
    """
    letters = _NO_LETTER.sub("", unicodedata.normalize("NFKC", "".join(body)))
    return hashlib.sha256(letters.encode()).hexdigest()


@dataclass(slots=True)
class Seen:
    """The articles of a run so far, by address and by text; `originals` are those of the portal a mirror copies."""

    urls: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    originals: dict[str, str] = field(default_factory=dict)

    def add_original(self, url: str, text_hash: str, title: str | None, day: str | None) -> None:
        """Remember an article of the portal: by its text, and by headline and day for copies with damaged spots."""
        self.originals[text_hash] = url
        if title and day:
            self.originals[_headline_key(title, day)] = url

    def reason_against(self, article: Article) -> tuple[str, str] | None:
        """(Reason, detail) for a repeat, or None; the article is remembered, and a copy is pointed at its original.

        Needs `content_hash`. An article without an address (standard input) is compared by its text only.
        """
        if article.url and article.url in self.urls:
            return "repeat_url", article.url
        if article.content_hash and (before := self.texts.get(article.content_hash)):
            return "repeat_text", f"same text as {before}"
        if article.url:
            self.urls.add(article.url)
        if article.content_hash:
            self.texts[article.content_hash] = article.url or "an article without address"
        if article.mirror_of and not article.original_url:
            article.original_url = self._original(article)
        return None

    def _original(self, article: Article) -> str | None:
        by_text = self.originals.get(article.content_hash or "")
        if by_text or not (article.title and article.published_at):
            return by_text
        return self.originals.get(_headline_key(article.title, article.published_at.date().isoformat()))


def _headline_key(title: str, day: str) -> str:
    return f"{day} {_NO_LETTER.sub('', unicodedata.normalize('NFKC', title))}"
