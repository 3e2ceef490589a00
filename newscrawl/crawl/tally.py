"""Counts what a run does, for its summary and its record."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from newscrawl.items import Article
from newscrawl.publish.counted import Counted

lines_kept, lines_cut_off = object(), object()
"""Signals: the lines of all articles that came out are safe; those that came out since then are cut off again."""

# Of the stats, those of articles that came out.
_OF_ARTICLES = ("newscrawl/articles", "newscrawl/restored", "newscrawl/revised")


class Tally:
    """Counts `newscrawl/articles`, `newscrawl/restored`, `newscrawl/fetch_seconds`, and `newscrawl/recovered/<what>`:
    answers that came late or after a failure. What has no place among the stats is in `counted`.
    """

    def __init__(self, stats: StatsCollector, slow: float) -> None:
        self._stats = stats
        self._slow = slow
        self.counted = Counted()
        self.kept()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Tally:
        """Build it; SLOW_FIRST_BYTE is in seconds."""
        tally = cls(crawler.stats, crawler.settings.getfloat("SLOW_FIRST_BYTE"))
        crawler.signals.connect(tally.response_received, signals.response_received)
        crawler.signals.connect(tally.item_lost, signals.item_dropped)
        crawler.signals.connect(tally.item_lost, signals.item_error)
        crawler.signals.connect(tally.kept, lines_kept)
        crawler.signals.connect(tally.take_back, lines_cut_off)
        return tally

    def response_received(self, response: Response, request: Request) -> None:
        """Count how long an answer took, and one that is an answer at last."""
        latency = request.meta.get("download_latency", 0.0)
        self._stats.inc_value("newscrawl/fetch_seconds", latency, 0.0)  # type: ignore[arg-type]  # any number will do
        if response.status >= 400:
            return
        if request.meta.get("retry_times"):
            self._stats.inc_value("newscrawl/recovered/retried")
        if latency > self._slow:
            self._stats.inc_value("newscrawl/recovered/slow_first_byte")

    def published(self, article: Article) -> None:
        """Count an article as soon as its line is written, and let go of what was measured for it."""
        self._stats.inc_value("newscrawl/articles")
        if article.restored is not None:
            self._stats.inc_value("newscrawl/restored")
        self.counted.article(article)
        article.measured = None

    def item_lost(self, item: Any) -> None:
        """Count the work on a page that was refused."""
        if isinstance(item, Article) and item.measured:
            self.counted.work(item)
            item.measured = None

    def kept(self) -> None:
        """All articles that were counted so far stand in files."""
        self._kept = {name: self._stats.get_value(name, 0) for name in _OF_ARTICLES}, deepcopy(self.counted)

    def take_back(self) -> None:
        """Those counted since then do not: their lines were cut off."""
        values, self.counted = self._kept
        for name, value in values.items():
            self._stats.set_value(name, value)
