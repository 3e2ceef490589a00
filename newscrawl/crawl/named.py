"""Pages that a person names on the command line: an address that is fetched once, or a saved page."""

from __future__ import annotations

import argparse
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcessBase
from scrapy.http import HtmlResponse, Response
from scrapy.utils.datatypes import SequenceExclude
from twisted.python.failure import Failure

from newscrawl.crawl.command import Unkept
from newscrawl.crawl.refusals import refusal_of
from newscrawl.crawl.response import foreign_type, page_of
from newscrawl.page import MAX_BYTES, Page, host_of
from newscrawl.refused import Refused

OK = 200
SAVED = "newscrawl_saved"
"""Key of a request's meta: the saved page that answers it."""


@dataclass(slots=True, kw_only=True)
class Named:
    """What came of one name: a page with its status, or what was wrong. A file's page has an address when page.json
    beside it tells one, and no status when that does not."""

    name: str
    page: Page | None = None
    status: int | None = None
    problem: str | None = None


class NamedPages(Unkept):
    """What commands have in common that take addresses and files of a person's choice, this machine's servers too."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Let the hosts through that are named, public or not, and no others: here no page leads the way."""
        super().process_options(args, opts)
        assert self.settings is not None
        hosts = [host_of(arg) for arg in args if is_address(arg)]
        allowed = [*self.settings.getlist("GUARD_ALLOWED_HOSTS"), *filter(None, hosts)]
        self.settings.set("GUARD_ALLOWED_HOSTS", allowed, priority="cmdline")

    def named(self, names: Sequence[str]) -> list[Named]:
        """The pages, in the order of their names; addresses are fetched at once, in one process."""
        fetched = dict.fromkeys(name for name in names if is_address(name))
        answers = {}
        if fetched:
            assert self.crawler_process is not None
            answers = _fetch(self.crawler_process, list(fetched))
        return [answers[name] if name in answers else open_file(Path(name)) for name in names]


def is_address(name: str) -> bool:
    """Whether a name is an address to be fetched, and not a file.

    >>> is_address("http://a.example/1.html"), is_address("page.html")
    (True, False)
    """
    return name.lower().startswith(("http://", "https://"))


def open_file(path: Path) -> Named:
    """A saved page; page.json beside it tells its address, status and headers (tests/pages/<site>/<slug>/)."""
    name = str(path)
    try:
        with path.open("rb") as stream:
            body = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Named(name=name, problem=f"cannot read {name}: {error.strerror}")
    if len(body) > MAX_BYTES:
        return Named(name=name, problem=f"too_large: more than {MAX_BYTES:,} bytes [{name}]")
    said = _said_beside(path)
    headers = {key.lower(): str(value) for key, value in said.get("headers", {}).items()}
    page = Page(url=str(said.get("url", "")), body=body, headers=headers)
    return Named(name=name, page=page, status=said.get("status"))


def _said_beside(path: Path) -> dict[str, Any]:
    """What page.json says of a page.html in its folder; nothing of other files, or when there is none."""
    if path.name != "page.html":
        return {}
    try:
        said = json.loads((path.parent / "page.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) and isinstance(said.get("headers", {}), dict) else {}


class SavedPages:
    """A downloader middleware that answers a request with the saved page in its meta."""

    def process_request(self, request: Request) -> Response | None:
        """The answer, or None for requests that are to be fetched."""
        page: Page | None = request.meta.get(SAVED)
        if page is None:
            return None
        return HtmlResponse(page.url, headers=dict(page.headers), body=page.body, request=request)


class _Reader(Spider):
    """Asks for each address once. Redirects are followed; what the last answer says is the caller's business."""

    name = "named"

    def __init__(self, answers: dict[str, Named]) -> None:
        super().__init__()
        self._answers = answers

    async def start(self) -> AsyncIterator[Request]:
        """A request an address."""
        every_status = {"handle_httpstatus_list": SequenceExclude(range(300, 400))}
        for name in self._answers:
            yield Request(
                name,
                self.parse,
                errback=self.failed,
                meta=dict(every_status),
                cb_kwargs={"name": name},
                dont_filter=True,
            )

    def parse(self, response: Response, name: str) -> None:
        """Take note of an answer."""
        answer = self._answers[name]
        answer.status = response.status
        if response.status != OK:
            answer.problem = str(Refused("http_error", str(response.status), url=response.url))
        elif foreign := foreign_type(response):
            answer.problem = str(Refused("not_text", foreign, url=response.url))
        else:
            answer.page = page_of(response)

    def failed(self, failure: Failure) -> None:
        """Take note of a failure."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it before calling an errback
        assert failure.value is not None
        refused = refusal_of(failure.value)
        name = request.cb_kwargs["name"]
        self._answers[name].problem = str(Refused(refused.reason, refused.detail, url=name))


def _fetch(process: CrawlerProcessBase, addresses: list[str]) -> dict[str, Named]:
    answers = {address: Named(name=address) for address in addresses}
    process.crawl(_Reader, answers=answers)
    process.start()
    for answer in answers.values():
        if answer.page is None and answer.problem is None:
            answer.problem = f"not fetched: the crawl ended before; -s LOG_ENABLED=1 tells why [{answer.name}]"
    return answers
