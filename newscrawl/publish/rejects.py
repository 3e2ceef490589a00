"""What was refused: a line each in output/rejects/<site>/<time>.jsonl, a count each in `newscrawl/refused/<reason>`."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any, TextIO

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.crawl.keeper import NotWritten
from newscrawl.crawl.refusals import address_refused
from newscrawl.items import Article
from newscrawl.publish.paths import rejects_path
from newscrawl.refused import Refused

logger = logging.getLogger(__name__)


def reject_line(
    refused: Refused,
    *,
    site: str | None,
    fetched_at: datetime | None,
    http_status: int | None = None,
    title: str | None = None,
) -> str:
    """A refusal as a line of JSON, without the line's end. `fetched_at` is UTC, None for what was not fetched."""
    record = {
        "url": refused.url,
        "site": site,
        "reason": refused.reason,
        "detail": refused.detail or None,
        "trace": refused.trace,
        "fetched_at": fetched_at.isoformat() if fetched_at else None,
        "http_status": http_status,
        "title": title,
    }
    return json.dumps(record, ensure_ascii=False)


class Rejects:
    """Owns the file. It is made with its first line, and each line is flushed: a killed crawl leaves what it knew."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._file: TextIO | None = None
        self._unwritable = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Rejects:
        """Build it and let it hear of every way in which a page can be lost."""
        rejects = cls(crawler)
        crawler.signals.connect(rejects.address_refused, address_refused)
        crawler.signals.connect(rejects.item_dropped, signals.item_dropped)
        crawler.signals.connect(rejects.item_error, signals.item_error)
        crawler.signals.connect(rejects.spider_error, signals.spider_error)
        crawler.signals.connect(rejects.spider_closed, signals.spider_closed)
        return rejects

    def address_refused(self, refused: Refused, http_status: int | None, spider: Spider) -> None:
        """The spider or the network refused an address."""
        self._write(refused, spider, http_status=http_status)

    def item_dropped(self, item: Any, exception: Exception, spider: Spider) -> None:
        """A stage refused an article."""
        if isinstance(exception, NotWritten):
            return
        refused = exception if isinstance(exception, Refused) else Refused("internal_error", repr(exception))
        self._write_item(refused, item, spider)

    def item_error(self, item: Any, failure: Failure, spider: Spider) -> None:
        """A pipeline failed."""
        self._write_item(Refused("internal_error", repr(failure.value)), item, spider)

    def spider_error(self, failure: Failure, response: Response | Failure | None, spider: Spider) -> None:
        """A callback failed: the page is lost with what it would have led to."""
        page = response if isinstance(response, Response) else None
        refused = Refused("internal_error", repr(failure.value), url=page.url if page else None)
        self._write(refused, spider, http_status=page.status if page else None)

    def spider_closed(self) -> None:
        """The crawl is over."""
        if self._file:
            with suppress(OSError):  # what could not be flushed before
                self._file.close()
            self._file = None

    def _write_item(self, refused: Refused, item: Any, spider: Spider) -> None:
        if isinstance(item, Article):
            told = Refused(
                refused.reason, refused.detail, url=refused.url or item.url, trace=refused.trace or item.trace
            )
            self._write(told, spider, item.fetched_at, item.http_status, item.title)
        else:
            self._write(refused, spider)

    def _write(
        self,
        refused: Refused,
        spider: Spider,
        fetched_at: datetime | None = None,
        http_status: int | None = None,
        title: str | None = None,
    ) -> None:
        self._crawler.stats.inc_value(f"newscrawl/refused/{refused.reason}")
        moment = fetched_at or datetime.now(timezone.utc)
        line = reject_line(refused, site=spider.name, fetched_at=moment, http_status=http_status, title=title)
        try:
            file = self._file or self._open(spider.name)
            file.write(line + "\n")
            file.flush()
        except OSError as problem:  # the disk is full: the run ends as soon as an article cannot be written either
            self._crawler.stats.inc_value("newscrawl/unwritten")
            if not self._unwritable:
                logger.error("cannot write refusals: %s", problem)
            self._unwritable = True

    def _open(self, site: str) -> TextIO:
        path = rejects_path(self._crawler, site)
        path.parent.mkdir(parents=True, exist_ok=True)
        # titles may hold half a surrogate pair, which stands there as JSON writes it
        self._file = path.open("a", encoding="utf-8", errors="backslashreplace")
        self._crawler.stats.set_value("newscrawl/files/rejects", str(path))
        return self._file
