"""Addresses: their canonical form, the links of a page, and the next page."""

from __future__ import annotations

import time

import pytest

from newscrawl.crawl.links import LONGEST_ADDRESS, TRACKING, canonical, read_links
from newscrawl.crawl.paging import next_page, same_article, trs_next
from newscrawl.page import Page

BASE = "http://news.example.cn/xw/wh/index.shtml"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("t2222826.shtml", "http://news.example.cn/xw/wh/t2222826.shtml"),
        ("  /a.html\n", "http://news.example.cn/a.html"),
        ("//photo.example.cn/1.html", "http://photo.example.cn/1.html"),
        ("http://NEWS.Example.cn:80/a.html", "http://news.example.cn/a.html"),
        ("https://news.example.cn:443/a.html", "https://news.example.cn/a.html"),
        ("http://news.example.cn", "http://news.example.cn/"),
        ("/a.html?spm=zm1066-001.0.0.1&utm_source=x", "http://news.example.cn/a.html"),
        ("/a.html?id=7&from=timeline&isappinstalled=0#wechat", "http://news.example.cn/a.html?id=7"),
        ("/a.php?b=2&a=1", "http://news.example.cn/a.php?a=1&b=2"),
        ("../../%e6%96%b0.html", "http://news.example.cn/%E6%96%B0.html"),
        ("javascript:;", None),
        ("mailto:news@example.cn", None),
        ("file:///etc/hostname", None),
        ("data:text/html,x", None),
        ("ftp://example.cn/a", None),
        ("http://[", None),
        ("http://a.cn:port/", None),
    ],
)
def test_canonical(written: str, expected: str | None) -> None:
    assert canonical(written, BASE) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("/a.jsp;jsessionid=8A4FC2D1E0", "/a.jsp"),
        ("/a.jsp;JSESSIONID=8A4F.node1?id=3#top", "/a.jsp?id=3"),
        ("/a.php?PHPSESSID=q1", "/a.php"),
        ("/a.php?id=3&PHPSESSID=k8b2c1d4e5f6a7b8c9d0e1f2a3&b=1", "/a.php?b=1&id=3"),
        ("/a.asp?ASPSESSIONIDQQABCDEF=MOKLPDBA&id=3", "/a.asp?id=3"),
        ("/(S(lit3py55t21z5v55vlm25s55))/a.aspx", "/a.aspx"),
        ("/a.php?sid=4f9d2c8e1b7a6053", "/a.php"),
        ("/a.php?sessionid=4F9D2C8E-1B7A6053&sid=7", "/a.php?sid=7"),
        ("/a.php?sid=12", None),
        ("/a.php?sid=2018113000012345", None),
        ("/a.php?sid=zhengfugongzuobaogao", None),
        ("/a.php?session=morning", None),
        ("/a.php?insid=4f9d2c8e1b7a6053", None),
        ("/a.php?id=4f9d2c8e1b7a6053", None),
    ],
)
def test_session_ids_are_dropped_and_nothing_else(written: str, expected: str | None) -> None:
    assert canonical(written, BASE) == f"http://news.example.cn{expected or written}"


@pytest.mark.parametrize(
    "tail", ["x" * 8_000_000, "?" + "a=1&" * 2_000_000, ";jsessionid=" * 600_000, "/../x" * 1_600_000]
)
def test_an_address_of_8_mb_takes_no_time(tail: str) -> None:
    started = time.process_time()
    address = canonical(f"/t1.html{tail}", BASE)
    assert time.process_time() - started < 0.5
    assert address is None or LONGEST_ADDRESS < len(address) < 2 * LONGEST_ADDRESS


def test_canonical_changes_nothing_the_second_time() -> None:
    once = canonical("/搜索.php?关键词=武汉 长江&spm=1", BASE)
    assert once is not None
    assert canonical(once) == once


def test_query_is_written_in_the_charset_of_the_page() -> None:
    assert canonical("/s.php?q=武汉", BASE, "gb18030") == "http://news.example.cn/s.php?q=%CE%E4%BA%BA"


def test_every_tracking_parameter_says_what_it_is() -> None:
    assert all(TRACKING.values())


def test_read_links_of_every_kind() -> None:
    page = """<html><head><meta http-equiv="Refresh" content="3; URL=/new/index.html">
    <link rel="alternate" type="application/rss+xml" href="/rss.xml">
    <link rel="alternate" hreflang="en" href="/en/"></head>
    <body><a href="a.html">甲</a><a href="a.html#top">又是甲</a><area href="b.html"><iframe src="/frame.html"></iframe>
    <table><tr><td onclick="window.open('paper.html')">乙</td></tr></table>
    <a href="javascript:;" onclick="share()">分享</a>
    <a href="#" onclick="location.href='/c.html'">丙</a></body></html>"""
    links = read_links(page, BASE)
    folder = "http://news.example.cn/xw/wh"
    assert links.found == [
        f"{folder}/a.html",
        f"{folder}/b.html",
        "http://news.example.cn/frame.html",
        f"{folder}/paper.html",
        "http://news.example.cn/c.html",
    ]
    assert links.sent_on == ["http://news.example.cn/new/index.html"]
    assert links.feeds == ["http://news.example.cn/rss.xml"]


