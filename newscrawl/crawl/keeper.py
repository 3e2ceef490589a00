"""Keeps what a run does: the lock of its site, the ledger, and the file of its articles, in step.

An article is done when its line is safe on the disk and the ledger says so, in this order: what was fetched is made
durable (WARC=on), then lines, then the ledger is committed. What a kill leaves between them is cut off by the next run
(ledger/files.py, warc/files.py).
"""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.http import Response
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.defer import deferred_from_coro
from sqlalchemy.exc import DatabaseError
from twisted.python.failure import Failure

from newscrawl.crawl.days import revisit_days
from newscrawl.crawl.ledger import Ledger, LedgerError, open_ledger, place_of
from newscrawl.crawl.ledger.files import adopt, set_size, settle
from newscrawl.crawl.ledger.rows import LeaseLostError, Line, Marks
from newscrawl.crawl.lock import LockedError, SiteLock
from newscrawl.crawl.marks import headline_of, is_short, marks_of
from newscrawl.crawl.portal import PortalSpider
from newscrawl.crawl.refusals import address_refused
from newscrawl.crawl.request import address_of
from newscrawl.crawl.tally import lines_cut_off, lines_kept
from newscrawl.crawl.warc.keeper import WarcKeeper
from newscrawl.items import Article
from newscrawl.publish.feed import to_line
from newscrawl.publish.lines import LineFile
from newscrawl.publish.paths import article_files, articles_path, lock_path
from newscrawl.publish.record import record_of
from newscrawl.refused import Refused

logger = logging.getLogger(__name__)

# A kill costs at most so much work, which is done again; more often would cost an fsync (some ms) more often.
_SECONDS = 1.0
_LINES = 100


class NotWritten(DropItem):
    """An article that needs no line, or cannot have one: no refusal of it."""


