"""Sitemaps, RSS and Atom: the addresses they hold."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Any

from lxml import etree

from newscrawl.decode.unpack import GZIP, MOST_MEMBERS

# The sitemap protocol allows 50,000 addresses in one file; what holds more is no honest sitemap.
MOST_ADDRESSES = 50_000

# Where each kind of file keeps its addresses, without regard to name spaces, which sites get wrong.
_PLACES = {
    "urlset": "*[local-name()='url']/*[local-name()='loc']/text()",
    "sitemapindex": "*[local-name()='sitemap']/*[local-name()='loc']/text()",
    "rss": "*/*[local-name()='item']/*[local-name()='link']/text()",
    "RDF": "*[local-name()='item']/*[local-name()='link']/text()",
    "feed": "*[local-name()='entry']/*[local-name()='link'][not(@rel) or @rel='alternate']/@href",
}
_LEADING = re.compile(rb"^\s+(?=<)")


@dataclass(frozen=True, slots=True)
class Feed:
    """The addresses of a sitemap or a feed."""

    pages: list[str]
    feeds: list[str]
    """Further sitemaps, when the file is an index of them."""
    total: int
    """How many addresses there are, those beyond `MOST_ADDRESSES` too."""


def read_feed(body: bytes, limit: int) -> Feed | None:
    """Read a sitemap, an RSS or an Atom file, packed by gzip or not; None when it is neither.

    A file that declares entities is none: honest feeds need no more than the five of XML, and those of hostile ones
    expand without end or name files. Entities are not resolved and nothing else is loaded before that is known. A
    packed file is unpacked up to `limit` bytes; damaged XML is read as far as it goes.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root: Any = etree.fromstring(_LEADING.sub(b"", _unpacked(body, limit)), parser)
    except (etree.XMLSyntaxError, zlib.error):
        return None
    if root is None or not isinstance(root.tag, str) or _declares_entities(root):
        return None
    kind = root.tag.rpartition("}")[2]
    if kind not in _PLACES:
        return None
    found = root.xpath(_PLACES[kind])
    addresses = [str(address).strip() for address in found[:MOST_ADDRESSES]]
    if kind == "sitemapindex":
        return Feed(pages=[], feeds=addresses, total=len(found))
    return Feed(pages=addresses, feeds=[], total=len(found))


def _declares_entities(root: Any) -> bool:
    dtd = root.getroottree().docinfo.internalDTD
    return dtd is not None and any(dtd.iterentities())


def _unpacked(body: bytes, limit: int) -> bytes:
    """The file; what is packed as far as it can be unpacked, all of its members."""
    pieces: list[bytes] = []
    for _ in range(MOST_MEMBERS):
        if limit <= 0 or not body.startswith(GZIP):
            break
        stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        pieces.append(stream.decompress(body, limit))
        limit, body = limit - len(pieces[-1]), stream.unused_data
    return b"".join(pieces) if pieces else body
