"""What commands have in common: those that crawl, and those that only look."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapy import Spider
from scrapy.commands import BaseRunSpiderCommand
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, Settings
from w3lib.url import is_url

from newscrawl.crawl.days import add_time_options, set_days
from newscrawl.crawl.log import install_json_log
from newscrawl.page import host_of
from newscrawl.publish.written import written_whole
from newscrawl.usage import Helpful, check_site, check_writable

FAILED = (
    "already_running",
    "lease_lost",
    "ledger_lost",
    "ledger_unusable",
    "output_unwritable",
    "start_error",
    "unsafe_settings",
    "wrong_setting",
)
"""How runs end that could not do their work; those that never began, and
output_unwritable, start_error, lease_lost, ledger_lost."""


def chosen_sites(names: Sequence[str], known: Sequence[str], *, every: bool) -> list[str]:
    """The sites named, each once; with `every` all that are known but the demo's. Raises `UsageError` for others."""
    for site in names:
        check_site(site, known)
    return [site for site in known if not site.startswith("demo")] if every else list(dict.fromkeys(names))


def passed_on(settings: Settings, opts: argparse.Namespace) -> list[str]:
    """The options that a command hands to every crawl it starts: settings, and where its log goes.

    Its log is short when nothing else is asked for.
    """
    quiet = (settings.getpriority("LOG_LEVEL") or 0) < SETTINGS_PRIORITIES["cmdline"]
    given = [option for name in opts.set for option in ("-s", name)]
    given += ["-L", "WARNING" if quiet else settings["LOG_LEVEL"]]
    return [*given, "--logfile", opts.logfile] if opts.logfile else given


def check_ledger(settings: Settings) -> None:
    """Raise `UsageError` when LEDGER is no database's address, or its LEASE_SECONDS are too few."""
    from newscrawl.crawl.ledger.place import database_of, lease_seconds

    try:
        if database_of(settings):
            lease_seconds(settings)
    except ValueError as problem:
        raise UsageError(str(problem), print_help=False) from problem


class Unkept(Helpful):
    """What the commands that only look have in common: nothing is locked, written, remembered or expected."""

    needs_sites = True

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Switch the ledger and the expectations off; check --spider."""
        super().process_options(args, opts)
        assert self.settings is not None
        self.settings.set("LEDGER_ENABLED", False, priority="cmdline")
        self.settings.set("SPIDERMON_ENABLED", False, priority="cmdline")
        if getattr(opts, "spider", None):
            from newscrawl.sites import sites

            check_site(opts.spider, sites())


class Trusting(Unkept):
    """What the commands have in common to which a person names an address or a file: the guards that keep pages from
    leading a crawl to our own disk and machine are lifted."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Let file: addresses and 127.0.0.1 through; and begin at once, for a person waits: hosts keep their second."""
        super().process_options(args, opts)
        assert self.settings is not None
        handlers = {**self.settings.getdict("DOWNLOAD_HANDLERS")}
        handlers.pop("file", None)
        self.settings.set("DOWNLOAD_HANDLERS", handlers, priority="cmdline")
        named = {host_of(arg) for arg in args} - {""}
        # another host's page must not lead there: only who names this machine, or nothing yet, means it
        own = [host for host in ("127.0.0.1", "localhost") if host in named or not named]
        allowed = [*self.settings.getlist("GUARD_ALLOWED_HOSTS"), *own]
        self.settings.set("GUARD_ALLOWED_HOSTS", allowed, priority="cmdline")
        self.settings.set("AUTOTHROTTLE_ENABLED", False, priority="cmdline")
        self.settings.set("GUARD_ALLOWED_SCHEMES", ["http", "https", "file"], priority="cmdline")


def tell_refusals(settings: Settings) -> None:
    """Let every refusal be printed as it comes."""
    told = {"newscrawl.crawl.middlewares.RefusalMiddleware": None, "newscrawl.crawl.told.ToldRefusals": 10}
    settings.set("DOWNLOADER_MIDDLEWARES", settings.getdict("DOWNLOADER_MIDDLEWARES") | told, priority="cmdline")


