"""WARC=on: every exchange of a crawl is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import scrapy
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

import newscrawl
from newscrawl.crawl.warc.exchange import CONFORMS_TO, VERSION, Exchange
from newscrawl.crawl.warc.files import WarcFiles, settle
from newscrawl.crawl.warc.settings import check_replay, most_bytes, switched
from newscrawl.publish.paths import run_stamp, warc_folder

logger = logging.getLogger(__name__)


class WarcKeeper:
    """Writes what the download handler brings. The keeper of articles (crawl/keeper.py) opens it, has it make durable
    what it wrote before an article counts, and closes it: so the lock of the site is held all the time.

    What cannot be written (the disk is full) is raised by the next `sync`, which ends the run; it is asked for at once.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._files: WarcFiles | None = None
        self._problem: OSError | None = None
        self._ask_for_sync: Callable[[], object] = self.sync

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WarcKeeper:
        """Build it; nothing is written until `open`."""
        return cls(crawler)

    @property
    def recording(self) -> bool:
        """Whether exchanges are wanted."""
        return self._files is not None

    def open(self, site: str, ask_for_sync: Callable[[], object]) -> None:
        """Make whole what a killed run of the site has left, and begin. `ask_for_sync` is called when there is
        something that the next `sync` raises. Raises `ValueError` for a wrong setting, `OSError`."""
        self._ask_for_sync = ask_for_sync
        settings = self._crawler.settings
        check_replay(settings)
        most, wanted = most_bytes(settings), switched(settings, "WARC")
        folder = warc_folder(Path(settings["OUTPUT_DIR"]), site)
        settle(folder)
        if wanted:
            self._files = WarcFiles(folder, run_stamp(self._crawler), most, _info(settings))

    def write(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        if self._files and not self._problem:
            try:
                self._files.write(exchange)
            except OSError as problem:
                self._problem = problem
                self._ask_for_sync()

    def sync(self) -> None:
        """Make durable what was written. Raises `OSError`, that of an earlier `write` too."""
        if self._problem:
            raise self._problem
        if self._files:
            self._files.sync()

    def close(self) -> None:
        """The run is over: its files are complete, and named in the stats."""
        files, self._files = self._files, None
        if not files:
            return
        try:
            files.close()
        except OSError as problem:
            logger.error("%s; the next run of the site makes the last WARC file whole", problem)
        self._crawler.stats.set_value("newscrawl/files/warc", [str(path) for path in files.complete])


def _info(settings: BaseSettings) -> dict[str, str]:
    """What the record at the head of each file says."""
    return {
        "software": f"newscrawl/{newscrawl.__version__} Scrapy/{scrapy.__version__}",
        "format": f"WARC File Format {VERSION}",
        "conformsTo": CONFORMS_TO,
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "http-header-user-agent": settings["USER_AGENT"],
    }
