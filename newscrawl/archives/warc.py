"""Pages of WARC files: which records are pages, and what they say of them.

Responses, resources and conversions (flattened text, as WET files hold it) that are HTML or text are read. All else is
passed over without a word: requests, metadata, revisits, redirects, pictures, styles, scripts, robots.txt. An archive
has ten of them for each page, and no reader of refusals looks for them there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import urlsplit

from newscrawl.archives.http import body_of, read_answer
from newscrawl.archives.pages import has_markup, text_page
from newscrawl.archives.records import MOST_BLOCK, Lost, Record, address, moment, read_records
from newscrawl.archives.source import Source, damaged
from newscrawl.archives.spans import WHOLE, Span, records_in
from newscrawl.page import MAX_BYTES, Page
from newscrawl.refused import Refused

_HTML = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
_TEXT = ("text/plain",)
# What a server says that does not know; then the bytes tell.
_UNKNOWN = ("", "application/octet-stream", "application/unknown", "unknown/unknown", "*/*")
# Paths of what goes with pages: error pages for them, in HTML, are no refusals that anybody wants to read.
_BESIDE_PAGES = re.compile(
    r"/robots\.txt$|\.(?:avi|bmp|css|csv|docx?|eot|flv|gif|ico|jpe?g|js|json|map|mp[34]|pdf|png|pptx?|rar|rss|svg|swf|ttf"
    r"|wav|webp|wmv|woff2?|xlsx?|xml|zip)$",
    re.IGNORECASE,
)


def read_warc(stream: BinaryIO, name: str, packed: str | None, span: Span = WHOLE) -> Iterator[Source]:
    """Every page of a WARC file, and every damaged place. Of one packed by gzip, what begins in the span."""
    for found in read_records(stream, packed) if span == WHOLE else records_in(stream, span):
        place = f"{name}, byte {found.start}"
        if isinstance(found, Lost):
            yield damaged(place, found.why, found.url)
        elif source := source_of(found, place):
            yield source


def source_of(record: Record, place: str) -> Source | None:
    """The page of a record; None for what is passed over."""
    url = address(record)
    if record.head.get("warc-type") not in _READ or (url and _BESIDE_PAGES.search(_path(url))):
        return None
    source = Source(url or place, place=place, fetched_at=moment(record))
    try:
        if not _take(record, source):
            return None
        source.page.url = source.name
    except Refused as refused:
        refused.url = source.name
        source.refused, source.page = refused, Page()
    return source


def _take(record: Record, source: Source) -> bool:
    """Put the page of a record into the source; whether it is one. Raises `Refused`."""
    taken = _READ[record.head["warc-type"]](record, source)
    if taken and (why := record.head.get("warc-truncated")):
        raise Refused("truncated", f"WARC-Truncated: {why[:40]}")
    return taken


def _take_response(record: Record, source: Source) -> bool:
    if not record.block.startswith(b"HTTP/") and not source.name.startswith("http"):
        return False  # dns: and ftp: have no status line
    answer = read_answer(record.block)
    kind = _media_type(answer.headers)
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST or not (
        kind in _UNKNOWN or _is_page(kind, b"")
    ):
        return False
    source.status = answer.status
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise Refused("http_error", str(answer.status))
    _check_size(record)
    return _take_body(body_of(answer), kind, answer.headers, source)


def _take_block(record: Record, source: Source) -> bool:
    if _is_page(_media_type(record.head), record.block):
        _check_size(record)
    return _take_body(record.block, _media_type(record.head), {"content-type": _content_type(record.head)}, source)


def _check_size(record: Record) -> None:
    if record.length > MOST_BLOCK:
        raise Refused("too_large", f"{record.length:,} bytes; the limit is {MAX_BYTES:,}")


def _take_body(body: bytes, kind: str, headers: dict[str, str], source: Source) -> bool:
    if not _is_page(kind, body):
        return False
    if kind in _TEXT and not has_markup(body):
        source.page = text_page(body)
    else:
        source.page = Page(body=body, headers=headers)
    return True


_READ = {"response": _take_response, "resource": _take_block, "conversion": _take_block}


def _is_page(kind: str, body: bytes) -> bool:
    return kind in _HTML or kind in _TEXT or (kind in _UNKNOWN and has_markup(body))


def _media_type(headers: dict[str, str]) -> str:
    return _content_type(headers).partition(";")[0].strip().lower()


def _content_type(headers: dict[str, str]) -> str:
    return headers.get("content-type", "")


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
