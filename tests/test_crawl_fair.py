"""What one run leaves to the next, and that everything gets its turn: runs over one output, real processes."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from newscrawl.demo.large import LargePortal
from newscrawl.settings import ITEM_PIPELINES
from tests.live import ONE_AT_A_TIME, Pages, Reply, articles, command, html, portal, redirect, robots, served, xml
from tests.live import Site as Served
from tests.torture.crawls import scrapy

WEEK = 7 * 86_400


@dataclass
class Series:
    """Runs over one site, whose pages may change in between."""

    folder: Path
    pages: Pages = field(default_factory=dict)
    site: Served = field(default_factory=lambda: Served(""))

    def run(self, *options: str) -> Counter[str]:
        """What a run asks for."""
        self.site.asked.clear()
        done = scrapy(*command(self.site, self.folder, "-s", "RETRY_ENABLED=False", *options)[3:])
        assert "Traceback" not in done.stderr, done.stderr
        return Counter(self.site.asked)

    def recrawl(self, *which: str) -> str:
        return scrapy("recrawl", "testsite", *which, "-s", f"OUTPUT_DIR={self.folder / 'output'}").stdout

    def lines(self) -> list[tuple[str, int]]:
        """Path and revision of every line of articles."""
        files = sorted((self.folder / "output" / "articles" / "testsite").glob("*.jsonl"))
        records = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
        return [(record["url"].removeprefix(self.site.base), record["revision"]) for record in records]

    def row(self, path: str) -> dict[str, Any]:
        with self._ledger() as ledger:
            ledger.row_factory = sqlite3.Row
            return dict(ledger.execute("SELECT * FROM addresses WHERE url = ?", [self.site.base + path]).fetchone())

    def let_pass(self, seconds: int) -> None:
        with self._ledger() as ledger, ledger:
            for time in ("again_at", "first_seen", "fetched_at"):
                ledger.execute(f"UPDATE addresses SET {time} = {time} - ?", [seconds])

    def _ledger(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self.folder / "output" / "state" / "testsite.sqlite"))


@pytest.fixture
def series(tmp_path: Path) -> Iterator[Series]:
    one = Series(tmp_path)
    with served(one.pages) as one.site:
        yield one


WHOLE = ("-s", f"ITEM_PIPELINES={json.dumps(ITEM_PIPELINES)}")
"""Articles are read, and not only written."""


def news(text: str, *, corrected: bool = False) -> Reply:
    """A page of an article; the number says which."""
    large = LargePortal(9, corrected={int(text)} if corrected else set())
    return Reply(large.answer(large.path(int(text)), "").body)


def test_a_link_too_deep_costs_no_article_that_is_known(series: Series) -> None:
    series.pages |= {"/": html("/t1.html", "/deep/1"), "/deep/1": html("/t1.html", "/t2.html")}
    series.pages |= {"/t1.html": Reply(b"", 500), "/t2.html": html()}
    series.run("-a", "depth=1")
    row = series.row("/t1.html")
    assert (row["reason"], row["tries"]) == ("http_error", 1)
    series.pages["/t1.html"] = html()
    assert series.run("-a", "depth=1")["/t1.html"] == 1
    assert series.lines() == [("/t1.html", 1)]


def test_a_redirect_to_an_article_that_is_visited_again_is_a_repeat(series: Series) -> None:
    series.pages |= {"/": html("/t1.html", "/t2.html"), "/t1.html": news("1"), "/t2.html": Reply(b"", 500)}
    series.run(*WHOLE)
    # its own visit begins first, and is the last to end
    series.pages["/t1.html"] = lambda before: Reply(news("1", corrected=True).body, delay=0.0 if before else 1.5)
    series.pages["/t2.html"] = redirect("/t1.html")
    assert series.run(*WHOLE, "-s", "REVISIT_DAYS=7")["/t1.html"] == 2
    assert series.lines() == [("/t1.html", 1), ("/t1.html", 2)]
    assert series.row("/t2.html")["reason"] == "repeat_url"


def test_what_stands_in_the_output_can_be_asked_for_again(series: Series) -> None:
    """Its address is the one where redirects ended; the ledger keeps it under the one they began at."""
    series.pages |= {"/": html("/t2.html"), "/t2.html": redirect("/t1.html"), "/t1.html": news("1")}
    series.run(*WHOLE)
    series.pages["/t1.html"] = news("1", corrected=True)
    assert series.recrawl("--all", "--dry-run") == "1 articles would be fetched again\n"
    assert series.recrawl(f"{series.site.base}/t1.html") == "1 articles will be fetched again\n"
    series.run(*WHOLE)
    assert series.lines() == [("/t1.html", 1), ("/t1.html", 2)]


@pytest.mark.parametrize("how", ["revisit", "recrawl"])
def test_what_is_asked_for_again_does_not_keep_out_what_is_new(how: str, series: Series) -> None:
    series.pages |= portal(range(8))
    series.run()
    series.pages |= portal(range(9))
    again: Counter[str] = Counter()
    if how == "recrawl":
        assert series.recrawl("--all") == "8 articles will be fetched again\n"
    for night in range(4):
        series.let_pass(60)
        asked = series.run("-a", "articles=5", *(("-s", "REVISIT_DAYS=7") if how == "revisit" else ()))
        assert asked["/"] == 1
        assert asked["/t8.html"] == (night == 0)
        again += Counter({path: times for path, times in asked.items() if path in articles(range(8))})
    assert again == Counter(articles(range(8))), "each has its turn"


def test_every_sitemap_and_every_list_has_its_turn(series: Series) -> None:
    maps = [f"/s{number}.xml" for number in range(12)]
    named = "".join(f"<sitemap><loc>{series.site.base}{path}</loc></sitemap>" for path in maps)
    series.pages |= {
        "/robots.txt": robots(f"Sitemap: {series.site.base}/index.xml"),
        "/index.xml": xml(f"<sitemapindex>{named}</sitemapindex>"),
        **{path: xml("<urlset></urlset>") for path in maps},
        **{"/": html("/rili/1", "/rili/2"), "/rili/1": html(), "/rili/2": html("/t1.html"), "/t1.html": html()},
    }
    read: Counter[str] = Counter()
    for _ in range(4):
        asked = series.run("-a", "lists=8")
        assert [asked[path] for path in ("/", "/rili/1", "/rili/2")] == [1, 1, 1]
        assert sum(asked[path] for path in ("/index.xml", *maps)) == 4
        assert json.loads((series.folder / "stats.json").read_text())["newscrawl/limits/lists"]
        series.let_pass(60)
        read += asked
    assert [path for path in maps if not read[path]] == []


GIVEN_UP = {path: Reply(b"", 403) for path in articles(range(9))}
NO_RULES: Pages = {"/robots.txt": Reply(b"", 500)}


@pytest.mark.parametrize("trouble", [GIVEN_UP, NO_RULES], ids=["host_given_up", "robots_txt_fails"])
def test_nights_in_which_nothing_is_asked_for_cost_no_article(trouble: Pages, series: Series) -> None:
    healthy = portal(range(9)) | {"/robots.txt": robots("")}
    series.pages |= healthy
    series.run("-a", "articles=2")
    asked: Counter[str] = Counter()
    for _ in range(5):
        series.pages |= trouble
        asked += series.run(*ONE_AT_A_TIME, "-s", "BLOCKED_DELAY_MAX=0", "-s", "BLOCKED_IN_A_ROW=3")
    series.pages |= healthy
    never = [path for path in articles(range(2, 9)) if not asked[path]]
    assert len(never) >= 4
    assert {series.row(path)["tries"] for path in never} == {0}
    series.run()
    came = {path for path, _ in series.lines()}
    assert came >= {*never}


def test_what_a_dead_list_names_is_asked_for_after_a_week(series: Series) -> None:
    numbers = range(80)
    series.pages |= portal(numbers, lambda path: Reply(b"", 404))
    left = {*articles(numbers)} - {*series.run(*ONE_AT_A_TIME)}
    assert len(left) >= 10
    series.pages |= portal(numbers)
    assert not left & {*series.run()}
    series.let_pass(WEEK)
    assert left <= {*series.run()}


def test_a_list_that_a_limit_left_is_read_once_by_the_next_run(series: Series) -> None:
    series.pages |= {
        "/": html("/rili/1"),
        **{f"/rili/{number}": html(f"/rili/{number + 1}", f"/t{number}.html") for number in range(1, 8)},
        **{path: html() for path in articles(range(1, 8))},
    }
    series.run("-a", "lists=4")
    asked = series.run()
    assert [asked[f"/rili/{number}"] for number in range(1, 8)] == [1] * 7


def test_a_later_page_of_an_article_is_none_of_its_own(series: Series) -> None:
    series.pages |= {"/": html("/t1.html"), "/t1_2.html": html(text="第二页")}
    series.pages["/t1.html"] = html(text='<a href="t1_2.html">下一页</a>')
    assert series.run()["/t1_2.html"] == 1
    series.pages["/"] = html("/t1.html", "/t1_2.html")
    assert series.run()["/t1_2.html"] == 0
    assert series.lines() == [("/t1.html", 1)]