@pytest.mark.parametrize("says", ["下一页", "[下一页]", "下页 >", "下一頁(yè)", "&gt;&gt;"])
def test_links_to_the_next_page(says: str) -> None:
    links = read_links(f'<a href="index_2.html">{says}</a>', BASE)
    expected = [] if says == "&gt;&gt;" else ["http://news.example.cn/xw/wh/index_2.html"]
    assert links.following == expected


def test_links_below_elements_that_nobody_closed() -> None:
    assert read_links("<font>" * 300 + '<a href="a.html">甲</a>', BASE).found == ["http://news.example.cn/xw/wh/a.html"]


@pytest.mark.parametrize(
    "written",
    [
        "http://a.cn:65536/",
        "http://a.cn:٣/1",
        "http://u:p@a.cn/",
        "http://@a.cn/",
        "http://%00.cn/",
        "http://a%20b.cn/",
        "http://a b.cn/",
    ],
)
def test_of_what_no_request_can_be_made(written: str) -> None:
    assert canonical(written) is None


def test_a_headline_that_begins_like_a_link_is_no_next_page() -> None:
    assert read_links('<a href="9.html">下一页人生：他把书店开在码头上，一开就是三十年</a>', BASE).following == []


def test_base_element_counts() -> None:
    assert read_links('<base href="/other/"><a href="a.html">甲</a>', BASE).found == [
        "http://news.example.cn/other/a.html"
    ]


def test_links_beyond_the_limit_are_counted_but_not_read() -> None:
    page = "".join(f'<a href="{number}.html">{number}</a>' for number in range(50))
    links = read_links(page, BASE, limit=10)
    assert (len(links.found), links.total) == (10, 50)


@pytest.mark.parametrize(
    "text", ["", "   ", "plain words", "<!-- only a comment -->", '<?xml version="1.0" encoding="gbk"?>']
)
def test_pages_without_links(text: str) -> None:
    assert read_links(text, BASE).found == []


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('createPageHTML(3, 0, "t408", "shtml");', "t408_1.shtml"),
        ("createPageHTML(3,1,'t408','shtml')", "t408_2.shtml"),
        ('createPageHTML(3, 2, "t408", "shtml");', None),
        ('createPageHTML(1, 0, "t408", "shtml");', None),
        ("function createPageHTML(count, index, name, suffix) {", None),
        ("", None),
    ],
)
def test_trs_next(call: str, expected: str | None) -> None:
    url = "http://news.example.cn/xw/wh/201803/t408.shtml"
    found = trs_next(f"<script>{call}</script>".encode(), url)
    assert found == (expected and f"http://news.example.cn/xw/wh/201803/{expected}")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://a.cn/content/2021-08/19/content_12683312_2.html", True),
        ("http://a.cn/content/2021-08/19/content_12683312-3.html", True),
        ("http://a.cn/content/2021-08/19/content_12683312.html?page=2", True),
        ("http://a.cn/content/2021-08/19/content_12683312.html", False),
        ("http://a.cn/content/2021-08/19/content_12683313.html", False),
        ("http://a.cn/content/2021-08/20/content_12683312_2.html", False),
        ("http://b.cn/content/2021-08/19/content_12683312_2.html", False),
    ],
)
def test_same_article(address: str, expected: bool) -> None:
    assert same_article(address, "http://a.cn/content/2021-08/19/content_12683312.html") is expected


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_next_page_by_link(charset: str) -> None:
    text = "这是一篇分成两页的报道，说的是江边的一座小城。" * 5
    body = f'<p>{text}</p><a href="p1_2.html">下一页</a>'.encode(charset)
    assert next_page(Page(url="http://a.cn/p/p1.html", body=body)) == "http://a.cn/p/p1_2.html"


def test_next_article_is_no_next_page() -> None:
    body = '<p>正文</p><a href="10071002.html">下一页</a>'.encode()
    assert next_page(Page(url="http://a.cn/p/10071001.html", body=body)) is None


def test_next_page_of_what_is_no_text() -> None:
    assert next_page(Page(url="http://a.cn/1.html", body=b"\x89PNG" + "下一页".encode())) is None


HURTING = {
    "base": f'<base href="/{"x" * 7_000_000}/">' + '<a href="t1.html">x</a>' * 3_000,
    "addresses": "".join(f'<a href="/{"x" * 2_500}?{number}">x</a>' for number in range(3_000)),
    "texts": "".join(f"<div onclick=\"location='/t{number}.html'\">" for number in range(3_000)) + "x y " * 1_500_000,
    "anchors": "".join(f"<a href=/t{number}.html>" for number in range(200_000)) + "x y " * 500_000,
    "scripts": '<a href="#" onclick="' + "location = " * 600_000 + '">x</a>',
    "refresh": '<meta http-equiv="refresh" content="' + "url " * 1_500_000 + '"><a href="/t1.html">x</a>',
}


@pytest.mark.parametrize("page", HURTING.values(), ids=HURTING)
def test_no_page_takes_long(page: str) -> None:
    started = time.process_time()
    links = read_links(f"<html><body>{page}", BASE)
    assert time.process_time() - started < 5
    assert len(links.found) <= 3_000
