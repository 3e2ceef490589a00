"""A request and its answer as records of WARC 1.1, each packed as a gzip member of its own.

The heads are the bytes that went over the wire. The body is what the server sent, packed as it was (Content-Encoding),
but without the frame of its chunks, which nobody's reader needs: so a body is where every tool looks for it, and its
payload digest is the same by the standard's words (the entity) and by the tools' habit (all behind the head). The two
headers that a body without chunks would contradict keep their values under another name, the one pywb gives them.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from io import BytesIO
from typing import Any
from urllib.parse import urldefrag, urlsplit, urlunsplit

VERSION = "1.1"
"""Of the format: the first in which WARC-Date may tell parts of a second."""
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

# Zlib's own choice: 60 KB pages of the large portal get no smaller by 9 (9 KB either way), and take a tenth longer.
_LEVEL = 6
_SECRET = re.compile(rb"(?:proxy-)?authorization:|cookie2?:", re.IGNORECASE)
_FRAME = re.compile(rb"transfer-encoding(?=\s*:)", re.IGNORECASE)
_LENGTH = re.compile(rb"content-length\s*:\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What was asked and what was answered."""

    url: str
    at: datetime
    """When the request left, with an offset."""
    sent: bytes
    """The head of the request, up to and with the empty line."""
    head: bytes
    """The head of the answer, likewise."""
    status: int
    body: bytes
    """Without the frame of chunks, not unpacked."""
    ip_address: str | None = None
    """The server's."""
    truncated: str | None = None
    """Why the body is not whole, as WARC-Truncated says it."""


class _Head:
    """A head as warcio wants one, with its bytes as they are: warcio's own would write non-ASCII ones anew."""

    def __init__(self, head: bytes) -> None:
        self.headers_buff = head

    def compute_headers_buffer(self, header_filter: object) -> None:
        """There is nothing to compute."""


def warcinfo(name: str, info: Mapping[str, str]) -> tuple[str, bytes]:
    """The record at the head of a file called `name`: its id, and it packed."""
    record = _writer().create_warcinfo_record(name, info)
    return str(record.rec_headers.get_header("WARC-Record-ID")), _packed(record)


def records(exchange: Exchange, info: str) -> bytes:
    """The answer and the request behind it, packed; `info` is the id of the file's warcinfo record.

    304 makes a revisit record: it says that the page is the one that the address had before.
    """
    common = {
        "WARC-Date": warc_date(exchange.at),
        "WARC-Warcinfo-ID": info,
        **({"WARC-IP-Address": exchange.ip_address} if exchange.ip_address else {}),
    }
    url, writer = _target(exchange.url), _writer()
    kind, more = ("revisit", _revisit(exchange, url)) if exchange.status == 304 else ("response", {})
    if exchange.truncated:
        more["WARC-Truncated"] = exchange.truncated
    answer = _record(writer, kind, url, _consistent(exchange), exchange.body, common | more)
    concurrent = {"WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID")}
    request = _record(writer, "request", url, _without_secrets(exchange.sent), b"", common | concurrent)
    return _packed(answer) + _packed(request)


def warc_date(at: datetime) -> str:
    """A time as WARC-Date has it: UTC, to the microsecond.

    >>> warc_date(datetime(2026, 11, 22, 21, 5, 2, 250000, timezone.utc))
    '2026-11-22T21:05:02.250000Z'
    """
    return f"{at.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}"


def _writer(file: BytesIO | None = None) -> Any:
    # not every crawl keeps what it fetches
    from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]  # it has no types

    return WARCWriter(file, gzip=False, warc_version=VERSION)


def _record(writer: Any, kind: str, url: str, head: bytes, body: bytes, headers: Mapping[str, str]) -> Any:
    return writer.create_warc_record(
        url, kind, payload=BytesIO(body), length=len(body), http_headers=_Head(head), warc_headers_dict=dict(headers)
    )


def _packed(record: Any) -> bytes:
    plain = BytesIO()
    _writer(plain).write_record(record)
    return gzip.compress(plain.getvalue(), _LEVEL, mtime=0)


def _revisit(exchange: Exchange, url: str) -> dict[str, str]:
    """What a 304 refers to: the page that the conditions of the request name. When that was fetched is not known: the
    ledger keeps what makes a request conditional, not the record of each page."""
    asked = {name.strip().lower(): value.strip() for name, _, value in map(_header, exchange.sent.splitlines()[1:])}
    known = {
        "WARC-Etag": asked.get("if-none-match"),
        "WARC-Last-Modified": asked.get("if-modified-since"),
    }  # as Heritrix calls them
    given = {name: value for name, value in known.items() if value}
    return {"WARC-Profile": NOT_MODIFIED, "WARC-Refers-To-Target-URI": url, **given}


def _header(line: bytes) -> tuple[str, str, str]:
    return line.decode("latin-1").partition(":")


def _consistent(exchange: Exchange) -> bytes:
    """The head of an answer, made true of the body that stands behind it."""
    lines = exchange.head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [_FRAME.sub(b"X-Archive-Orig-Transfer-Encoding", line, count=1) for line in lines]
    size = b"%d" % len(exchange.body)
    if exchange.status not in (204, 304):  # whose Content-Length tells of a body that is not sent
        kept = [b"X-Archive-Orig-" + line if _is_wrong(line, size) else line for line in kept]
        if not any(map(_LENGTH.match, kept)):
            kept.append(b"Content-Length: " + size)
    return b"\r\n".join(kept) + b"\r\n\r\n"


def _is_wrong(line: bytes, size: bytes) -> bool:
    told = _LENGTH.match(line)
    return told is not None and told[1].strip() != size


def _without_secrets(sent: bytes) -> bytes:
    """The head of a request without what lets its bearer in."""
    return b"".join(line for line in sent.splitlines(keepends=True) if not _SECRET.match(line))


def _target(url: str) -> str:
    """An address as WARC-Target-URI: without a fragment, which is not sent, and without name and password.

    >>> _target("http://me:secret@a.example/1.html#2")
    'http://a.example/1.html'
    """
    parts = urlsplit(urldefrag(url)[0])
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
