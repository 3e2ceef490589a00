"""Articles of several pages put together, when the later pages stand behind the first one in the same file.

An article waits for the page that its last one names as the next. It comes out when it is complete, or when too many
wait, or at the end of the file or of the span that is read of it (spans.py); then its trace says which page is missing.
(A crawl asks for it: crawl/portal.py.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import basename
from urllib.parse import urlsplit

from newscrawl.archives.source import Source
from newscrawl.crawl.links import canonical
from newscrawl.crawl.paging import next_page
from newscrawl.page import Page

_NUMBERED = re.compile(r"[_-]\d{1,3}$")
_MOST_WAITING = 2_000
"""Articles. A crawler fetches the pages of an article soon after one another, or with some hundred others between."""
_MOST_BYTES = 64 << 20
"""Of the pages that wait."""
_MOST_PAGES = 50
"""Pages of an article: what a crawl reads (`Limits.pages`)."""


def joined(sources: Iterable[Source]) -> Iterator[Source]:
    """The sources, with the pages of an article in one. An article that waited comes where its last page stood."""
    waiting = _Waiting()
    for source in sources:
        article = waiting.take(source)
        if article:
            article.more.append(source.page)
        following = _following(article or source)
        if following:
            yield from waiting.put(following, article or source)
        else:
            yield article or source
    yield from waiting.rest()


def _is_page(source: Source) -> bool:
    return bool(source.page.body) and source.page.url.startswith(("http://", "https://"))


def _following(source: Source) -> str | None:
    """The page that an article goes on with, when it is to be waited for."""
    if not _is_page(source) or len(source.more) + 1 >= _MOST_PAGES:
        return None
    pages = [source.page, *source.more]
    try:
        following = next_page(pages[-1]) if _may_go_on(pages[-1]) else None
    except ValueError:  # what the archive calls its address is none: http://[
        return None
    return following if following not in [page.url for page in pages] else None


def _may_go_on(page: Page) -> bool:
    """Whether a page can name a next one: by TRS's script, or by its own name with a number or a query.

    Many templates write 下一页 over the next article; to parse each of those pages would take what reading it takes.
    """
    name = basename(urlsplit(page.url).path)
    stem = re.escape(_NUMBERED.sub("", name.rpartition(".")[0] or name).encode())
    return re.search(rb"createPageHTML|%s[_-]\d|%s[^\"'\s<>]*\?|[\"']\?" % (stem, stem), page.body) is not None


class _Waiting:
    """Articles by the address of the page that they wait for, the longest waiting one first."""

    def __init__(self) -> None:
        self._articles: dict[str, Source] = {}
        self._bytes = 0

    def take(self, source: Source) -> Source | None:
        """The article that waits for this page, taken out."""
        if not self._articles or not _is_page(source):
            return None
        first = self._articles.pop(canonical(source.page.url) or source.page.url, None)
        if first is not None:
            self._bytes -= _size(first)
        return first

    def put(self, url: str, source: Source) -> Iterator[Source]:
        """Let an article wait; gives out those for which there is no more room."""
        if url in self._articles:  # the same article a second time
            yield self._given_up(url)
        self._articles[url] = source
        self._bytes += _size(source)
        while len(self._articles) > _MOST_WAITING or self._bytes > _MOST_BYTES:
            yield self._given_up(next(iter(self._articles)))

    def rest(self) -> Iterator[Source]:
        while self._articles:
            yield self._given_up(next(iter(self._articles)))

    def _given_up(self, url: str) -> Source:
        source = self._articles.pop(url)
        self._bytes -= _size(source)
        number = len(source.more) + 2
        source.trace.append(f"archive: page {number} does not stand behind the others in the file [{url}]")
        return source


def _size(source: Source) -> int:
    return sum(len(page.body) for page in (source.page, *source.more))
