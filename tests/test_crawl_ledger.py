"""A ledger whose disk is full, whose files were cut, whose site file was mended: real processes, a real server."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from newscrawl.crawl.ledger.again import DAY
from tests.forked import Run
from tests.live import ONE_AT_A_TIME, Crawl, Pages, Reply, articles, command, html, outcome, served, xml
from tests.torture.crawls import completed

FULL = """
class Full(Site):
    def parse_list(self, response, barren=0):
        if response.url.endswith("/index.html"):
            database = self.frontier.ledger.connection
            pages = database.exec_driver_sql("PRAGMA page_count").scalar()
            database.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        yield from super().parse_list(response, barren)
"""
"""A spider whose ledger has no room for what the list names."""


def test_a_ledger_that_is_full_ends_the_run_and_nothing_comes_out_twice(tmp_path: Path) -> None:
    first, second = articles(range(5)), articles(range(100, 900))
    pages: Pages = {"/": html("/index.html", *first), "/index.html": html(*second)}
    pages |= dict.fromkeys(first, html())
    with served(pages) as site:
        crawl = command(site, tmp_path, *ONE_AT_A_TIME)[3:]
        spider = tmp_path / "spider.py"
        plain = spider.read_text("utf-8")
        spider.write_text(plain + FULL, "utf-8")
        ended = completed(Run(command=crawl, seconds=100))
        assert (ended.returncode, site.asked["/index.html"]) == (1, 1)
        assert "database or disk is full; the run ends" in ended.stderr
        assert "Spider closed (output_unwritable)" in ended.stderr
        assert "Traceback" not in ended.stderr
        pages["/index.html"] = html()
        spider.write_text(plain, "utf-8")
        done = completed(Run(command=crawl, seconds=100))
        assert done.returncode == 0, done.stderr
    assert outcome(site, tmp_path, done.stderr).articles.keys() == set(first), "each once"


def crawled_twice(pages: Pages, folder: Path, first: str, mended: Pages) -> Crawl:
    """What comes of a crawl with a site file that says so, and one with the file as it should be, of other pages."""
    with served(pages) as site:
        crawl = command(site, folder, *ONE_AT_A_TIME)[3:]
        spider = folder / "spider.py"
        plain = spider.read_text("utf-8")
        spider.write_text(f"{plain}\nclass First(Site):\n    {first}\n", "utf-8")
        completed(Run(command=crawl, seconds=100))
        site.asked.clear()
        pages.update(mended)
        spider.write_text(plain, "utf-8")
        done = completed(Run(command=crawl, seconds=100))
    return outcome(site, folder, done.stderr)


def test_what_was_a_list_is_an_article_when_the_site_file_says_so(tmp_path: Path) -> None:
    few = articles(range(3))
    pages: Pages = {"/": html(*few), **dict.fromkeys(few, html())}
    done = crawled_twice(pages, tmp_path, r"article_url, list_url = r'(?!)', r'/t\d'", {})
    assert done.articles.keys() == set(few)
    assert [done.asked[path] for path in few] == [1, 1, 1]


def test_what_was_an_article_is_a_list_when_the_site_file_says_so(tmp_path: Path) -> None:
    pages: Pages = {"/": html("/index.html"), "/index.html": Reply(b"x", 404), "/t1.html": html()}
    mended: Pages = {"/index.html": html("/t1.html")}
    assert crawled_twice(pages, tmp_path, "article_url = '/index'", mended).articles.keys() == {"/t1.html"}


def test_a_feed_is_read_as_one_though_it_looks_like_a_list(tmp_path: Path) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/index_2.html">'
    rss = xml("<rss><channel><item><link>{base}/t1.html</link></item></channel></rss>")
    pages: Pages = {"/": html("/index_2.html", head=head), "/index_2.html": rss, "/t1.html": html()}
    done = crawled_twice(pages, tmp_path, "pass", {"/t1.html": html()})
    assert done.articles.keys() == {"/t1.html"}
    assert done.asked["/index_2.html"] == 1


def test_an_article_that_was_gone_for_a_while_is_known_again(tmp_path: Path) -> None:
    few = articles(range(2))
    pages: Pages = {"/": html(*few), **dict.fromkeys(few, html())}
    with served(pages) as site:
        crawl = command(site, tmp_path)[3:]
        revisit = [*crawl, "-s", "REVISIT_DAYS=0"]
        assert completed(Run(command=crawl)).returncode == 0
        del pages[few[0]]
        assert completed(Run(command=revisit)).returncode == 0
        pages[few[0]] = html()
        for days, asked in ((0.9, 0), (0.2, 1)):
            site.asked.clear()
            pass_days(tmp_path / "output" / "state" / "testsite.sqlite", days)
            done = completed(Run(command=crawl))
            assert site.asked[few[0]] == asked
    crawled = outcome(site, tmp_path, done.stderr)
    assert crawled.stats["newscrawl/unchanged"] == 1
    assert crawled.articles.keys() == set(few)


def pass_days(ledger: Path, days: float) -> None:
    """Let the time come nearer at which addresses are tried again."""
    with closing(sqlite3.connect(ledger)) as database, database:
        database.execute("UPDATE addresses SET again_at = again_at - ?", [int(days * DAY)])
