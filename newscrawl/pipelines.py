"""The flow as Scrapy runs it: one thin class a stage. What the stages do is in `flow`."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import ClassVar

from scrapy.crawler import Crawler

from newscrawl import flow
from newscrawl.items import Article
from newscrawl.judge.repeat import Seen
from newscrawl.page import Measured
from newscrawl.publish.paths import article_files

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
    """Refuses what is no article, and what was read before in this run."""

    stage = staticmethod(flow.judge)

    def open_spider(self) -> None:
        """A run begins with nothing seen; a mirror's run knows the portal's articles."""
        self.seen = Seen()
        if copies := getattr(self.crawler.spider, "copies", None):
            self._load_originals(copies)

    def _load_originals(self, site: str) -> None:
        """The portal's articles, so that a copy can be pointed at its original; the newest file has the last word."""
        for path in article_files(Path(self.crawler.settings["OUTPUT_DIR"]), site):
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    self._add_original(line, path)

    def _add_original(self, line: str, path: Path) -> None:
        try:
            record = json.loads(line)
            day = (record["published_at"] or "")[:10]
            self.seen.add_original(record["url"], record["content_hash"], record["title"], day)
        except (ValueError, KeyError, TypeError):  # a killed run leaves a torn line
            logger.warning("passed over a line of %s that is no article", path)

    def process_item(self, item: Article) -> Article:
        """Judge the page, then whether it is a repeat."""
        super().process_item(item)
        flow.judge_repeat(item, self.seen)
        return item


class PublishPipeline(_Stage):
    """Lets go of the pages (logs would print them); Scrapy's feed writes the article."""

    def process_item(self, item: Article) -> Article:
        """The article is read."""
        with self.timed(item):
            item.pages = []
        return item
