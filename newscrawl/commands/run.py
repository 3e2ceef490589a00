"""`scrapy run [SITE...]`: crawl sites one after the other in one process, then say what came of it."""

from __future__ import annotations

import argparse
import asyncio
import logging
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryFile
from typing import ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils.conf import arglist_to_dict
from twisted.internet.error import ReactorNotRunning

from newscrawl.crawl.frontier import Limits
from newscrawl.publish.summary import fell_short, summary

logger = logging.getLogger(__name__)

DEFAULT_SITES = ["demo", "demo_mirror"]
"""The built-in portal, then its mirror: in this order the copies can be told from the originals."""

NO_ARTICLE, INTERRUPTED = 1, 130


class Command(ScrapyCommand):
    """The command; Scrapy finds it by the name of this module."""

    requires_project = True
    default_settings: ClassVar[dict[str, object]] = {"ONE_RUN": True}

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "[options] [SITE...]"

    def short_desc(self) -> str:
        """The line in Scrapy's list of commands."""
        return "Crawl sites one after the other (none: the demo and its mirror) and print a summary"

    def long_desc(self) -> str:
        """The text of `scrapy run -h`."""
        return (
            f"{self.short_desc()}. Exit code 0: every site brought articles; {NO_ARTICLE}: one brought none or failed; "
            f"2: no such site; {INTERRUPTED}: interrupted."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add -a to Scrapy's own options."""
        super().add_options(parser)
        parser.add_argument(
            "-a",
            dest="spargs",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help=f"set a limit for each site: {', '.join(limit.name for limit in fields(Limits))} (may be repeated)",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check -a, and keep the log to warnings unless the command line asks for more."""
        super().process_options(args, opts)
        try:
            opts.spargs = arglist_to_dict(opts.spargs)
        except ValueError:
            raise UsageError("Invalid -a value, use -a NAME=VALUE", print_help=False) from None
        try:
            Limits().changed(opts.spargs)
        except ValueError as problem:
            raise UsageError(f"-a: {problem}", print_help=False) from None
        assert self.settings is not None
        if (self.settings.getpriority("LOG_LEVEL") or 0) < SETTINGS_PRIORITIES["cmdline"]:
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, print the summary, set the exit code."""
        process = self.crawler_process
        assert isinstance(process, AsyncCrawlerProcess)
        assert self.settings is not None
        sites = list(dict.fromkeys(args or DEFAULT_SITES))
        _check_output(Path(self.settings["OUTPUT_DIR"]))
        known = sorted(process.spider_loader.list())
        if unknown := [site for site in sites if site not in known]:
            raise UsageError(f"no such site: {', '.join(unknown)}; there are: {', '.join(known)}", print_help=False)
        # a page over the limit is refused as too_large; told once is enough
        logging.getLogger("scrapy.core.downloader.handlers.http11").setLevel(logging.ERROR)
        crawls: dict[str, Crawler] = {}
        series = asyncio.get_event_loop().create_task(_crawl_all(process, sites, opts.spargs, crawls))
        series.add_done_callback(_stop_reactor)
        process.start(stop_after_crawl=False)
        stats = {site: crawl.stats.get_stats() for site, crawl in crawls.items() if crawl.spider}
        print(summary(stats))
        interrupted = len(crawls) < len(sites) or any(s.get("finish_reason") == "shutdown" for s in stats.values())
        fruitless = len(stats) < len(sites) or any(map(fell_short, stats.values()))
        self.exitcode = INTERRUPTED if interrupted else NO_ARTICLE if fruitless else 0


def _check_output(folder: Path) -> None:
    """Raise `UsageError` when nothing can be written: Scrapy would crawl on and lose every article."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise UsageError(f"cannot write to {folder}: {problem.strerror}", print_help=False) from problem


async def _crawl_all(
    process: AsyncCrawlerProcess, sites: list[str], arguments: dict[str, str], crawls: dict[str, Crawler]
) -> None:
    """Crawl one site after the other, filling `crawls`. A site that fails does not end the series; Ctrl-C does."""
    for site in sites:
        crawls[site] = process.create_crawler(site)
        crawl = process.crawl(crawls[site], **arguments)
        await asyncio.wait([crawl])
        if problem := crawl.exception():
            logger.error("%s could not be crawled: %s", site, problem)
        elif crawls[site].stats.get_value("finish_reason") == "shutdown":
            return


def _stop_reactor(series: asyncio.Task[None]) -> None:
    """The series is over: let `process.start` return. After an interrupt Scrapy stops the reactor, too."""
    from twisted.internet import reactor  # importing it installs one, and Scrapy chooses which

    with suppress(ReactorNotRunning):
        reactor.stop()  # type: ignore[misc]  # twisted types the module as the interface
    series.result()
