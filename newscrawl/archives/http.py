"""An answer as a WARC record holds it: the head told apart from the body, chunks and packing undone."""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

from newscrawl.archives.pages import is_markup
from newscrawl.archives.records import MOST_HEAD, fields, parse_lines
from newscrawl.decode.unpack import undo
from newscrawl.page import MAX_BYTES
from newscrawl.refused import Refused

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})\b")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


class Answer(NamedTuple):
    """An answer; `body` is as it came over the wire, and so are `lines`, those of the head."""

    status: int
    lines: list[tuple[bytes, bytes]]
    headers: dict[str, str]
    body: bytes


def read_answer(block: bytes) -> Answer:
    """Raises `Refused`: bad_answer for what is no HTTP, too_large for a head that no server sends."""
    status = _STATUS.match(block)
    if not status:
        raise Refused("bad_answer", "the record does not begin with a status line")
    end = _HEAD_END.search(block, 0, MOST_HEAD)
    if not end and len(block) >= MOST_HEAD:
        raise Refused("too_large", f"a head of more than {MOST_HEAD:,} bytes")
    at = end.end() if end else len(block)
    lines = parse_lines(block[:at])
    return Answer(int(status[1]), lines, fields(lines), block[at:])


def sent_body(answer: Answer) -> bytes:
    """The body, packed as the headers say, without the marks of its chunks. Raises `Refused("truncated")`."""
    is_chunked = "chunked" in answer.headers.get("transfer-encoding", "").lower()
    return unchunked(answer.body) if is_chunked else answer.body


def body_of(answer: Answer) -> bytes:
    """The page itself. Raises `Refused`: truncated, too_large, and bad_answer for damaged packing.

    Tools differ in what they keep: many write the unpacked body below the headers of the packed one, so that a body
    which does not look packed as its header says is taken as it is.
    """
    body = sent_body(answer)
    for encoding in reversed(answer.headers.get("content-encoding", "").lower().split(",")):
        if is_markup(body):
            break
        try:
            body = undo(body, encoding.strip().encode("latin-1", "replace"), MAX_BYTES)
        except zlib.error as error:
            raise Refused("bad_answer", f"damaged {encoding.strip()}: {error}") from error
    return body


def unchunked(body: bytes) -> bytes:
    r"""A body without the marks of its chunks; itself when it has none. Raises `Refused("truncated")`.

    >>> unchunked(b"4\r\nabcd\r\n1;x=y\r\ne\r\n0\r\n\r\n"), unchunked(b"<html>")
    (b'abcde', b'<html>')
    """
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK.match(body, at):
        count = int(size[1], 16)
        if not count:
            return b"".join(parts)
        parts.append(body[size.end() : size.end() + count])
        at = size.end() + count
        at += 2 if body.startswith(b"\r\n", at) else 1
    if not parts:
        return body
    raise Refused("truncated", f"the last chunk is missing, after {sum(map(len, parts)):,} bytes")
