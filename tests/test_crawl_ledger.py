"""A ledger whose disk is full, whose files were cut, whose site file was mended: real processes, a real server."""

from __future__ import annotations

from pathlib import Path

from tests.forked import Run
from tests.live import ONE_AT_A_TIME, Pages, articles, command, html, outcome, served
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
