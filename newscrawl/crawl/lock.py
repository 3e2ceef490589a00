"""One run of a site at a time, and whole lines to begin with."""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured

from newscrawl.publish.paths import article_files, lock_path

logger = logging.getLogger(__name__)

_BLOCK = 65_536


class OneRun:
    """Holds output/state/<site>.lock while a site is crawled; a second run ends at once and names the first.

    The lock is the kernel's: it is gone with the process that holds it, however that ends. Commands that crawl set
    ONE_RUN; without it (`scrapy parse`, `scrapy shell`) nothing is locked.
    """

    def __init__(self) -> None:
        self._held: int | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OneRun:
        """Build it. Raises `NotConfigured` when nothing is to be locked."""
        if not crawler.settings.getbool("ONE_RUN"):
            raise NotConfigured
        one_run = cls()
        crawler.signals.connect(one_run.spider_opened, signals.spider_opened)
        crawler.signals.connect(one_run.spider_closed, signals.spider_closed)
        return one_run

    def spider_opened(self, spider: Spider) -> None:
        """Take the lock, and cut off what a killed run left half written.

        Raises `CloseSpider`: already_running, or output_unwritable.
        """
        output = Path(spider.crawler.settings["OUTPUT_DIR"])
        try:
            self._held = _locked(lock_path(output, spider.name), spider.name)
            files = [(file, cut_torn_line(file)) for file in article_files(output, spider.name)]
        except OSError as problem:
            logger.error("cannot write to %s: %s", output, problem.strerror)
            raise CloseSpider("output_unwritable") from problem
        for file, cut in files:
            if cut:
                logger.warning("%s: a killed run left half a line; %d bytes are cut off", file, cut)

    def spider_closed(self) -> None:
        """Let go of the lock."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


def _locked(path: Path, site: str) -> int:
    """The lock's descriptor, with our process named in the file. Raises `CloseSpider` when another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.read(held, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(held)
        logger.error("%s is being crawled already, by process %s; this run ends", site, pid)
        raise CloseSpider("already_running") from None
    os.truncate(held, 0)
    os.write(held, f"{os.getpid()}\n".encode())
    return held


def cut_torn_line(path: Path) -> int:
    """Cut a file of lines back to its last whole line; returns the bytes cut off, 0 for a file that is whole."""
    size = end = path.stat().st_size
    with path.open("r+b") as file:
        while end:
            start = max(0, end - _BLOCK)
            file.seek(start)
            if (at := file.read(end - start).rfind(b"\n")) >= 0:
                end = start + at + 1
                break
            end = start
        if end < size:
            file.truncate(end)
    return size - end
