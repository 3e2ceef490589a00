"""What to follow: which of the addresses found are articles, which are lists, and which are refused, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from urllib.parse import urlsplit

from newscrawl.crawl.links import LONGEST_ADDRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far one run goes. A run may set each of them: `scrapy crawl cnhubei -a articles=100 -a depth=5`."""

    articles: int = 10_000
    """Articles fetched. A provincial portal prints some hundreds a day: a month fits, a runaway does not."""
    lists: int = 1_000
    """List pages, sitemaps and feeds fetched. Twenty channels of fifty pages."""
    depth: int = 30
    """Steps from the front page; each page of a list is a step. Lists of 500 articles end within it."""
    barren: int = 5
    """List pages in a row without a new article, after which a list counts as endless. The lists of one portal
    overlap by two or three pages; calendars and search results never bring anything."""
    links: int = 3_000
    """Links read on one page. The largest front pages hold some 1,500; link farms hold more."""
    pages: int = 50
    """Pages of one article. The longest picture stories have about forty."""

    def changed(self, arguments: Mapping[str, str]) -> Limits:
        """The same limits with some set anew. Raises `ValueError` for an unknown name or what is no number."""
        known = [limit.name for limit in fields(self)]
        for name, value in arguments.items():
            if name not in known:
                raise ValueError(f"unknown argument {name!r}; there are: {', '.join(known)}")
            if name == "barren" and value in ("0", "1"):
                raise ValueError("barren must be 2 or more: the front page alone may bring nothing new")
            if not value.isdecimal():
                raise ValueError(f"{name} must be a number, not {value!r}")
        return replace(self, **{name: int(value) for name, value in arguments.items()})


ADVICE: dict[str, str] = {
    "depth_limit": "too many steps from the front page; -a depth=N goes further",
    "page_limit": "the run is full; -a articles=N, -a lists=N or, for the pages of one article, -a pages=N widen it",
    "endless_list": "list after list without a new article; -a barren=N is more patient",
    "too_many_links": "the rest of the links on the page was left unread; -a links=N reads more, but not of feeds",
}
"""What to do about each limit that bit."""


@dataclass(slots=True)
class Sorted:
    """The addresses of one page, sorted."""

    articles: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(reason, address)"""
    most: int = 0
    """How many articles may be accepted; 0: as many as the run's limit lets."""


@dataclass(slots=True, kw_only=True)
class Frontier:
    """Decides what to follow, and remembers what was decided. It knows nothing of the network."""

    article_shape: re.Pattern[str]
    list_shape: re.Pattern[str]
    on_site: Callable[[str], bool]
    limits: Limits
    foreign_hosts: set[str] = field(default_factory=set)
    """Hosts that links led to and that are not the site's."""
    _seen: set[str] = field(default_factory=set)
    _articles: int = 0
    _lists: int = 0

    def is_article(self, url: str) -> bool:
        """Whether the address looks like one of an article."""
        return bool(self.article_shape.search(url))

    def start(self, url: str) -> None:
        """Take note of an address that is fetched whatever it looks like."""
        self._seen.add(url)
        self._lists += 1

    def sort_feed(self, found: Iterable[str], depth: int) -> Sorted:
        """Sort the addresses of a feed. It may bring half of the run's articles: a sitemap of addresses that are made
        up, or long gone, must not keep out what the lists name."""
        return self._sort(found, (), Sorted(most=max(1, self.limits.articles // 2)), depth, barren=0)

    def sort(self, found: Iterable[str], *, following: Iterable[str] = (), depth: int, barren: int = 0) -> Sorted:
        """Sort the links of a page. `following` are lists whatever they look like; `depth` is that of the links.

        `barren` is how many lists before this one, in its chain, brought no new article: when this one brings none
        either and the chain is too long, its further lists are refused.
        """
        return self._sort(found, following, Sorted(), depth, barren)

    def _sort(self, found: Iterable[str], following: Iterable[str], result: Sorted, depth: int, barren: int) -> Sorted:
        found, following = self._short(found, result), self._short(following, result)
        for url in found:
            if self.is_article(url):
                self._admit(url, result, result.articles, depth)
        endless = not result.articles and barren + 1 >= self.limits.barren
        for url in dict.fromkeys([*following, *(url for url in found if self._is_list(url))]):
            self._admit(url, result, result.lists, depth, endless)
        self.foreign_hosts.update(urlsplit(url).netloc for url in found if not self.on_site(url))
        return result

    def _short(self, urls: Iterable[str], result: Sorted) -> list[str]:
        """The addresses that are not too long. The others are not even held against the site's patterns, of which
        nobody knows how long they take on 8 MB."""
        short = []
        for url in urls:
            if len(url) <= LONGEST_ADDRESS:
                short.append(url)
            elif self.on_site(url):
                result.refused.append(("address_too_long", url))
        return short

    def _is_list(self, url: str) -> bool:
        return bool(self.list_shape.search(url)) and not self.is_article(url)

    def _admit(self, url: str, result: Sorted, accepted: list[str], depth: int, endless: bool = False) -> None:
        if url in self._seen:
            return
        full = bool(result.most) and accepted is result.articles and len(accepted) >= result.most
        if reason := self._refusal(url, accepted is result.articles, depth, endless) or (
            "page_limit" if full else None
        ):
            result.refused.append((reason, url))
            return
        self._seen.add(url)
        accepted.append(url)
        if accepted is result.articles:
            self._articles += 1
        else:
            self._lists += 1

    def _refusal(self, url: str, is_article: bool, depth: int, endless: bool) -> str | None:
        if not self.on_site(url):
            return "offsite"
        if endless:
            return "endless_list"
        if depth > self.limits.depth:
            return "depth_limit"
        if self._articles >= self.limits.articles or (not is_article and self._lists >= self.limits.lists):
            return "page_limit"
        return None
