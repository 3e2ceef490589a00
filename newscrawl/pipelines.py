"""The flow as Scrapy runs it: one thin class a stage. What the stages do is in `flow`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import ClassVar

from scrapy.crawler import Crawler

from newscrawl import flow
from newscrawl.crawl.keeper import Keeper
from newscrawl.crawl.ledger import Ledger, LedgerError, NoLedgerError, open_to_read, place_of
from newscrawl.crawl.ledger.seen import SeenInLedger
from newscrawl.crawl.portal import PortalSpider
from newscrawl.crawl.tally import Tally
from newscrawl.items import Article
from newscrawl.page import Measured
from newscrawl.refused import Refused

logger = logging.getLogger(__name__)


# What of a damaged page is kept for the run's record: articles stand well within it, link farms do not.
_MOST_BEFORE = 200_000


class _Stage:
    """Runs one stage on every article; `Refused` is a DropItem, so Scrapy drops what the stage refuses."""

    stage: ClassVar[staticmethod[[Article], None]]

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> _Stage:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        """Run the stage."""
        with self.timed(item):
            flow.run_stage(self.stage, item)
        return item

    @contextmanager
    def timed(self, item: Article) -> Iterator[None]:
        """Measure what is done to an article here, for the run's record (crawl/tally.py); also when it is refused."""
        name = type(self).__name__.removesuffix("Pipeline").lower()
        item.measured = item.measured or Measured()
        seconds, started = item.measured.seconds, perf_counter()
        try:
            yield
        finally:
            seconds[name] = seconds.get(name, 0.0) + perf_counter() - started


class DecodePipeline(_Stage):
    """Bytes to text."""

    stage = staticmethod(flow.decode)

    def process_item(self, item: Article) -> Article:
        """Decode, and count labels that were wrong."""
        super().process_item(item)
        if any(page.overruled for page in item.pages):
            assert self.crawler.stats
            self.crawler.stats.inc_value("newscrawl/recovered/charset_overruled")
        return item


class RestorePipeline(_Stage):
    """The text a mirror damaged, given back."""

    stage = staticmethod(flow.restore)

    def process_item(self, item: Article) -> Article:
        """Restore, and keep the damaged text for the run's record until the article is counted."""
        texts = [page.text for page in item.pages]
        super().process_item(item)
        damaged = (text for text, page in zip(texts, item.pages, strict=True) if page.restored and page.restored.family)
        assert item.measured
        item.measured.before = next(damaged, "")[:_MOST_BEFORE]
        return item


class ExtractPipeline(_Stage):
    """Text to fields."""

    stage = staticmethod(flow.extract)


class JudgePipeline(_Stage):
    """Refuses what is no article, and what was read before."""

    stage = staticmethod(flow.judge)

    def open_spider(self) -> None:
        """Nothing was read yet; a mirror's run looks its articles up in the portal's ledger."""
        self._seen: SeenInLedger | None = None

    def _before(self) -> SeenInLedger:
        """What was read before. Made late: pipelines are opened before the ledger is."""
        if self._seen is None:
            spider = self.crawler.spider
            assert isinstance(spider, PortalSpider)
            self._seen = SeenInLedger(spider.frontier.ledger, _originals(self.crawler, spider.copies))
        return self._seen

    def close_spider(self) -> None:
        """The run is over."""
        if self._seen:
            self._seen.close()

    def process_item(self, item: Article) -> Article:
        """Judge the page, then whether it is a repeat."""
        super().process_item(item)
        since = self.crawler.settings["SINCE"]
        if since and item.published_at and item.published_at.date().isoformat() < since:
            raise Refused("too_old", item.published_at.date().isoformat(), url=item.url, trace=item.trace)
        flow.judge_repeat(item, self._before())
        return item


def _originals(crawler: Crawler, site: str | None) -> Ledger | None:
    """The ledger of the portal that a mirror copies, when there is one."""
    try:
        return open_to_read(place_of(crawler.settings, site)) if site else None
    except NoLedgerError:
        return None
    except LedgerError as problem:
        logger.warning("copies are not pointed at their originals: %s", problem)
        return None


class PublishPipeline(_Stage):
    """Writes the article and lets go of its pages (logs would print them)."""

    def process_item(self, item: Article) -> Article:
        """The article is read; raises `NotWritten` when it came out before and is as it was."""
        with self.timed(item):
            if keeper := self.crawler.get_extension(Keeper):
                keeper.publish(item)
            item.pages = []
        if tally := self.crawler.get_extension(Tally):
            tally.published(item)
        return item
