"""What servers say that is not so, and what links lead to: each lie has its name, and costs its own page only."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl.crawl.ledger import open_ledger
from newscrawl.publish.paths import ledger_path
from tests.live import Crawl, Pages, Reply, articles, command, crawl, html, outcome, portal, redirect, robots, served
from tests.torture.crawls import scrapy


def crawled_twice(pages: Pages, folder: Path, *first_only: str, then: tuple[str, ...] = ()) -> tuple[Crawl, Crawl]:
    """Two runs over a site that stays where it is; each tells what it asked for, and the lines of both."""
    with served(pages) as site:
        done = scrapy(*command(site, folder)[3:], *first_only)
        first = outcome(site, folder, done.stderr)
        first.asked = site.asked.copy()
        done = scrapy(*command(site, folder)[3:], *then)
        second = outcome(site, folder, done.stderr)
        second.asked = site.asked - first.asked
        return first, second


# addresses of which no request can be made


def test_a_link_with_an_impossible_port_costs_nothing_else(tmp_path: Path) -> None:
    bad = ["http://127.0.0.1:65536/t8.html", "http://127.0.0.1:٣/t9.html", "http://a:b@127.0.0.1:{port}/t7.html"]
    pages = portal(range(1)) | {"/": html("/t0.html", "/index_2.html"), "/index_2.html": html(*bad, "/t1.html")}
    done = crawl(pages | {"/t1.html": html()}, tmp_path)
    assert done.articles.keys() == {"/t0.html", "/t1.html"}


def test_a_ledger_that_holds_such_an_address_heals(tmp_path: Path) -> None:
    file = ledger_path(tmp_path / "output", "testsite")
    ledger = open_ledger(file)
    ledger.find_articles(["http://127.0.0.1:65536/t8.html"], 1)
    ledger.commit()
    ledger.close()
    done = crawl(portal(range(2)), tmp_path)
    assert done.articles.keys() == {"/t0.html", "/t1.html"}
    assert done.refused()["http://127.0.0.1:65536/t8.html"][0] == "unreachable"


# answers


def test_not_modified_without_having_been_asked(tmp_path: Path) -> None:
    pages = {"/": html("/t0.html"), "/t0.html": lambda before: html() if before else Reply(status=304)}
    first, second = crawled_twice(pages, tmp_path)
    assert first.refused() == {"/t0.html": ("http_error", "304")}
    assert second.articles.keys() == {"/t0.html"}


def test_a_redirect_takes_no_conditions_along(tmp_path: Path) -> None:
    marked = html()
    marked.headers = marked.headers | {"ETag": '"1"'}
    pages = {"/t0.html": lambda before: redirect("/t9.html") if before else marked, "/t9.html": Reply(status=304)}
    first, second = crawled_twice({"/": html("/t0.html"), **pages}, tmp_path, then=("-s", "REVISIT_DAYS=0"))
    assert first.articles.keys() == {"/t0.html"}
    assert second.refused() == {"/t0.html": ("http_error", "304")}


def test_a_part_of_a_page(tmp_path: Path) -> None:
    ranges = {"/t0.html": "bytes 0-9/999", "/t1.html": "", "/t2.html": "bytes 0-9/10"}
    part = html()
    pages = portal(range(3), lambda path: Reply(part.body, 206, part.headers | {"Content-Range": ranges[path]}))
    done = crawl(pages, tmp_path)
    assert {path: why for path, (why, _) in done.refused().items()} == dict.fromkeys(articles(range(2)), "truncated")
    assert done.articles.keys() == {"/t2.html"}


def test_a_redirect_to_what_is_no_address(tmp_path: Path) -> None:
    to = ["http://[zz]/", "http://[::1/", "http://127.0.0.1:99999/", "mailto:a@b", "http://a:b@127.0.0.1/"]
    done = crawl(portal(range(5), lambda path: redirect(to[int(path[2])])), tmp_path)
    assert {path: why for path, (why, _) in done.refused().items()} == dict.fromkeys(articles(range(5)), "bad_answer")
    assert "Traceback" not in done.log


def test_headers_that_browsers_pass_over(tmp_path: Path) -> None:
    odd = {"X Powered By": "PHP", "X-Powered ": "PHP", "": "nothing", "标题".encode().decode("latin-1"): "x"}
    done = crawl(portal(range(2), lambda path: Reply(html().body, headers=html().headers | odd)), tmp_path)
    assert done.articles.keys() == set(articles(range(2)))


# robots.txt


@pytest.mark.parametrize(
    "answer",
    [Reply(b"User-agent: *\n", claim=5_000), Reply(status=429), redirect("http://[zz]/robots.txt")],
    ids=["cut", "too many requests", "no address"],
)
def test_a_robots_txt_that_cannot_be_read_forbids_everything(answer: Reply, tmp_path: Path) -> None:
    done = crawl(portal(range(1)) | {"/robots.txt": answer}, tmp_path)
    assert done.refused()["/"][0] == "unreachable"
    assert not done.articles
    assert not done.asked["/"]


def test_robots_txt_counts_for_all_who_wait_for_it(tmp_path: Path) -> None:
    closed = robots("User-agent: *\nDisallow: /t\n")
    closed.delay = 0.3
    pages = portal(range(9)) | {"/robots.txt": lambda before: closed if before else robots("")}
    _, second = crawled_twice(pages, tmp_path, "-a", "articles=1")
    assert not [path for path in second.asked if path.startswith("/t")]
    assert len([why for why, _ in second.refused().values() if why == "robots_denied"]) == 8


def test_the_first_500_kib_of_robots_txt_are_read(tmp_path: Path) -> None:
    text = "User-agent: *\nDisallow: /t0\n" + "# much\n" * 80_000 + "Disallow: /t1\n"
    done = crawl(portal(range(2)) | {"/robots.txt": robots(text)}, tmp_path, "-s", "DOWNLOAD_MAXSIZE=5000000")
    assert done.articles.keys() == {"/t1.html"}


# pages of an article


NEXT = '<a href="{}">下一页</a>'


def paged(path: str, text: str = "江水流过小城，码头上的人都认得他。") -> Reply:
    return html(text=text + NEXT.format(path))


def test_a_second_page_that_is_none(tmp_path: Path) -> None:
    leads = {"/t0_2.html": redirect("/t0.html"), "/t1_2.html": redirect("/t9.html"), "/t2_2.html": paged("t2_2.html")}
    pages = portal(range(3), lambda path: paged(path[1:].replace(".", "_2.")))
    done = crawl(pages | leads, tmp_path)
    assert done.articles.keys() == set(articles(range(3)))
    assert {path: done.asked[path] for path in leads} == dict.fromkeys(leads, 1)
    why = {"/t0_2.html": "redirect_loop", "/t1_2.html": "http_error", "/t2_2.html": "repeat_text"}
    assert {path: reason for path, (reason, _) in done.refused().items()} == why


def test_a_second_page_that_leads_to_another_article(tmp_path: Path) -> None:
    other = html(text="山上下了雪，林场的人守着一炉火。")
    done = crawl(
        portal(range(1), lambda path: paged("t0_2.html")) | {"/t0_2.html": redirect("/t9.html"), "/t9.html": other},
        tmp_path,
    )
    assert done.refused()["/t0_2.html"][0] == "offsite"


def test_an_article_with_a_page_missing_is_asked_for_again(tmp_path: Path) -> None:
    late = html(text="第二页。")
    pages = {
        "/": html("/t0.html"),
        "/t0.html": paged("t0_2.html"),
        "/t0_2.html": lambda before: late if before else Reply(status=500),
    }
    # due twice, as it is short and as all are to be looked at again: it is asked for once, and none is left over
    first, second = crawled_twice(pages, tmp_path, "-s", "RETRY_TIMES=0", then=("-s", "REVISIT_DAYS=0"))
    assert first.articles.keys() == {"/t0.html"}
    assert second.asked["/t0_2.html"] == 1
    assert "newscrawl/limits/articles" not in second.stats


# much of everything


def test_what_a_list_names_off_the_site_is_told_by_its_number(tmp_path: Path) -> None:
    done = crawl(
        {"/": html(*[f"http://b.example/t{n}.html" for n in range(150)], "/t0.html"), "/t0.html": html()}, tmp_path
    )
    assert done.refused() == {"/": ("offsite", "150 addresses")}
    assert done.articles.keys() == {"/t0.html"}


def test_a_gateway_that_sends_on_to_an_article(tmp_path: Path) -> None:
    gate = html(head='<meta http-equiv="refresh" content="0; url=/t0.html">')
    done = crawl({"/": html("/gate/"), "/gate/": gate, "/t0.html": html()}, tmp_path)
    assert done.articles.keys() == {"/t0.html"}
