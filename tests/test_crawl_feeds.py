"""Sitemaps, RSS and Atom."""

from __future__ import annotations

import gzip
import time

import pytest

from newscrawl.crawl.feeds import MOST_ADDRESSES, read_feed

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LIMIT = 1 << 20


@pytest.mark.parametrize(
    "text",
    [
        f"<urlset {SPACE}><url><loc> http://a.cn/1.html </loc><lastmod>2021-01-01</lastmod></url></urlset>",
        "<urlset><url><loc>http://a.cn/1.html</loc></url></urlset>",
        f'<?xml version="1.0" encoding="gb2312"?><urlset {SPACE}><url><loc>http://a.cn/1.html</loc></url></urlset>',
        "\n  <rss><channel><link>http://a.cn/</link><item><link>http://a.cn/1.html</link></item></channel></rss>",
        '<feed xmlns="http://www.w3.org/2005/Atom"><link href="http://a.cn/"/><entry><link href="http://a.cn/1.html"/>'
        '<link rel="enclosure" href="http://a.cn/1.mp3"/></entry></feed>',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<item><link>http://a.cn/1.html</link></item></rdf:RDF>",
    ],
    ids=["sitemap", "no-namespace", "gb2312", "rss", "atom", "rdf"],
)
def test_addresses(text: str) -> None:
    feed = read_feed(text.encode(), LIMIT)
    assert feed is not None
    assert (feed.pages, feed.feeds) == (["http://a.cn/1.html"], [])


def test_index_of_sitemaps() -> None:
    text = f"<sitemapindex {SPACE}><sitemap><loc>http://a.cn/s1.xml.gz</loc></sitemap></sitemapindex>"
    feed = read_feed(gzip.compress(text.encode()), LIMIT)
    assert feed is not None
    assert (feed.pages, feed.feeds) == ([], ["http://a.cn/s1.xml.gz"])


def test_damaged_xml_is_read_as_far_as_it_goes() -> None:
    feed = read_feed(b"<urlset><url><loc>http://a.cn/1.html</loc></url><url><loc>http://a.cn/2", LIMIT)
    assert feed is not None
    assert feed.pages[0] == "http://a.cn/1.html"


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"<html><body>404</body></html>", b"no xml", b"\x1f\x8b\x08broken", b"<!-- -->"]
)
def test_what_is_no_feed(body: bytes) -> None:
    assert read_feed(body, LIMIT) is None


def test_external_entities_are_not_read() -> None:
    doctype = '<!DOCTYPE urlset [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    text = f"{doctype}<urlset><url><loc>&f;</loc></url><url><loc>http://a.cn/1</loc></url></urlset>"
    feed = read_feed(text.encode(), LIMIT)
    assert feed is not None
    assert feed.pages == ["http://a.cn/1"]


def test_entity_bomb_is_harmless() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE urlset [<!ENTITY e0 "x">{levels}]><urlset><url><loc>&e9;</loc></url></urlset>'
    started = time.perf_counter()
    feed = read_feed(text.encode(), LIMIT)
    assert time.perf_counter() - started < 1
    assert feed is not None
    assert feed.pages == []


def test_packed_bomb_is_unpacked_up_to_the_limit_only() -> None:
    text = "<urlset>" + "<url><loc>http://a.cn/1</loc></url>" * 200_000
    feed = read_feed(gzip.compress(text.encode()), 10_000)
    assert feed is not None
    assert len(feed.pages) < 400


def test_no_more_addresses_than_the_protocol_allows() -> None:
    text = "<urlset>" + "<url><loc>http://a.cn/1</loc></url>" * (MOST_ADDRESSES + 5) + "</urlset>"
    feed = read_feed(text.encode(), LIMIT)
    assert feed is not None
    assert len(feed.pages) == MOST_ADDRESSES
