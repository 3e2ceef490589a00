"""Answers that break the rules of HTTP, or keep to them and hurt: raw bytes, and bodies of any size."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import chain, repeat

from newscrawl.demo.answer import Answer

HTML = "text/html; charset=utf-8"
PAUSE = 0.25
"""Seconds between two bytes of a slow answer."""
MILLION = 1_000_000
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def page(body: bytes, **headers: str) -> Answer:
    """A proper answer; headers are written with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(headers={"Content-Type": HTML, **named}, body=body)


def redirect(target: str) -> Answer:
    """302 to an address."""
    return Answer(status=302, headers={"Location": target})


def slow_head() -> Answer:
    """A head that goes on byte by byte, for ever."""
    return Answer(raw=chain([_OK + b"X-Slow: "], repeat(b"x")), pause=PAUSE)


def slow_body(body: bytes) -> Answer:
    """A page byte by byte: it would take some minutes."""
    head = _OK + b"Content-Length: %d\r\n\r\n" % len(body)
    return Answer(raw=chain([head], (body[at : at + 1] for at in range(len(body)))), pause=PAUSE)


def endless_head() -> Answer:
    """Headers without end, as fast as they are taken."""
    return Answer(raw=chain([_OK], repeat(b"X-More: %s\r\n" % (b"x" * 1_000))))


def endless_continue() -> Answer:
    """100 Continue, again and again."""
    return Answer(raw=repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 50))


def long_header() -> Answer:
    """One header of a megabyte."""
    return Answer(raw=[_OK, b"X-Long: ", b"x" * MILLION, b"\r\nContent-Length: 0\r\n\r\n"])


def cookies(body: bytes) -> Answer:
    """A page with a hundred cookies of a kilobyte each."""
    jar = b"".join(b"Set-Cookie: visit%d=%s; Path=/\r\n" % (number, b"c" * 1_000) for number in range(100))
    return Answer(raw=[_OK, jar, b"Content-Length: %d\r\n\r\n" % len(body), body])


def claimed(body: bytes, length: int) -> Answer:
    """A page whose Content-Length is not its own; then the connection ends."""
    return Answer(raw=[_OK, b"Content-Length: %d\r\n\r\n" % length, body])


def claimed_twice(body: bytes) -> Answer:
    """A page with two lengths, of which one cannot be true."""
    length = len(body)
    return Answer(raw=[_OK, b"Content-Length: %d\r\nContent-Length: %d\r\n\r\n" % (length, length // 2), body])


def cut_chunk(body: bytes) -> Answer:
    """A page in chunks whose connection ends within the first."""
    return Answer(raw=[_OK, b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body), body[: len(body) // 2]])


def without_head(body: bytes) -> Answer:
    """A page as HTTP/0.9 sent it: no status, no headers."""
    return Answer(raw=[body])


def http10(body: bytes) -> Answer:
    """A page by HTTP/1.0: the end of the connection is its end."""
    return Answer(raw=[b"HTTP/1.0 200 OK\nContent-Type: text/html; charset=utf-8\n\n", body])


@cache
def bomb(encoding: str) -> Answer:
    """30 MB of spaces, packed."""
    text = b"<html><body>" + b" " * 30_000_000
    packed = gzip.compress(text, mtime=0) if encoding == "gzip" else zlib.compress(text)
    return page(packed, Content_Encoding=encoding)


def many_links(count: int) -> Answer:
    """A list of links that lead nowhere."""
    chunk = b"".join(b"<a href=/x/%d>x</a>\n" % number for number in range(1_000))
    return Answer(headers={"Content-Type": HTML}, body=b"<html><body>", stream=repeat(chunk, count // 1_000))


def entities(base: str) -> Answer:
    """A sitemap with a billion laughs and the name of a file on the reader's disk."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'<!DOCTYPE urlset [<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/hostname">{laughs}]>'
    places = "".join(f"<url><loc>{base}/a/{name}.html</loc></url>" for name in ("&l9;", "&f;", "entities"))
    return _xml(f"{declared}<urlset>{places}</urlset>".encode())


def index(base: str, number: int) -> Answer:
    """A sitemap of sitemaps that always names another one."""
    return _xml(f"<sitemapindex><sitemap><loc>{base}/f/{number + 1}.xml</loc></sitemap></sitemapindex>".encode())


@cache
def million(base: str) -> Answer:
    """A packed sitemap of a million articles that are not there: 50 MB of XML."""
    return Answer(headers={"Content-Type": "application/gzip"}, body=b"".join(_packed(_places(base))))


def _places(base: str) -> Iterator[bytes]:
    yield b"<urlset>"
    for start in range(0, MILLION, 1_000):
        yield "".join(f"<url><loc>{base}/a/gone-{n}.html</loc></url>\n" for n in range(start, start + 1_000)).encode()
    yield b"</urlset>"


def _packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=1, wbits=31)
    yield from map(packer.compress, pieces)
    yield packer.flush()


def _xml(body: bytes) -> Answer:
    return Answer(headers={"Content-Type": "application/xml"}, body=body)
