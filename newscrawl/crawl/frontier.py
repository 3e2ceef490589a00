"""What to follow: which of the addresses found are articles, which are lists, and which are refused, and why; and what
of the ledger a run takes up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from urllib.parse import urlsplit

from newscrawl.crawl.ledger import Ledger, Waiting, open_ledger
from newscrawl.crawl.ledger.tables import ARTICLE, FEED, LIST
from newscrawl.crawl.links import LONGEST_ADDRESS
from newscrawl.extract.published import parse_url
from newscrawl.usage import nearest

# Of hosts that are not the site's: more tell no more, and a farm names millions.
_MOST_HOSTS = 100_000


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
                raise ValueError(f"unknown argument {name!r}{nearest(name, known)}")
            if name == "barren" and value in ("0", "1"):
                raise ValueError("barren must be 2 or more: the front page alone may bring nothing new")
            if not value.isdecimal():
                raise ValueError(f"{name} must be a number, not {value!r}")
        return replace(self, **{name: int(value) for name, value in arguments.items()})


LIMIT_OF: dict[str, str] = {
    "depth_limit": "depth",
    "endless_list": "barren",
    "too_many_links": "links",
    "page_limit": "pages",
}
"""The reasons that name a limit, and its name."""

ADVICE: dict[str, str] = {
    "articles": "the run is full; the next one goes on, and -a articles=N is a larger one",
    "lists": "lists are left unread; the next run goes on, and -a lists=N reads more",
    "depth": "too many steps from the front page; -a depth=N goes further",
    "barren": "list after list without a new article; -a barren=N is more patient",
    "links": "the rest of the links on the page was left unread; -a links=N reads more, but not of feeds",
    "pages": "the rest of a long article was left unread; -a pages=N reads more",
    "megabytes": "the run has downloaded its share and ends; the next one goes on, and -a megabytes=N allows more",
    "minutes": "the run has had its time and ends; the next one goes on, and -a minutes=N allows more",
    "since": "older articles were passed over, as --since says",
    "hosts_given_up": "wait a day before the next run, raise DOWNLOAD_DELAY, or ask the site for leave",
}
"""What to do about each limit that bit, in the log and in the summary."""


@dataclass(slots=True)
class Sorted:
    """The addresses of one page, sorted; `articles` and `lists` are new to the run."""

    articles: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(reason, address)"""
    unread: int = 0
    """New articles of a feed beyond those that one feed may bring."""
    old: int = 0
    """Articles passed over because they are older than `since`."""
    known: int = 0
    """Articles that came out in earlier runs, and are seen for the first time in this one."""

    def sum_up(self, most: int) -> dict[str, int]:
        """Take out the addresses of every reason that refused more than `most`; reason -> how many they were."""
        counts = Counter(reason for reason, _ in self.refused)
        many = {reason: count for reason, count in counts.items() if count > most}
        self.refused = [(reason, url) for reason, url in self.refused if reason not in many]
        return many