class OneAddress(Unkept):
    """What the commands that look at one address have in common: stands before Scrapy's command.

    An address that could not be had is told with its reason, and the exit code is 1.
    """

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise `UsageError` for what is no address."""
        super().process_options(args, opts)
        assert self.settings is not None
        if len(args) != 1:
            raise UsageError("name one address", print_help=False)
        if not is_url(args[0]):
            advice = "scrapy shell ./FILE opens a saved page" if Path(args[0]).exists() else "it begins with http://"
            raise UsageError(f"{args[0]} is no address: {advice}", print_help=False)
        tell_refusals(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look; Scrapy exits with 0 whatever came of it."""
        from newscrawl.crawl.told import ToldRefusals

        super().run(args, opts)  # type: ignore[safe-super]  # Scrapy's command stands behind this class
        if ToldRefusals.told:
            self.exitcode = 1


class KeptCrawl(Helpful, BaseRunSpiderCommand):
    """What `scrapy crawl` and `scrapy runspider` have in common: stands before Scrapy's command."""

    needs_sites = True
    _crawler: Crawler
    _arguments: Mapping[str, str]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add ours to Scrapy's own options."""
        super().add_options(parser)
        add_time_options(parser)
        parser.add_argument("--record", metavar="FILE", help="write what the run came to as a line of JSON")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Turn --revisit and --since into settings; check what is to be written, and where."""
        super().process_options(args, opts)
        assert self.settings is not None
        set_days(self.settings, opts)
        check_ledger(self.settings)
        if self.settings.getbool("LOG_JSON"):
            install_json_log(self.settings)
        for feed in self.settings.getdict("FEEDS"):
            if (parts := urlsplit(str(feed))).scheme in ("", "file"):
                check_writable(unquote(parts.path) if parts.scheme else feed, "-o")
        if opts.record:
            check_writable(opts.record, "--record")
        self._arguments = opts.spargs

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl; Scrapy exits with 0 whatever came of it."""
        assert self.settings is not None
        if self.settings["RUN"]:
            self._heed_one_signal()
        super().run(args, opts)  # type: ignore[safe-super]  # Scrapy's command stands behind this class
        from newscrawl.publish.record import record_line, record_of
        from newscrawl.publish.summary import seen

        if not self._crawler.engine:  # it did not even begin, and its log says why
            return
        record = record_of(self._crawler, self.settings["RUN"])
        if not (seen(record) and _is_fine(record, self._crawler.stats.get_stats())):
            self.exitcode = 1
        if opts.record:
            with written_whole(Path(opts.record)) as file:
                file.write(f"{record_line(record)}\n".encode())

    def _heed_one_signal(self) -> None:
        """Let a second signal change nothing: Ctrl-C reaches a crawl of `scrapy run` twice, from the terminal and from
        the run, and Scrapy drops what is under way at the second. The run kills a crawl that does not end."""
        assert self.crawler_process
        self.crawler_process._signal_kill = lambda *_: None  # type: ignore[method-assign]  # no setting does it

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        # the only place at which Scrapy's commands let their crawler be seen
        self._crawler = super()._create_crawler(spidercls)
        check_arguments(self._crawler.spidercls, self._arguments)
        # what was imported stays: to look through it again and again would be half of the collector's time
        gc.freeze()
        return self._crawler


def check_arguments(spidercls: type[Spider], arguments: Mapping[str, str]) -> None:
    """Raise `UsageError` for a -a that the spider does not take: one is made, to see."""
    from newscrawl.crawl.portal import PortalSpider

    if issubclass(spidercls, PortalSpider):
        try:
            spidercls(**arguments).frontier.ledger.close()
        except (TypeError, ValueError) as problem:
            raise UsageError(f"-a NAME=VALUE: {problem}", print_help=False) from None


def _is_fine(record: Mapping[str, Any], stats: Mapping[str, Any]) -> bool:
    """Whether a crawl ended as it should, and wrote every feed that was asked for."""
    unwritten = any(key.startswith("feedexport/failed_count") for key in stats)
    return record["finish_reason"] not in FAILED and not unwritten
