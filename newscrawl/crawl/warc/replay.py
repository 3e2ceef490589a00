"""REPLAY=...: the same spider, pipelines and paging, fed from WARC files; no connection is made.

settings.py puts these classes in the place of those that speak with the network.
"""

from __future__ import annotations

import asyncio
import logging

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils._download_handlers import make_response

from newscrawl.crawl.hosts import Host
from newscrawl.crawl.manners import MannersMiddleware
from newscrawl.crawl.refusals import FetchRefused
from newscrawl.crawl.request import FETCHED_AT
from newscrawl.crawl.warc.index import Index
from newscrawl.crawl.warc.reading import Answer, DamagedError
from newscrawl.crawl.warc.settings import replayed_files
from newscrawl.shown import visible

logger = logging.getLogger(__name__)

# Records read at a time before the rest of the process has its turn: Ctrl-C is heard within some milliseconds.
_AT_ONCE = 100


class Archive:
    """The index of the files of REPLAY, one for the handlers of all schemes; made at the first request."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._index: Index | None = None
        self._building = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Archive:
        """Build it; nothing is read yet."""
        archive = cls(crawler)
        crawler.signals.connect(archive.close, signals.engine_stopped)
        return archive

    async def index(self) -> Index:
        """The index. Raises `FetchRefused` when the run is stopped while it is made."""
        async with self._building:
            if self._index is None:
                self._index = await self._build()
        return self._index

    def close(self) -> None:
        """Let it go."""
        if self._index:
            self._index.close()

    async def _build(self) -> Index:
        index = Index(replayed_files(self._crawler.settings))
        for number, _ in enumerate(index.build(self._damaged)):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
                if not self._crawler.crawling:
                    raise FetchRefused("not_archived", "the run was stopped while its archive was read")
        logger.info("replay: %d answers to %d addresses", index.records, index.addresses())
        return index

    def _damaged(self, told: str) -> None:
        logger.warning("%s", visible(told))
        self._crawler.stats.inc_value("newscrawl/warc/damaged")


class ReplayHandler:
    """Scrapy's download handler for http and https: answers from the files of REPLAY.

    Refuses `not_archived`; `truncated` and `too_large` as the crawl would have that made the record.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._archive = crawler.get_extension(Archive)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReplayHandler:
        """Build it."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Answer; raises `FetchRefused`."""
        assert self._archive
        index = await self._archive.index()
        try:
            answer = index.find(request.url)
        except (OSError, DamagedError) as problem:
            raise FetchRefused("not_archived", f"its record cannot be read any more: {problem}"[:200]) from problem
        if answer is None:
            raise FetchRefused("not_archived")
        if answer.truncated == "length" or (self._most and len(answer.body) > self._most):
            raise FetchRefused("too_large", "as archived")
        if answer.truncated:
            raise FetchRefused("truncated", f"as archived: {answer.truncated}")
        request.meta[FETCHED_AT] = answer.at
        return _response(request, answer)

    async def close(self) -> None:
        """There is no connection to be closed."""


def _response(request: Request, answer: Answer) -> Response:
    headers = Headers()
    for name, value in answer.headers:
        headers.appendlist(name, value)
    return make_response(request.url, answer.status, headers, answer.body)


class ReplayManners(MannersMiddleware):
    """Recognises blocks as a crawl does, and spares nobody: there is no host behind the answers."""

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """A crawl-delay is for the network."""

    def _rest(self, host: Host, header: str) -> None:
        """Nobody needs it."""

    def _give_up(self, host: Host, why: str) -> None:
        """The next answer is there already."""
