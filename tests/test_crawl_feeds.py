"""Sitemaps, RSS and Atom."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from newscrawl.crawl.feeds import MOST_ADDRESSES, read_feed
from tests.live import crawl, html, robots, xml

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


def test_a_sitemap_in_several_members_of_gzip() -> None:
    text = f"<urlset {SPACE}><url><loc>http://a.cn/1.html</loc></url><url><loc>http://a.cn/2.html</loc></url></urlset>"
    members = [gzip.compress(text[at : at + 40].encode()) for at in range(0, len(text), 40)]
    feed = read_feed(b"".join(members), LIMIT)
    assert feed is not None
    assert feed.pages == ["http://a.cn/1.html", "http://a.cn/2.html"]


def test_a_sitemap_may_name_others_by_relative_addresses(tmp_path: Path) -> None:
    index = f"<sitemapindex {SPACE}><sitemap><loc>new/1.xml</loc></sitemap></sitemapindex>"
    named = f"<urlset {SPACE}><url><loc>/t1.html</loc></url></urlset>"
    pages = {"/": html(), "/robots.txt": robots("Sitemap: /maps/index.xml"), "/t1.html": html()}
    done = crawl(pages | {"/maps/index.xml": xml(index), "/maps/new/1.xml": xml(named)}, tmp_path)
    assert list(done.articles) == ["/t1.html"]


def test_damaged_xml_is_read_as_far_as_it_goes() -> None:
    feed = read_feed(b"<urlset><url><loc>http://a.cn/1.html</loc></url><url><loc>http://a.cn/2", LIMIT)
    assert feed is not None
    assert feed.pages[0] == "http://a.cn/1.html"


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"<html><body>404</body></html>", b"no xml", b"\x1f\x8b\x08broken", b"<!-- -->"]
)
def test_what_is_no_feed(body: bytes) -> None:
    assert read_feed(body, LIMIT) is None


@pytest.mark.parametrize(
    "text",
    [
        "<urlset><url><loc>/1&e;</loc></url></urlset>",
        '<feed><entry><link href="/1&e;"/></entry></feed>',
        "<rss><channel><item><link>/1</link></item></channel></rss>",
    ],
    ids=["text", "attribute", "unused"],
)
@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY e SYSTEM "file:///etc/hostname">',
        '<!ENTITY % e SYSTEM "http://127.0.0.1/e.dtd"> %e;<!ENTITY e "x">',
        "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)) + '<!ENTITY e0 "x"><!ENTITY e "&e9;">',
        f'<!ENTITY e "{"x" * 100_000}">',
    ],
    ids=["external", "parameter", "bomb", "long"],
)
def test_a_feed_that_declares_entities_is_none(entities: str, text: str) -> None:
    started = time.process_time()
    for encoding in ("utf-8", "utf-16"):
        assert read_feed(f"<!DOCTYPE x [{entities}]>{text}".encode(encoding), LIMIT) is None
    assert time.process_time() - started < 1


def test_other_document_types_do_no_harm() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss-0.91.dtd">'
    feed = read_feed(f"{doctype}<rss><channel><item><link>/1</link></item></channel></rss>".encode(), LIMIT)
    assert feed is not None
    assert feed.pages == ["/1"]


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
    assert feed.total == MOST_ADDRESSES + 5
