"""What to follow: which of the addresses found are articles, which are lists, and which are refused, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from urllib.parse import urlsplit


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
    megabytes: int = 2_000
    """Millions of bytes of bodies, as they are sent. Eleven thousand pages of 100 kB, unpacked, are half of it."""
    minutes: int = 720
    """Minutes that the run takes. Eleven thousand pages, two seconds apart, take six hours; after twelve, a run that is
    started every day has ended before the next."""

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


LIMIT_OF: dict[str, str] = {
    "article_limit": "articles",
    "list_limit": "lists",
    "depth_limit": "depth",
    "endless_list": "barren",
    "too_many_links": "links",
    "page_limit": "pages",
}
"""The reasons that name a limit, and its name."""

ADVICE: dict[str, str] = {
    "articles": "the run is full; -a articles=N widens it",
    "lists": "the run has read its lists; -a lists=N reads more",
    "depth": "too many steps from the front page; -a depth=N goes further",
    "barren": "list after list without a new article; -a barren=N is more patient",
    "links": "the rest of the links on the page was left unread; -a links=N reads more",
    "pages": "the rest of a long article was left unread; -a pages=N reads more",
    "megabytes": "the run has downloaded its share and ends; -a megabytes=N allows more",
    "minutes": "the run has had its time and ends; -a minutes=N allows more",
    "hosts_given_up": "wait a day before the next run, raise DOWNLOAD_DELAY, or ask the site for leave",
}
"""What to do about each limit that bit, in the log and in the summary."""


@dataclass(slots=True)
class Sorted:
    """The addresses of one page, sorted."""

    articles: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(reason, address)"""


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

    def sort(self, found: Iterable[str], *, following: Iterable[str] = (), depth: int, barren: int = 0) -> Sorted:
        """Sort the links of a page. `following` are lists whatever they look like; `depth` is that of the links.

        `barren` is how many lists before this one, in its chain, brought no new article: when this one brings none
        either and the chain is too long, its further lists are refused.
        """
        found, following = list(found), list(following)
        result = Sorted()
        for url in found:
            if self.is_article(url):
                self._admit(url, result, result.articles, depth)
        endless = not result.articles and barren + 1 >= self.limits.barren
        for url in dict.fromkeys([*following, *(url for url in found if self._is_list(url))]):
            self._admit(url, result, result.lists, depth, endless)
        self.foreign_hosts.update(urlsplit(url).netloc for url in found if not self.on_site(url))
        return result

    def _is_list(self, url: str) -> bool:
        return bool(self.list_shape.search(url)) and not self.is_article(url)

    def _admit(self, url: str, result: Sorted, accepted: list[str], depth: int, endless: bool = False) -> None:
        if url in self._seen:
            return
        if reason := self._refusal(url, accepted is result.articles, depth, endless):
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
        if self._articles >= self.limits.articles:
            return "article_limit"
        if not is_article and self._lists >= self.limits.lists:
            return "list_limit"
        return None
