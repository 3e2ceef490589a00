"""A whole crawl of a small site on loopback, in a process of its own, with everything that can go wrong on the way."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live import Crawl, Pages, Reply, crawl, html, packed, read_lines, redirect, xml

TRS = '<script>createPageHTML(3, {}, "t50", "shtml");</script>'

FAILURES: Pages = {
    "/": html(
        *[
            "/t404.html",
            "/t503.html",
            "/t500.html",
            "/loop/t1.html",
            "/t302.html",
            "/t303.html",
            "/t304.html",
            "/t30.html",
        ],
        *[
            "/t10.html",
            "/t11.html",
            "/t12.html",
            "/t13.html",
            "/t14.html",
            "/t15.html",
            "/t16.html",
            "/private/t1.html",
        ],
        *[
            "/slow/1",
            "http://elsewhere.invalid/t1.html",
            "http://elsewhere.invalid/about",
            "http://127.0.0.1:1/t1.html",
        ],
        *["http://localhost:{port}/t1.html", "http://127.0.0.2:{port}/t1.html", "http://127.1:{port}/t1.html"],
        *["/t20.html", "/t21.html", "/broken/index.html", "/image/index.html"],
    ),
    "/robots.txt": Reply(b"User-agent: *\nDisallow: /private/\n", headers={"Content-Type": "text/plain"}),
    "/t503.html": Reply(b"down", 503),
    "/t500.html": lambda before: html() if before else Reply(b"once", 500),
    "/loop/t1.html": redirect("/loop/t2.html"),
    "/loop/t2.html": redirect("/loop/t1.html"),
    "/t302.html": redirect("http://elsewhere.invalid/t9.html"),
    "/t303.html": redirect("http://127.0.0.2:1/t9.html"),
    "/t304.html": redirect("file:///etc/hostname"),
    "/t30.html": redirect("/hop/1"),
    **{f"/hop/{number}": redirect(f"/hop/{number + 1}") for number in range(1, 12)},
    "/t10.html": packed(gzip.compress(b"<html>" + b"text " * 50_000)[:200]),
    "/t11.html": packed(gzip.compress(b"\0" * 20_000_000)),
    "/t12.html": Reply(b"x" * 600_000),
    "/t13.html": Reply(b"<html>half", claim=5000),
    "/t14.html": Reply(b"\x89PNG", headers={"Content-Type": "image/png"}),
    "/t15.html": lambda before: packed(gzip.compress(b"<html>whole</html>")[: None if before else -4]),
    "/t16.html": Reply(b"<html>plain</html>", headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}),
    "/private/t1.html": html(),
    "/slow/1": Reply(b"<html>late", delay=4),
    "/t20.html": Reply(b"<html>late but well", delay=0.8),
    "/t21.html": html(),
    "/broken/index.html": Reply(b"  \r\n"),
    "/image/index.html": Reply(b"GIF89a", headers={"Content-Type": "text/html"}),
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl(FAILURES, tmp_path_factory.mktemp("failures"))


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/t404.html", "http_error"),
        ("/t503.html", "http_error"),
        ("/loop/t1.html", "redirect_loop"),
        ("/t30.html", "redirect_loop"),
        ("/t302.html", "offsite"),
        ("/t303.html", "forbidden_address"),
        ("/t304.html", "http_error"),
        ("/t10.html", "truncated"),
        ("/t11.html", "too_large"),
        ("/t12.html", "too_large"),
        ("/t13.html", "truncated"),
        ("/t14.html", "not_text"),
        ("/private/t1.html", "robots_denied"),
        ("/slow/1", "timeout"),
        ("http://elsewhere.invalid/t1.html", "offsite"),
        ("http://127.0.0.1:1/t1.html", "unreachable"),
        ("http://localhost:{port}/t1.html", "forbidden_address"),
        ("http://127.0.0.2:{port}/t1.html", "forbidden_address"),
        ("http://127.1:{port}/t1.html", "forbidden_address"),
        ("/broken/index.html", "empty_page"),
        ("/image/index.html", "not_text"),
    ],
)
def test_every_failure_has_its_name(failures: Crawl, address: str, reason: str) -> None:
    address = address.format(port=failures.base.rpartition(":")[2])
    assert failures.refused()[address][0] == reason


def test_nothing_else_is_refused(failures: Crawl) -> None:
    assert len(failures.rejects) == 21
    counted = {key: count for key, count in failures.stats.items() if key.startswith("newscrawl/refused/")}
    assert sum(counted.values()) == 21


def test_what_went_well_in_the_end(failures: Crawl) -> None:
    assert sorted(failures.articles) == ["/t15.html", "/t16.html", "/t20.html", "/t21.html", "/t500.html"]
    assert failures.stats["newscrawl/recovered/retried"] == 2
    assert failures.stats["newscrawl/recovered/slow_first_byte"] >= 1
    assert failures.stats["newscrawl/offsite_hosts"] == 1


def test_attempts(failures: Crawl) -> None:
    assert failures.asked["/t404.html"] == 1
    assert failures.asked["/t503.html"] == 3
    assert failures.asked["/t10.html"] == 3
    assert failures.asked["/t11.html"] == 1
    assert failures.asked["/private/t1.html"] == 0
    assert failures.refused()["/t503.html"] == ("http_error", "503")


def test_reject_lines(failures: Crawl) -> None:
    line = next(line for line in failures.rejects if line["url"].endswith("/t503.html"))
    assert list(line) == ["url", "site", "reason", "detail", "trace", "fetched_at", "http_status", "title"]
    assert (line["site"], line["http_status"], line["trace"], line["title"]) == ("testsite", 503, [], None)
    assert line["fetched_at"].endswith("+00:00")


def test_log_is_free_of_tracebacks(failures: Crawl) -> None:
    assert "Traceback" not in failures.log
    assert " ERROR: " not in failures.log


WALK: Pages = {
    "/": html(
        "/index.html",
        "/t1.html?spm=abc#x",
        "/t1.html",
        "/pictures/1",
        "/rili/1",
        "/t50.shtml",
        "/t60.html",
        head='<link rel="alternate" type="application/rss+xml" href="/rss.xml">',
    ),
    "/robots.txt": Reply(
        b"User-agent: *\nSitemap: {base}/sitemap.xml\nSitemap: /s2.xml\n", headers={"Content-Type": "text/plain"}
    ),
    "/sitemap.xml": xml("<sitemapindex><sitemap><loc>{base}/s1.xml.gz</loc></sitemap></sitemapindex>"),
    "/s1.xml.gz": Reply(
        gzip.compress(b"<urlset><url><loc>/t80.html</loc></url></urlset>"),
        headers={"Content-Type": "application/x-gzip"},
    ),
    "/s2.xml": html(text="不是地图"),
    "/rss.xml": xml(
        "<rss><channel><item><link>{base}/t81.html</link></item><item><link>{base}/t1.html</link></item></channel></rss>"
    ),
    "/index.html": Reply(
        '<a href="/t2.html">甲</a><a href="index_2.html">下一页</a>'.encode("gb18030"),
        headers={"Content-Type": "text/html"},
    ),
    "/index_2.html": Reply(b'<a href="/t3.html">x</a><script>createPageHTML(9, 0, "more", "html")</script>'),
    "/more_1.html": html("/t4.html"),
    **{f"/t{number}.html": html("/t99.html") for number in (1, 2, 3, 4, 80, 81, 99)},
    "/pictures/1": Reply('<p>图一</p><a href="1_2">下一页</a>'.encode()),
    "/pictures/1_2": Reply('<p>图二</p><a href="1_3">下一页</a><a href="2">下一篇</a>'.encode()),
    "/pictures/1_3": Reply('<p>图三</p><a href="1">下一页</a>'.encode()),
    "/t50.shtml": html(text=TRS.format(0)),
    "/t50_1.shtml": Reply(b"gone", 404),
    "/t60.html": html(text='<a href="t60_2.html">下一页</a>'),
    "/t60_2.html": Reply(b"\x89PNG", headers={"Content-Type": "image/png"}),
    **{f"/rili/{month}": html(f"/rili/{month + 1}", "/t1.html") for month in range(1, 40)},
}


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl(WALK, tmp_path_factory.mktemp("walk"))


def test_every_way_to_an_article(walk: Crawl) -> None:
    assert sorted(walk.articles) == sorted(
        [*(f"/t{number}.html" for number in (1, 2, 3, 4, 80, 81, 60)), "/pictures/1", "/t50.shtml"]
    )


def test_article_pages_lead_nowhere_else(walk: Crawl) -> None:
    assert walk.asked["/t99.html"] == 0


def test_each_page_is_asked_for_once(walk: Crawl) -> None:
    assert [address for address, times in walk.asked.items() if times > 1] == []


def test_pages_are_read_in_turn(walk: Crawl) -> None:
    assert walk.asked["/pictures/1_3"] == 1
    assert walk.articles["/pictures/1"]["trace"] == []


def test_an_article_comes_out_short_when_a_page_is_missing(walk: Crawl) -> None:
    missing = f"crawl: page 2 is missing: http_error 404 [{walk.base}/t50_1.shtml]"
    assert walk.articles["/t50.shtml"]["trace"] == [missing]
    assert walk.refused()["/t50_1.shtml"] == ("http_error", "404")
    assert "not_text" in walk.articles["/t60.html"]["trace"][0]


def test_endless_calendar_ends(walk: Crawl) -> None:
    assert walk.refused()["/rili/6"] == ("endless_list", None)
    assert walk.asked["/rili/5"] == 1
    assert walk.asked["/rili/6"] == 0
    assert walk.log.count("barren: ") == 1
    assert "-a barren=N" in walk.log


def test_what_is_no_sitemap(walk: Crawl) -> None:
    assert walk.refused()["/s2.xml"][0] == "bad_feed"


def test_articles_are_exported_without_their_pages(walk: Crawl) -> None:
    article = walk.articles["/t1.html"]
    assert "pages" not in article
    assert (article["site"], article["http_status"]) == ("testsite", 200)
    assert article["fetched_at"].endswith("+00:00")


ENDLESS: Pages = {
    "/": html("/deep/1", *(f"/t{number}.html" for number in range(5))),
    **{f"/t{number}.html": html() for number in range(60)},
    **{f"/deep/{number}": html(f"/deep/{number + 1}", f"/t{number + 10}.html") for number in range(40)},
}


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Callable[..., Crawl]]:
    yield lambda *options: crawl(dict(ENDLESS), tmp_path, *options)


def test_limits_that_bite_are_named_once(endless: Callable[..., Crawl]) -> None:
    done = endless("-a", "articles=3")
    assert len(done.articles) == 3
    assert done.rejects == []
    assert done.stats["newscrawl/limits/articles"] == 2
    assert done.log.count("articles: 2 wait; the run is full") == 1


def test_depth(endless: Callable[..., Crawl]) -> None:
    done = endless("-a", "depth=3")
    assert done.refused() == {"/deep/4": ("depth_limit", None), "/t13.html": ("depth_limit", None)}
    assert len(done.articles) == 5 + 2


def test_wrong_argument(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        crawl({"/": html()}, tmp_path, "-a", "site=../evil")
    assert "unknown argument 'site'" in caught.value.stderr


def test_output_option_gets_the_same_lines(tmp_path: Path) -> None:
    done = crawl({"/": html("/t1.html"), "/t1.html": html()}, tmp_path, "-O", f"{tmp_path / 'own.jsonl'}")
    assert read_lines(tmp_path) == [*done.articles.values()]


def test_a_crawl_that_finds_nothing_writes_no_file(tmp_path: Path) -> None:
    done = crawl({"/": html()}, tmp_path)
    assert done.articles == {}
    assert not (tmp_path / "output" / "articles").exists()
