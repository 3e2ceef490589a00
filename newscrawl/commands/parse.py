"""`scrapy parse URL|FILE`: what a site's spider, and with --pipelines the stages, make of one page. Nothing is kept."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.commands import parse
from scrapy.exceptions import UsageError
from scrapy.utils import display
from scrapy.utils.defer import deferred_from_coro

from newscrawl.crawl.command import Trusting
from newscrawl.page import Page, host_of
from newscrawl.refused import Refused
from newscrawl.shown import visible

if TYPE_CHECKING:
    from twisted.python.failure import Failure

_EPILOG = """\
examples:
  scrapy parse --pipelines --spider demo http://127.0.0.1:8808/p/10071111.html
  scrapy parse --pipelines tests/pages/cnhubei/trs-2018/page.html
  scrapy parse -c parse_list --spider cnhubei list.html --url http://news.cnhubei.com/xw/

A file is read without fetching anything; its address is --url, or what page.json beside it says. -d 9 goes on to the
further pages of an article, which are fetched.

exit status: 0; 1 when there was no page, or it was refused; 2 for wrong usage
"""


class Command(Trusting, parse.Command):
    """Scrapy's command for our sites: takes files, shows records, and says what was refused."""

    epilog = _EPILOG

    def __init__(self) -> None:
        super().__init__()
        self._page: Page | None = None
        self._refused: dict[int, Refused] = {}
        """What the pipelines refused, by the identity of the article."""

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] URL|FILE"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "What a site's spider makes of a page, fetched or saved; --pipelines shows the article"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's own, and the address of a file."""
        super().add_options(parser)
        parser.add_argument("--url", help="the address that a file came from")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Let a saved page answer before anything is asked for, robots.txt included."""
        super().process_options(args, opts)
        assert self.settings is not None
        if not opts.loglevel:
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
        ways = {**self.settings.getdict("DOWNLOADER_MIDDLEWARES"), "newscrawl.crawl.saved.SavedPages": 5}
        self.settings.set("DOWNLOADER_MIDDLEWARES", ways, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Find page and spider; the rest is Scrapy's."""
        if len(args) != 1:
            raise UsageError("name one address or file")
        from newscrawl.crawl.look import is_address

        url = args[0] if is_address(args[0]) else self._open(args[0], opts.url)
        opts.spider = _spider_for(url, opts.spider)
        super().run([url], opts)
        if not self.first_response or self._refused:
            self.exitcode = 1

    def _open(self, name: str, url: str | None) -> str:
        """Read a file; returns its address. Raises `UsageError` when it cannot be read."""
        from newscrawl.crawl.look import is_address, open_file

        self._page = page = open_file(name).page
        if page.flat:
            raise UsageError(f"{name} is flattened text: scrapy extract reads it", print_help=False)
        address = url or (page.url if is_address(page.url) else Path(name).absolute().as_uri())
        page.url = Request(address).url  # escaped, as the request will have it
        return page.url

    def prepare_request(self, spider: Spider, request: Request, opts: argparse.Namespace) -> Request:
        """Scrapy's hook for every request: the first is answered with the file, if there is one."""
        from newscrawl.crawl.saved import SAVED

        request.meta["allow_offsite"] = True  # who names page and spider means it
        if self._page and request.url == self._page.url:
            request.meta[SAVED] = self._page
        request = super().prepare_request(spider, request, opts)
        request.errback = self._failed
        return request

    def _failed(self, failure: Failure) -> None:
        from newscrawl.crawl.refusals import refusal_of

        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it before calling an errback
        assert failure.value is not None
        refused = refusal_of(failure.value)
        print(visible(f"scrapy parse: {Refused(refused.reason, refused.detail, url=request.url)}"), file=sys.stderr)

    def scraped_data(
        self,
        args: tuple[list[Any], list[Request], argparse.Namespace, int, Spider, Callable[..., Any]],
    ) -> list[Any]:
        """Scrapy's hook for what a callback gave: send the items through the pipelines, and note what is refused."""
        items, requests, opts, depth, spider, callback = args
        if opts.pipelines:
            for item in items:
                deferred_from_coro(self._through_pipelines(item))
        without = argparse.Namespace(**{**vars(opts), "pipelines": False})  # Scrapy would lose what they raise
        return super().scraped_data((items, requests, without, depth, spider, callback))

    async def _through_pipelines(self, item: Any) -> None:
        assert self.pcrawler.engine is not None
        try:
            await self.pcrawler.engine.scraper.itemproc.process_item_async(item)
        except Refused as refused:
            self._refused[id(item)] = refused

    def print_items(self, lvl: int | None = None, colour: bool = True) -> None:
        """Articles as in the output; under them, what was refused, which Scrapy shows as if it had come out."""
        levels = self.items.values() if lvl is None else [self.items.get(lvl, [])]
        items = [item for level in levels for item in level]
        print("# Scraped Items ", "-" * 60)
        display.pprint([_shown(item) for item in items if id(item) not in self._refused], colorize=colour)
        for refused in [self._refused[id(item)] for item in items if id(item) in self._refused]:
            print(visible(f"# Refused: {refused}"))


def _spider_for(url: str, named: str | None) -> str:
    """The name of the spider for a page. Raises `UsageError` when none is named and no site has the host."""
    from newscrawl.sites import site_of

    if named:
        return named
    host = host_of(url)
    site = site_of(host)
    if site is None:
        raise UsageError(
            f"no site has {visible(host) or 'a file'}: --spider names one [{visible(url)}]", print_help=False
        )
    return site


def _shown(item: Any) -> Any:
    """An item for people. An article that no stage has read has pages, of which only address and size are shown."""
    from newscrawl.items import Article
    from newscrawl.publish.feed import to_line

    if not isinstance(item, Article):
        return item
    record = json.loads(to_line(item))
    if not item.pages:
        return record
    filled = {name: value for name, value in record.items() if value not in (None, [])}
    return {**filled, "pages": [f"{page.url} ({len(page.body):,} bytes)" for page in item.pages]}
