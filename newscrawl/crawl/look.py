"""Pages for a command that looks at them: from files, or fetched from addresses that a person names."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.archives import Source, open_sources
from newscrawl.crawl.refusals import refusal_of
from newscrawl.crawl.response import page_of

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def look(argument: str, process: CrawlerProcessBase) -> Source:
    """The page of a file or of an address; standard input is `-`. Of a file with many lines the first page.

    What cannot be fetched is in `Source.refused`. Raises `UsageError` for a file that is not there or cannot be read.
    """
    return look_at_all([argument], process)[0]


def look_at_all(arguments: Iterable[str], process: CrawlerProcessBase | None) -> list[Source]:
    """The page of each argument, in their order; addresses are fetched by one crawl. `process` may be None when there
    are none. Raises `UsageError` as `look` does."""
    found = {argument: Source(argument) if is_address(argument) else open_file(argument) for argument in arguments}
    if addresses := {name: source for name, source in found.items() if is_address(name)}:
        assert process
        process.crawl(_Look, found=addresses)
        process.start()
    return list(found.values())


def is_address(argument: str) -> bool:
    """Whether an argument is an address, not the name of a file."""
    return _ADDRESS.match(argument) is not None


def open_file(path: str) -> Source:
    """The page of a file; of a saved page (tests/pages/<site>/<slug>/page.html) with what page.json tells of it.

    Raises `UsageError` for a file that is not there or cannot be read.
    """
    if path != "-" and not Path(path).exists():
        raise UsageError(f"no such file: {path} (an address begins with http:// or https://)", print_help=False)
    if Path(path).is_dir():
        raise UsageError(f"{path} is a folder: name one file of it (scrapy extract reads folders)", print_help=False)
    source = next(open_sources([path]), Source(path, error=f"{path} is empty"))
    if source.error:
        raise UsageError(source.error, print_help=False)
    _describe(source, Path(path))
    return source


def _describe(source: Source, path: Path) -> None:
    """Give a saved page its address, headers and status; others have no page.json beside them."""
    if path.name != "page.html":
        return
    try:
        said = json.loads((path.parent / "page.json").read_text("utf-8"))
        headers = {name.lower(): str(value) for name, value in said["headers"].items()}
        url, status = str(said["url"]), said.get("status")
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # not of that form: a page like any other
        return
    source.page.url, source.page.headers, source.status = url, headers, status


class _Look(Spider):
    """Fetches addresses as any crawl would: with robots.txt, guard and limits."""

    name = "look"

    def __init__(self, found: dict[str, Source], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._found = found

    async def start(self) -> AsyncIterator[Request]:
        """A request an address."""
        for address in self._found:
            yield Request(address, self.take, errback=self.refuse, cb_kwargs={"address": address}, dont_filter=True)

    def take(self, response: Response, address: str) -> None:
        """Keep the page."""
        self._found[address].page, self._found[address].status = page_of(response), response.status

    def refuse(self, failure: Failure) -> None:
        """Keep the reason."""
        assert failure.value
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it before calling an errback
        address = request.cb_kwargs["address"]
        self._found[address].refused = refused = refusal_of(failure.value)
        refused.url = address
