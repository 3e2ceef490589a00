"""Files that are one page each: HTML, and text with a block a line."""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO

from newscrawl.archives.source import Source
from newscrawl.decode.charset import decode
from newscrawl.decode.unpack import undo
from newscrawl.page import MAX_BYTES, Page
from newscrawl.refused import Refused

_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|meta|div|p|title)\b", re.IGNORECASE)

MARKUP_WITHIN = 4096
"""Bytes that are looked at to tell HTML from text."""


def has_markup(body: bytes) -> bool:
    """Whether bytes of which nothing else is known are HTML."""
    return _MARKUP.search(body[:MARKUP_WITHIN]) is not None


def is_markup(body: bytes) -> bool:
    """Whether what is called text is HTML after all: it begins with a tag."""
    return _MARKUP.match(body[:MARKUP_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n")) is not None


def text_page(body: bytes) -> Page:
    """A page of flattened text. Raises `Refused` for what is no text."""
    return Page(text=decode(body).text, flat=True)


def read_page(stream: BinaryIO, name: str, packed: str | None, *, flat: bool | None) -> Source:
    """The one page of a file; `flat` is whether its name says that it is text, None when it says nothing."""
    try:
        page = _page(_body(stream, packed), flat)
    except Refused as refused:
        return Source(name, refused=refused, place=name)
    page.url = name
    return Source(name, page, place=name)


def _body(stream: BinaryIO, packed: str | None) -> bytes:
    body = stream.read(MAX_BYTES + 1)
    try:
        return undo(body, packed.encode(), MAX_BYTES) if packed else body
    except zlib.error as error:
        raise Refused("truncated", f"broken {packed}: {error}") from error


def _page(body: bytes, flat: bool | None) -> Page:
    if flat is None:
        flat = not has_markup(body)
    return text_page(body) if flat and not is_markup(body) else Page(body=body)
