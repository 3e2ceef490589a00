"""The spider of every site: front page -> lists -> pages of lists -> articles, with sitemaps and feeds besides.

A site is a subclass without methods. What is followed is decided in frontier.py; what an article says is read by the
pipelines. The spider only carries pages.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawl.crawl.expectations import Expect
from newscrawl.crawl.feeds import MOST_ADDRESSES, read_feed
from newscrawl.crawl.frontier import ADVICE, LIMIT_OF, Frontier, Limits, Sorted
from newscrawl.crawl.ledger import Waiting
from newscrawl.crawl.ledger.tables import ARTICLE, FEED, LIST
from newscrawl.crawl.links import Links, canonical, read_links
from newscrawl.crawl.paging import next_page, trs_next
from newscrawl.crawl.refusals import address_refused, refusal_of
from newscrawl.crawl.request import NUMBER, PAGES_FIRST, address_of, request_for
from newscrawl.crawl.response import fetched_at, foreign_type, hash_of, page_of
from newscrawl.decode.charset import decode
from newscrawl.extract.layout import Layout
from newscrawl.items import Article
from newscrawl.page import is_within
from newscrawl.refused import Refused

# Of a feed's addresses refused for the same reason.
_MOST_NAMED = 100


class PortalSpider(Spider):
    """A news portal. The attributes describe it; a site file sets them and nothing else."""

    title_zh: ClassVar[str] = ""
    """What the site calls itself."""
    allowed_domains: list[str] = []
    """Domains of the site; their sub-domains belong to it."""
    start_urls: list[str] = []
    """Front page and, where it does not lead to them, lists."""
    article_url: ClassVar[str] = r"(?!)"
    """Regular expression found in the addresses of articles, and in no others."""
    list_url: ClassVar[str] = r"(?!)"
    """Regular expression found in the addresses of lists worth following."""
    layouts: ClassVar[tuple[Layout, ...]] = ()
    """The templates its articles are printed in; shared ones stand in sites/cms."""
    sitemap_urls: ClassVar[tuple[str, ...]] = ()
    """Sitemaps, RSS and Atom feeds; those that robots.txt or a page names need not be told here."""
    copies: ClassVar[str | None] = None
    """The name of the site this one is a mirror of."""
    same_host: ClassVar[bool] = False
    """Stay on the host and port of `start_urls` instead of on `allowed_domains`."""
    limits: ClassVar[Limits] = Limits()
    """How far a run goes; `-a articles=100` and the like change it for one run."""
    expect: ClassVar[Expect] = Expect(restored=0.2)
    """What a run should bring."""

    def __init__(self, **arguments: str) -> None:
        """`arguments` are those of `-a`; names that begin with _ are Scrapyd's own. Raises `ValueError` for others."""
        super().__init__()
        wanted = {name: value for name, value in arguments.items() if not name.startswith("_")}
        self.frontier = Frontier(
            article_shape=re.compile(self.article_url),
            list_shape=re.compile(self.list_url),
            on_site=self.on_site,
            limits=self.limits.changed(wanted),
        )
        self._sitemaps: list[str] = []
        self._refused: set[tuple[str, str]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PortalSpider:
        """Build the spider and let it hear of each robots.txt that is read, for the sitemaps in it."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.robots_parsed, signals.robots_parsed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Take up the front page, and the sitemaps the site file names; requests are made by `requests`."""
        if since := self.settings["SINCE"]:
            self.frontier.since = date.fromisoformat(since)
        self.frontier.start([canonical(start) or start for start in self.start_urls])
        self._take_up(self.frontier.sort_feeds(_canonical(self.sitemap_urls), depth=0))
        return
        yield

    def requests(self, most: int) -> list[Request]:
        """Up to `most` requests for what waits in the ledger: what the scheduler asks for."""
        return [self._request(waiting) for waiting in self.frontier.take(most)]

    def on_site(self, url: str) -> bool:
        """Whether an address belongs to the site."""
        parts = urlsplit(url)
        if self.same_host:
            return parts.netloc in {urlsplit(start).netloc for start in self.start_urls}
        return is_within(parts.hostname or "", self.allowed_domains)

    # What is made of a page

    def parse(self, response: Response) -> Iterator[Article | Request]:
        """Any page of the site: what `scrapy parse URL` calls."""
        if self.frontier.is_article(response.url):
            return self.parse_article(response)
        return self.parse_list(response)

    def parse_list(self, response: Response, barren: int = 0) -> Iterator[Request]:
        """Take up the links of a list; `barren` lists before it, in its chain, brought no new article."""
        links = self._links(response)
        depth = response.meta.get("depth", 0) + 1
        number = response.meta.get(NUMBER)
        self._take_up(
            self.frontier.sort(links.found, following=links.following, depth=depth, barren=barren, found_on=number)
        )
        feeds, self._sitemaps = [*links.feeds, *self._sitemaps], []
        self._take_up(self.frontier.sort_feeds(feeds, depth))
        self.frontier.ledger.read(address_of(response.request))
        yield from self._at_once()

    def parse_feed(self, response: Response) -> Iterator[Request]:
        """Take up the addresses of a sitemap, an RSS or an Atom file."""
        feed = read_feed(response.body, self.settings.getint("DOWNLOAD_MAXSIZE"))
        if feed is None:
            self.refuse(Refused("bad_feed"), address_of(response.request), response.status)
            return
        depth = response.meta.get("depth", 0) + 1
        result = self.frontier.sort_feed(_canonical(feed.pages, response.url), depth, response.meta.get(NUMBER))
        self._sum_up(result, feed.total, response)
        self._take_up(result)
        self._take_up(self.frontier.sort_feeds(_canonical(feed.feeds, response.url), depth))
        self.frontier.ledger.read(address_of(response.request))
        yield from self._at_once()

    def parse_article(
        self, response: Response, article: Article | None = None, page_hash: str | None = None
    ) -> Iterator[Article | Request]:
        """One more page of an article; the article comes out when its last page is read.

        `page_hash` is that of the page when the article came out before.
        """
        if foreign := foreign_type(response):
            yield from self._give_up(
                Refused("not_text", foreign), address_of(response.request), response.status, article
            )
            return
        if response.status == HTTPStatus.NOT_MODIFIED or (page_hash and page_hash == hash_of(response.body)):
            self._unchanged(response)
            return
        if article is None:
            article = self._article(response)
            self.frontier.ledger.fetched(address_of(response.request))
        article.pages.append(page_of(response))
        yield self._turn(article) or article

    def parse_failure(self, failure: Failure) -> Iterator[Article]:
        """An address could not be had: name it. When it was a later page of an article, the article comes out short."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it before calling an errback
        problem = failure.value
        assert problem is not None
        status = problem.response.status if isinstance(problem, HttpError) else getattr(problem, "http_status", None)
        yield from self._give_up(refusal_of(problem), address_of(request), status, request.cb_kwargs.get("article"))

    def refuse(self, refused: Refused, url: str, status: int | None = None) -> None:
        """Tell the world that an address was refused, once for each address and reason."""
        if (refused.reason, url) in self._refused:
            return
        self._refused.add((refused.reason, url))
        if limit := LIMIT_OF.get(refused.reason):
            self._bitten(limit, url)
        told = Refused(refused.reason, refused.detail, url=url)
        self.crawler.signals.send_catch_log(address_refused, refused=told, http_status=status, spider=self)

    def _bitten(self, limit: str, url: str) -> None:
        """A limit bit: count it, and say so the first time."""
        counted = f"newscrawl/limits/{limit}"
        if not self.crawler.stats.get_value(counted):
            self.logger.warning("%s: %s (first: %s)", limit, ADVICE[limit], url)
        self.crawler.stats.inc_value(counted)

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Take note of the sitemaps in robots.txt; the next list follows them."""
        if isinstance(robotparser, ProtegoRobotParser):
            self._sitemaps += _canonical(robotparser.rp.sitemaps, request.url)

    def closed(self, reason: str) -> None:
        """Scrapy's hook at the end: leave in the stats what was left to the next run, and how many hosts that are not
        its own the site links to."""
        for limit, count in self.frontier.left().items():
            self.logger.warning("%s: %d wait; %s", limit, count, ADVICE[limit])
            self.crawler.stats.set_value(f"newscrawl/limits/{limit}", count)
        self.crawler.stats.set_value("newscrawl/offsite_hosts", len(self.frontier.foreign_hosts))

    # How it is done

    def _article(self, response: Response) -> Article:
        return Article(
            url=canonical(response.url),
            site=self.name,
            fetched_at=fetched_at(response),
            http_status=response.status,
        )

    def _turn(self, article: Article) -> Request | None:
        """The request for the next page of an article, or None when it is complete (or too long)."""
        url = next_page(article.pages[-1])
        if not url or url in {page.url for page in article.pages}:
            return None
        if len(article.pages) >= self.frontier.limits.pages:
            self._miss(article, Refused("page_limit", f"{len(article.pages)} pages"), url, None)
            return None
        # dont_filter: a list may have led to this page before, which must not cost the article.
        return Request(
            url,
            self.parse_article,
            errback=self.parse_failure,
            cb_kwargs={"article": article},
            priority=PAGES_FIRST,
            dont_filter=True,
        )

    def _give_up(self, refused: Refused, url: str, status: int | None, article: Article | None) -> Iterator[Article]:
        if article is None:
            self.refuse(refused, url, status)
        else:
            self._miss(article, refused, url, status)
            yield article

    def _miss(self, article: Article, refused: Refused, url: str, status: int | None) -> None:
        """A later page of an article is missing: the article goes on without it, and says so."""
        self.refuse(refused, url, status)
        article.trace.append(
            f"crawl: page {len(article.pages) + 1} is missing: {refused.reason} {refused.detail} [{url}]"
        )

    def _links(self, response: Response) -> Links:
        """The links of a list, or none when it is refused."""
        limit = self.frontier.limits.links
        page = page_of(response)
        try:
            if foreign := foreign_type(response):
                raise Refused("not_text", foreign)
            decoded = decode(page.body, page.headers.get("content-type", ""))
        except Refused as refused:
            self.refuse(refused, response.url, response.status)
            return Links()
        links = read_links(decoded.text, response.url, decoded.charset, limit)
        if links.total > limit:
            self.refuse(Refused("too_many_links", f"{links.total} links"), response.url, response.status)
        scripted = trs_next(page.body, response.url)
        return replace(links, following=[*links.following, scripted]) if scripted else links

    def _sum_up(self, result: Sorted, total: int, feed: Response) -> None:
        """Tell what is too much of a feed by its number: rejects of 50,000 lines a sitemap would fill the disk."""
        address = address_of(feed.request)
        if total > MOST_ADDRESSES or result.unread:
            told = f"{total} addresses" if total > MOST_ADDRESSES else f"{result.unread} new ones are left"
            self.refuse(Refused("too_many_links", told), address, feed.status)
        for reason, count in result.sum_up(_MOST_NAMED).items():
            self.refuse(Refused(reason, f"{count} addresses"), address, feed.status)

    def _take_up(self, result: Sorted) -> None:
        if result.known:
            self.crawler.stats.inc_value("newscrawl/known", result.known)
        if result.old:
            self.crawler.stats.inc_value("newscrawl/limits/since", result.old)
        for reason, url in result.refused:
            self.refuse(Refused(reason), url)

    def _request(self, waiting: Waiting) -> Request:
        callbacks: dict[str, Callable[..., Any]] = {
            ARTICLE: self.parse_article,
            LIST: self.parse_list,
            FEED: self.parse_feed,
        }
        return request_for(waiting, callbacks[waiting.kind], self.parse_failure)

    def _at_once(self) -> Iterator[Request]:
        """Everything that waits, when nothing is kept: `scrapy parse` shows what a callback yields."""
        if not self.settings.getbool("LEDGER_ENABLED"):
            yield from self.requests(self.frontier.limits.articles)

    def _unchanged(self, response: Response) -> None:
        self.frontier.ledger.unchanged(address_of(response.request))
        self.crawler.stats.inc_value("newscrawl/unchanged")


def _canonical(addresses: Iterable[str], base: str = "") -> list[str]:
    return [url for address in addresses if (url := canonical(address, base))]
