"""The flow as Scrapy runs it: one thin class a stage. What the stages do is in `flow`."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import ClassVar

from scrapy.crawler import Crawler

from newscrawl import flow
from newscrawl.items import Article
from newscrawl.judge.repeat import Seen
from newscrawl.publish.paths import article_files

logger = logging.getLogger(__name__)


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
        flow.run_stage(self.stage, item)
        return item


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
        item.pages = []
        return item
