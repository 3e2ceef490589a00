"""The log as people see it."""

from __future__ import annotations

import copy
import logging

from scrapy.crawler import Crawler
from scrapy.utils.log import get_scrapy_root_handler

from newscrawl.shown import visible


class VisibleLog:
    """Scrapy's log with visible control characters: titles, addresses and headers of pages stand in it."""

    @classmethod
    def from_crawler(cls, _crawler: Crawler) -> VisibleLog:
        """Build it; Scrapy has one log for all crawls of a process."""
        handler = get_scrapy_root_handler()
        if handler and not isinstance(handler.formatter, _VisibleFormatter):
            handler.setFormatter(_VisibleFormatter(handler.formatter or logging.Formatter()))
        return cls()


class _VisibleFormatter(logging.Formatter):
    """Another formatter's work on a record that is fit to be seen; colours, which are that formatter's, stay."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        shown = copy.copy(record)
        shown.msg, shown.args = visible(record.getMessage()), ()
        if record.exc_info:
            shown.exc_text = visible(self._inner.formatException(record.exc_info))
        return self._inner.format(shown)
