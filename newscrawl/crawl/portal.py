"""The spider of every site: front page -> lists -> pages of lists -> articles, with sitemaps and feeds besides.

A site is a subclass without methods. What is followed is decided in frontier.py; what an article says is read by the
pipelines. The spider only carries pages.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawl.crawl.feeds import read_feed
from newscrawl.crawl.frontier import ADVICE, LIMIT_OF, Frontier, Limits, Sorted
from newscrawl.crawl.links import Links, canonical, read_links
from newscrawl.crawl.paging import next_page, trs_next
from newscrawl.crawl.refusals import FetchRefused, address_refused, refusal_of
from newscrawl.crawl.response import foreign_type, page_of
from newscrawl.decode.charset import decode
from newscrawl.extract.layout import Layout
from newscrawl.items import Article
from newscrawl.refused import Refused

# Articles go before lists, so that a run that is stopped or full has articles to show for the lists it read; and an
# article that was begun is finished first.
_ARTICLES_FIRST = 10
_PAGES_FIRST = 20


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
        """The front page, and the sitemaps the site file names."""
        for start in self.start_urls:
            url = canonical(start) or start
            self.frontier.start(url)
            yield Request(url, self.parse_list, errback=self.parse_failure, dont_filter=True)
        for request in self._feed_requests(self.sitemap_urls, depth=0):
            yield request

    def on_site(self, url: str) -> bool:
        """Whether an address belongs to the site."""
        parts = urlsplit(url)
        if self.same_host:
            return parts.netloc in {urlsplit(start).netloc for start in self.start_urls}
        host = parts.hostname or ""
        return any(host == domain or host.endswith(f".{domain}") for domain in self.allowed_domains)

    # What is made of a page

    def parse(self, response: Response) -> Iterator[Article | Request]:
        """Any page of the site: what `scrapy parse URL` calls."""
        if self.frontier.is_article(response.url):
            return self.parse_article(response)
        return self.parse_list(response)

    def parse_list(self, response: Response, barren: int = 0) -> Iterator[Request]:
        """Follow the links of a list; `barren` lists before it, in its chain, brought no new article."""
        links = self._links(response)
        depth = response.meta.get("depth", 0) + 1
        result = self.frontier.sort(links.found, following=links.following, depth=depth, barren=barren)
        yield from self._requests(result, barren=0 if result.articles else barren + 1)
        feeds, self._sitemaps = [*links.feeds, *self._sitemaps], []
        yield from self._feed_requests(feeds, depth)

    def parse_feed(self, response: Response) -> Iterator[Request]:
        """Follow the addresses of a sitemap, an RSS or an Atom file."""
        feed = read_feed(response.body, self.settings.getint("DOWNLOAD_MAXSIZE"))
        if feed is None:
            self.refuse(Refused("bad_feed"), response.url, response.status)
            return
        depth = response.meta.get("depth", 0) + 1
        pages = [url for address in feed.pages if (url := canonical(address, response.url))]
        yield from self._requests(self.frontier.sort(pages, depth=depth))
        yield from self._feed_requests(feed.feeds, depth)

    def parse_article(self, response: Response, article: Article | None = None) -> Iterator[Article | Request]:
        """One more page of an article; the article comes out when its last page is read."""
        if foreign := foreign_type(response):
            yield from self._give_up(Refused("not_text", foreign), response.url, response.status, article)
            return
        article = article or self._article(response)
        article.pages.append(page_of(response))
        yield self._turn(article) or article

    def parse_failure(self, failure: Failure) -> Iterator[Article]:
        """An address could not be had: name it. When it was a later page of an article, the article comes out short."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it before calling an errback
        problem = failure.value
        assert problem is not None
        status = problem.response.status if isinstance(problem, HttpError) else None
        if isinstance(problem, FetchRefused):
            status = problem.http_status
        url = request.meta.get("redirect_urls", [request.url])[0]
        yield from self._give_up(refusal_of(problem), url, status, request.cb_kwargs.get("article"))

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
            named = (canonical(sitemap, request.url) for sitemap in robotparser.rp.sitemaps)
            self._sitemaps += [sitemap for sitemap in named if sitemap]

    def closed(self, reason: str) -> None:
        """Scrapy's hook at the end: leave in the stats how many hosts the site links to that are not its own."""
        self.crawler.stats.set_value("newscrawl/offsite_hosts", len(self.frontier.foreign_hosts))

    # How it is done

    def _article(self, response: Response) -> Article:
        return Article(
            url=canonical(response.url),
            site=self.name,
            fetched_at=datetime.now(timezone.utc),
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
            priority=_PAGES_FIRST,
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

    def _requests(self, result: Sorted, barren: int = 0) -> Iterator[Request]:
        for reason, url in result.refused:
            self.refuse(Refused(reason), url)
        for url in result.articles:
            yield Request(url, self.parse_article, errback=self.parse_failure, priority=_ARTICLES_FIRST)
        for url in result.lists:
            yield Request(url, self.parse_list, errback=self.parse_failure, cb_kwargs={"barren": barren})

    def _feed_requests(self, feeds: Iterable[str], depth: int) -> Iterator[Request]:
        result = self.frontier.sort([], following=[url for feed in feeds if (url := canonical(feed))], depth=depth)
        for reason, url in result.refused:
            self.refuse(Refused(reason), url)
        for url in result.lists:
            yield Request(url, self.parse_feed, errback=self.parse_failure)
