"""Articles as lines: JSON, UTF-8, fields in the order of the record, times in ISO 8601."""

from __future__ import annotations

from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedSlot
from scrapy.utils.serialize import ScrapyJSONEncoder

from newscrawl.items import EXPORTED, Article, Image, Junk, Repairs, Unresolved


def to_line(article: Article) -> str:
    """An article as it stands in every output file, without the line's end; the same as Scrapy's feed writes."""
    record = {name: getattr(article, name) for name in EXPORTED}
    return _ENCODER.encode(record)


class _Encoder(ScrapyJSONEncoder):
    """Scrapy's encoder with a short way for the parts of an article, of which it has dozens."""

    def default(self, o: Any) -> Any:
        """What JSON can hold in place of a value."""
        if isinstance(o, (Image, Junk, Repairs, Unresolved)):
            return {name: getattr(o, name) for name in o.__slots__}
        return super().default(o)


_ENCODER = _Encoder(ensure_ascii=False)


class FeedPaths:
    """Notes in the stats which files -o and -O wrote: `newscrawl/files/articles`."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FeedPaths:
        """Build it."""
        paths = cls(crawler)
        crawler.signals.connect(paths.feed_slot_closed, signals.feed_slot_closed)
        return paths

    def feed_slot_closed(self, slot: FeedSlot) -> None:
        """A feed is complete."""
        written = self._stats.get_value("newscrawl/files/articles", [])
        self._stats.set_value("newscrawl/files/articles", [*written, slot.uri])
