"""From an address of the ledger to a request, and back."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from scrapy import Request

from newscrawl.crawl.ledger import Waiting
from newscrawl.crawl.ledger.tables import ARTICLE, LIST

# As in the frontier, articles go before lists; and an article that was begun is finished first.
PAGES_FIRST = 20
_ARTICLES_FIRST = 10

NUMBER, NAMED_BY = "newscrawl_number", "newscrawl_named_by"
"""Keys of a request's meta: the number of its address in the ledger, and that of the list or feed that named it."""
_ADDRESS = "newscrawl_address"

CONDITIONS = ("If-None-Match", "If-Modified-Since")
"""Headers that ask for a page only if it changed."""
_LONGEST_CONDITION = 1_000

FETCHED_AT = "newscrawl_fetched_at"
"""Key of a request's meta: when it left for its answer (UTC); a replay says when that was."""


def request_for(waiting: Waiting, callback: Callable[..., Any], errback: Callable[..., Any]) -> Request:
    """The request for what waits in the ledger; for an article that came out before, on condition that it changed.

    Raises `ValueError` for an address of which no request can be made: ledgers of older versions hold some.
    """
    conditions = _conditions(waiting)
    arguments: dict[str, dict[str, Any]] = {
        ARTICLE: {"page_hash": waiting.page_hash if waiting.revision else None},
        LIST: {"barren": waiting.barren},
    }
    return Request(
        waiting.url,
        callback,
        errback=errback,
        headers=conditions,
        cb_kwargs=arguments.get(waiting.kind, {}),
        priority=_ARTICLES_FIRST if waiting.kind == ARTICLE else 0,
        meta={
            _ADDRESS: waiting.url,
            NUMBER: waiting.id,
            NAMED_BY: waiting.found_on,
            "depth": waiting.depth,
            # nobody else may say "as it was": there is nothing that it was
            "handle_httpstatus_list": [HTTPStatus.NOT_MODIFIED] if conditions else [],
        },
        dont_filter=True,  # the ledger gives each address once
    )


def address_of(request: Request | None) -> str:
    """The address that a request was made for, before redirects, as the ledger has it; empty without a request."""
    if request is None:
        return ""
    first: str = request.meta.get("redirect_urls", [request.url])[0]
    return str(request.meta.get(_ADDRESS, first))


def unconditional(request: Request) -> Request:
    """The request without conditions: they were those of another address."""
    for name in CONDITIONS:
        request.headers.pop(name, None)
    request.meta.pop("handle_httpstatus_list", None)
    return request


def _conditions(waiting: Waiting) -> dict[str, str]:
    """Headers that let a server answer 304 for a page that is as it was; what is no ETag or date is not sent back."""
    told = zip(CONDITIONS, (waiting.etag, waiting.last_modified), strict=True)
    return {name: value for name, value in told if waiting.revision and value and _is_sound(value)}


def _is_sound(value: str) -> bool:
    return len(value) <= _LONGEST_CONDITION and value.isascii() and value.isprintable()
