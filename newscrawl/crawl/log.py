"""The log as people see it."""

from __future__ import annotations

import copy
import logging

from pythonjsonlogger.json import JsonFormatter
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.log import get_scrapy_root_handler

from newscrawl.shown import visible

_FIELDS = "%(name)s %(levelname)s %(message)s"
_NAMES = {"levelname": "level", "name": "logger"}


class VisibleLog:
    """Scrapy's log with visible control characters: titles, addresses and headers of pages stand in it."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> VisibleLog:
        """Build it; Scrapy has one log for all crawls of a process, and makes its handler anew for each."""
        log = cls()
        crawler.signals.connect(log.spider_opened, signals.spider_opened)
        return log

    def spider_opened(self) -> None:
        """Change the handler's formatter."""
        # a page over the limit is refused as too_large: told once is enough
        logging.getLogger("scrapy.core.downloader.handlers.http11").setLevel(logging.ERROR)
        handler = get_scrapy_root_handler()
        if handler and not isinstance(handler.formatter, _VisibleFormatter):
            handler.setFormatter(_VisibleFormatter(handler.formatter or logging.Formatter()))


def install_json_log(settings: BaseSettings) -> None:
    """Make every line of the log an object of JSON, from the first on: instead of Scrapy's handler, with its settings.

    Call it before Scrapy sets up its log.
    """
    file = settings.get("LOG_FILE")
    handler = logging.FileHandler(file, "a", settings.get("LOG_ENCODING")) if file else logging.StreamHandler()
    handler.setFormatter(JsonFormatter(_FIELDS, rename_fields=_NAMES, timestamp=True))
    handler.setLevel(settings.get("LOG_LEVEL"))
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.NOTSET)
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")


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
