"""What an article is known again by, and whether all of it is there."""

from __future__ import annotations

from newscrawl.crawl.ledger.again import again_at
from newscrawl.crawl.ledger.rows import Marks
from newscrawl.crawl.response import hash_of
from newscrawl.items import Article
from newscrawl.judge.repeat import fields_of, headline_key, record_hash


def is_short(article: Article) -> bool:
    """Whether a page of an article is missing that the next run may have."""
    missing = article.pages[0].missing
    return bool(missing) and again_at(missing, 1, 0) is not None


def headline_of(article: Article) -> str | None:
    """The headline with its day, by which mirrors find their originals."""
    return headline_key(article.title, article.published_at.date().isoformat() if article.published_at else None)


def marks_of(article: Article) -> Marks:
    """What an article is known again by. One of several pages has no mark of its page: the others may change alone, or
    be had at last."""
    page = article.pages[0]
    alone = not page.missing and len(article.pages) == 1
    return Marks(
        content_hash=article.content_hash,
        record_hash=record_hash(fields_of(article)),
        headline=headline_of(article),
        page_hash=hash_of(page.body) if alone else None,
        etag=page.headers.get("etag") if alone else None,
        last_modified=page.headers.get("last-modified") if alone else None,
    )
