"""One page for a command that looks at it: from a file, or fetched from an address that a person names."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.crawl.files import Source, open_paths
from newscrawl.crawl.refusals import refusal_of
from newscrawl.crawl.response import page_of

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def look(argument: str, process: CrawlerProcessBase) -> Source:
    """The page of a file or of an address; standard input is `-`. Of a file with many lines the first page.

    What cannot be fetched is in `Source.refused`. Raises `UsageError` for a file that is not there or cannot be read.
    """
    return _fetched(argument, process) if is_address(argument) else _first(argument)


def is_address(argument: str) -> bool:
    """Whether an argument is an address, not the name of a file."""
    return _ADDRESS.match(argument) is not None


def _first(path: str) -> Source:
    if path != "-" and not Path(path).exists():
        raise UsageError(f"no such file: {path} (an address begins with http:// or https://)", print_help=False)
    source = next(open_paths([path]), None)
    if source is None:
        raise UsageError(f"no page in the folder {path}: looked for .html, .txt and .jsonl", print_help=False)
    if source.error:
        raise UsageError(source.error, print_help=False)
    return source


def _fetched(address: str, process: CrawlerProcessBase) -> Source:
    found = Source(address)
    process.crawl(_Look, address=address, found=found)
    process.start()
    return found


class _Look(Spider):
    """Fetches one address as any crawl would: with robots.txt, guard and limits."""

    name = "look"

    def __init__(self, address: str, found: Source, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._address, self._found = address, found

    async def start(self) -> AsyncIterator[Request]:
        """The one request."""
        yield Request(self._address, callback=self.take, errback=self.refuse, dont_filter=True)

    def take(self, response: Response) -> None:
        """Keep the page."""
        self._found.page = page_of(response)

    def refuse(self, failure: Failure) -> None:
        """Keep the reason."""
        assert failure.value
        self._found.refused = refusal_of(failure.value)
        self._found.refused.url = self._address