@dataclass(slots=True, kw_only=True)
class Frontier:
    """Decides what to follow; the ledger remembers what was decided. It knows nothing of the network."""

    article_shape: re.Pattern[str]
    list_shape: re.Pattern[str]
    on_site: Callable[[str], bool]
    limits: Limits
    ledger: Ledger = field(default_factory=open_ledger)
    """In memory, unless a run brings the one of the site."""
    since: date | None = None
    """Articles whose address tells an earlier day are passed over."""
    foreign_hosts: set[str] = field(default_factory=set)
    """Hosts that links led to and that are not the site's."""
    _taken: Counter[str] = field(default_factory=Counter)
    """Kind -> how many addresses of it the run has taken."""
    _again: int = 0
    """How many of these are articles that came out before."""

    @property
    def half(self) -> int:
        """Half of the run's articles: as many may a feed bring, and as many may be asked for again."""
        return max(1, self.limits.articles // 2)

    def is_article(self, url: str) -> bool:
        """Whether the address looks like one of an article."""
        return bool(self.article_shape.search(url))

    def start(self, urls: Sequence[str]) -> None:
        """Take up addresses that are read as lists whatever they look like."""
        self.ledger.find_lists(list(dict.fromkeys(urls)), LIST, depth=0)

    def sort(
        self,
        found: Iterable[str],
        *,
        following: Iterable[str] = (),
        sent_on: Sequence[str] = (),
        depth: int,
        barren: int = 0,
        found_on: int | None = None,
    ) -> Sorted:
        """Sort the links of a page. `following` are lists whatever they look like, and so is what is `sent_on` to by
        the page itself, unless it is an article; `depth` is that of the links.

        `barren` is how many lists before this one, in its chain, brought no new article: when this one brings none
        either and the chain is too long, it is not followed further. That is an endless list, and refused, unless
        earlier runs found its articles, whatever came of them: then all that is new has been seen. `found_on` is the
        ledger's number of the page.
        """
        result = Sorted()
        found = self._short([*found, *sent_on], result)
        following = self._short([*following, *(url for url in sent_on if not self.is_article(url))], result)
        named = self._young(self._admitted(filter(self.is_article, found), depth, result), result)
        articles = self.ledger.find_articles(named, depth, found_on=found_on)
        result.articles, result.known = articles.new, articles.known
        lists = self._admitted([*following, *filter(self._is_list, found)], depth, result)
        if articles.new or barren + 1 < self.limits.barren:
            result.lists = self.ledger.find_lists(lists, LIST, depth, 0 if articles.new else barren + 1)
        elif not (articles.sighted or result.old):
            result.refused += [("endless_list", url) for url in self.ledger.unseen(lists)]
        if len(self.foreign_hosts) < _MOST_HOSTS:
            self.foreign_hosts.update(urlsplit(url).netloc for url in found if not self.on_site(url))
        return result

    def sort_feed(self, found: Iterable[str], depth: int, found_on: int | None = None) -> Sorted:
        """Sort the addresses of a feed. It may bring half of the run's articles: a sitemap of addresses that are made
        up, or long gone, must not keep out what the lists name."""
        result = Sorted()
        found = self._short(found, result)
        named = self._young(self._admitted(filter(self.is_article, found), depth, result), result)
        articles = self.ledger.find_articles(named, depth, self.half, found_on)
        result.articles, result.known, result.unread = articles.new, articles.known, articles.unread
        lists = self._admitted(filter(self._is_list, found), depth, result)
        result.lists = self.ledger.find_lists(lists, LIST, depth)
        return result

    def sort_feeds(self, feeds: Iterable[str], depth: int) -> Sorted:
        """Take up sitemaps, RSS and Atom feeds."""
        result = Sorted()
        named = self._admitted(self._short(feeds, result), depth, result)
        result.lists = self.ledger.find_lists(named, FEED, depth)
        return result

    def take(self, most: int) -> list[Waiting]:
        """Up to `most` addresses to be fetched now, as far as the limits of the run go: articles before lists, so that
        a run that is stopped or full has articles to show for the lists it read."""
        taken = self._take(ARTICLE, most)
        if self._room(ARTICLE) > 0:
            for kind in (FEED, LIST):
                taken += self._take(kind, most - len(taken))
        return taken

    def left(self) -> dict[str, int]:
        """Limit that bit -> how many addresses it leaves for the next run."""
        full = self._room(ARTICLE) <= 0 or self._again >= self.half
        articles = self.ledger.postponed + (self.ledger.waiting(ARTICLE) if full else 0)
        lists = sum(self.ledger.waiting(kind) for kind in (FEED, LIST) if self._room(kind) <= 0)
        return {name: count for name, count in (("articles", articles), ("lists", lists)) if count}

    def remaining(self) -> int | None:
        """How many articles this run has still to fetch; None while that cannot be told: a list that waits may name
        more of them, unless what waits is more than the run may fetch."""
        most = self._room(ARTICLE) + self.ledger.under_way(ARTICLE)
        known = self.ledger.unfinished(ARTICLE, most)
        if known == most:
            return known
        more = any(self._room(kind) > 0 and self.ledger.unfinished(kind, 1) for kind in (FEED, LIST))
        return None if more else known

    def _take(self, kind: str, most: int) -> list[Waiting]:
        most = min(most, self._room(kind))
        taken = self.ledger.take(kind, most, self.half - self._again) if most > 0 else []
        self._taken[kind] += len(taken)
        self._again += sum(waiting.revision > 0 for waiting in taken)
        return taken

    def _room(self, kind: str) -> int:
        """How many more addresses of a kind the run may fetch. Feeds count as lists, and take up half of them at most:
        an old portal has more sitemaps than a run reads lists."""
        if kind == ARTICLE:
            return self.limits.articles - self._taken[ARTICLE]
        room = self.limits.lists - self._taken[LIST] - self._taken[FEED]
        return min(room, self.limits.lists // 2 - self._taken[FEED]) if kind == FEED else room

    def _short(self, urls: Iterable[str], result: Sorted) -> list[str]:
        """The addresses that are not too long. The others are not even held against the site's patterns, of which
        nobody knows how long they take on 8 MB."""
        urls = list(urls)
        long = [url for url in urls if len(url) > LONGEST_ADDRESS and self.on_site(url)]
        result.refused += [("address_too_long", url) for url in long]
        return [url for url in urls if len(url) <= LONGEST_ADDRESS]

    def _is_list(self, url: str) -> bool:
        return bool(self.list_shape.search(url)) and not self.is_article(url)

    def _admitted(self, urls: Iterable[str], depth: int, result: Sorted) -> list[str]:
        """Those of the addresses that may be fetched, each once. The others are refused, unless the ledger has them: a
        link on a page too deep says nothing against an article that a page higher up named."""
        reasons = {url: self._refusal(url, depth) for url in urls}
        refused = self.ledger.unknown([url for url, reason in reasons.items() if reason])
        result.refused += [(reason, url) for url in refused if (reason := reasons[url])]
        return [url for url, reason in reasons.items() if not reason]

    def _young(self, articles: list[str], result: Sorted) -> list[str]:
        """Those of the articles that are not known to be too old."""
        if self.since is None:
            return articles
        young = [url for url in articles if not ((day := parse_url(url)) and day.at.date() < self.since)]
        result.old += len(articles) - len(young)
        return young

    def _refusal(self, url: str, depth: int) -> str | None:
        if not self.on_site(url):
            return "offsite"
        return "depth_limit" if depth > self.limits.depth else None