class Keeper:
    """Opens the ledger of a run and closes it; writes articles; notes what is refused.

    Without LEDGER_ENABLED (`scrapy parse`, `scrapy shell`) nothing is locked or written, and the ledger is in memory.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._output = Path(crawler.settings["OUTPUT_DIR"])
        self._lock: SiteLock | None = None
        self._ledger: Ledger | None = None
        self._lines: LineFile | None = None
        self._warc: WarcKeeper | None = None
        self._name = ""
        self._since = 0
        self._failed = ""
        """What the run ends with, when nothing more can be written."""
        self._loop = create_looping_call(self.keep)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Keeper:
        """Build it, and let it hear of every way in which an address can end."""
        keeper = cls(crawler)
        crawler.signals.connect(keeper.spider_opened, signals.spider_opened)
        crawler.signals.connect(keeper.spider_closed, signals.spider_closed)
        crawler.signals.connect(keeper.engine_stopped, signals.engine_stopped)
        crawler.signals.connect(keeper.address_refused, address_refused)
        crawler.signals.connect(keeper.item_dropped, signals.item_dropped)
        crawler.signals.connect(keeper.item_error, signals.item_error)
        crawler.signals.connect(keeper.spider_error, signals.spider_error)
        return keeper

    # -- a run begins and ends --

    def spider_opened(self, spider: Spider) -> None:
        """Take the lock and open the ledger; raises `CloseSpider`: already_running, output_unwritable,
        ledger_unusable, or wrong_setting."""
        if not (isinstance(spider, PortalSpider) and self._crawler.settings.getbool("LEDGER_ENABLED")):
            return
        try:
            if not self._crawler.settings["LEDGER"]:  # a database has a lease instead, which holds for all machines
                self._lock = SiteLock(lock_path(self._output, spider.name), spider.name)
            self._open(spider)
        except LockedError as locked:
            logger.error("%s; this run ends", locked)
            raise CloseSpider("already_running") from locked
        except OSError as problem:
            logger.error("cannot write to %s: %s", problem.filename or self._output, problem.strerror)
            raise CloseSpider("output_unwritable") from problem
        except (LedgerError, DatabaseError) as problem:
            logger.error("%s", _first_line(problem))
            raise CloseSpider("ledger_unusable") from problem
        except ValueError as problem:
            logger.error("%s", problem)
            raise CloseSpider("wrong_setting") from problem
        except Exception as problem:  # Scrapy would log it, and crawl on with nothing kept
            logger.exception("the ledger of %s, or its files of articles, cannot be used", spider.name)
            raise CloseSpider("ledger_unusable") from problem
        self._loop.start(_SECONDS, now=False)

    def _open(self, spider: PortalSpider) -> None:
        ledger = spider.frontier.ledger = self._ledger = open_ledger(place_of(self._crawler.settings, spider.name))
        if ledger.is_new() and (lines := adopt(ledger, self._output, article_files(self._output, spider.name))):
            logger.warning("there was no ledger of %s: it is made from %d lines of articles", spider.name, lines)
        settle(ledger, self._output)
        if ledger.lease:
            self._crawler.stats.set_value("newscrawl/lease", ledger.lease.token)
        if warc := self._crawler.get_extension(WarcKeeper):  # behind the lock or the lease: it mends what others left
            warc.open(spider.name, self.keep)
            self._warc = warc
        file = LineFile(articles_path(self._crawler, spider.name))
        self._name = file.path.relative_to(self._output).as_posix()
        settings = self._crawler.settings
        ledger.start_run(file.path.stem, revisit_days(settings), settings["SINCE"], spider.frontier.half)
        ledger.commit()
        ledger.on_lost = self._fail
        self._lines = file

    def spider_closed(self) -> None:
        """Make everything durable. When that fails the run ends so, as those see who judge it after this."""
        if self._loop.running:
            self._loop.stop()
        self.keep()
        if self._warc:
            self._warc.close()
        if self._failed:
            self._crawler.stats.set_value("finish_reason", self._failed)
        if self._lines and self._lines.kept:
            written = self._crawler.stats.get_value("newscrawl/files/articles", [])
            self._crawler.stats.set_value("newscrawl/files/articles", [str(self._lines.path), *written])

    def engine_stopped(self) -> None:
        """Keep the run's record, to which nobody adds any more; let go of the file, the ledger and the lock."""
        if self._ledger and self._lines:
            self._keep_record(self._ledger)
            self._lines.close()
        if self._ledger:
            self._ledger.close()
        if self._lock:
            self._lock.release()
        self._lines = self._ledger = self._lock = None

    def _keep_record(self, ledger: Ledger) -> None:
        if ledger.lost:
            return
        if self._failed:
            ledger.undo()  # what came behind the end: the next run does it again
        try:
            ledger.end_run(record_of(self._crawler, self._crawler.settings["RUN"]))
            ledger.commit()
        except (DatabaseError, LedgerError) as problem:
            logger.error("cannot keep the record of the run: %s", _first_line(problem))
            self._crawler.stats.set_value("finish_reason", self._failed or _reason(ledger))

    # -- articles --

    def publish(self, article: Article) -> None:
        """Write an article; one that came out before only when it was changed. Raises `NotWritten`."""
        page = article.pages[0]
        if self._since >= _LINES:  # not behind the last of them, which is not counted yet
            self.keep()
        if self._failed:
            raise NotWritten(f"not written: {page.asked}", log_level="DEBUG")
        ledger, lines = self._ledger, self._lines
        if not (ledger and lines):
            return
        marks, known = marks_of(article), ledger.known(page.asked)
        if ledger.lost:
            raise NotWritten(f"not written: {page.asked}", log_level="DEBUG")
        if known and known.record_hash == marks.record_hash:
            ledger.unchanged(page.asked, marks)
            self._crawler.stats.inc_value("newscrawl/unchanged")
            raise NotWritten(f"unchanged: {page.asked}", log_level="DEBUG")
        if known and is_short(article):  # what a bad night left of an article is no correction of it
            ledger.unchanged(page.asked)
            raise NotWritten(f"a page is missing: {page.asked}", log_level="DEBUG")
        if known:
            article.revision, article.previous_hash = known.revision + 1, known.content_hash
            self._crawler.stats.inc_value("newscrawl/revised")
        try:
            self._write(article, page.asked, marks, ledger, lines)
        except (OSError, DatabaseError, LedgerError) as problem:
            self._fail(problem)
        if self._failed:  # also when the ledger was lost on the way, and said so itself
            raise NotWritten(f"not written: {page.asked}", log_level="DEBUG")

    def _write(self, article: Article, asked: str, marks: Marks, ledger: Ledger, lines: LineFile) -> None:
        if not lines.size:
            # The ledger knows a file before a line is in it: one it does not know is somebody else's. And it is there
            # before the ledger knows it: who takes the site over must find every file that this run may write.
            set_size(ledger, self._name, lines.open())
            self._sync_warc()
            ledger.commit()
        offset, length = lines.append(to_line(article))
        others = {article.url or asked, *(page.asked for page in article.pages[1:])}
        ledger.exported(asked, others, marks, Line(self._name, offset, length))
        if is_short(article):
            ledger.ask_again(asked)
        self._since += 1

    def keep(self) -> None:
        """Make every page durable, then every line, then every step."""
        ledger, lines = self._ledger, self._lines
        if self._failed or not (ledger and lines):
            return
        try:
            self._sync_warc()
            if written := lines.sync():
                set_size(ledger, self._name, lines.size)
            ledger.commit()
        except (OSError, DatabaseError, LedgerError) as problem:
            self._fail(problem)
            return
        self._since = 0
        if written:
            lines.keep()
            self._crawler.signals.send_catch_log(lines_kept)

    def _sync_warc(self) -> None:
        if self._warc:
            self._warc.sync()

    def _fail(self, problem: Exception) -> None:
        """Nothing more can be written (the disk is full, say): end the run with the file as it was last kept.

        When the ledger is lost, the file is the next holder's, who cuts it as the ledger says.
        """
        ledger, lines = self._ledger, self._lines
        if self._failed or not (ledger and lines):
            return
        what = f"articles, WARC files or the ledger in {self._output}"
        logger.error("cannot write %s: %s; the run ends", what, _first_line(problem))
        self._failed = _reason(ledger)
        lines.close()
        self._crawler.signals.send_catch_log(lines_cut_off)
        if not ledger.lost:
            with suppress(DatabaseError):  # of a disk that fails: then the next run cuts the file
                ledger.undo()
            if not ledger.lost:
                lines.cut_back()
        assert self._crawler.engine
        deferred_from_coro(self._crawler.engine.close_spider_async(reason=self._failed))

    # -- refusals --

    def address_refused(self, refused: Refused, http_status: int | None) -> None:
        """The spider or the network refused an address."""
        self._note(refused.url, refused.reason, http_status, tried=refused.tried)

    def item_dropped(self, item: object, exception: Exception) -> None:
        """A stage refused an article."""
        if isinstance(item, Article) and isinstance(exception, Refused):
            old = headline_of(item) if exception.reason == "too_old" else None
            self._note(_asked(item), exception.reason, item.http_status, headline=old)

    def item_error(self, item: object) -> None:
        """A pipeline failed."""
        if isinstance(item, Article):
            self._note(_asked(item), "internal_error")

    def spider_error(self, response: Response | Failure | None) -> None:
        """A callback failed."""
        if isinstance(response, Response):
            self._note(address_of(response.request), "internal_error")

    def _note(self, url: str | None, reason: str, status: int | None = None, **told: Any) -> None:
        """Take down a refusal; `told` is what else the ledger may be told of one."""
        if self._ledger and url and not self._failed:
            self._ledger.refused(url, reason, status, **told)


def _reason(ledger: Ledger) -> str:
    if not ledger.lost and ledger.may_fetch():
        return "output_unwritable"
    # a lease that has run out: another run may have put a copy in the place of the file
    return "lease_lost" if not ledger.lost or isinstance(ledger.lost, LeaseLostError) else "ledger_lost"


def _first_line(problem: Exception) -> str:
    """What is wrong, without the statement that it went wrong at."""
    return f"{getattr(problem, 'orig', problem)}".strip().partition("\n")[0]


def _asked(article: Article) -> str | None:
    return article.pages[0].asked if article.pages else article.url
