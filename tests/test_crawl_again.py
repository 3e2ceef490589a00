"""Run after run over one portal: what is new, what has changed, what was lost. Real processes, a real server."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest

from newscrawl.crawl.ledger import LedgerError, open_ledger
from newscrawl.crawl.ledger.store import open_to_read
from newscrawl.demo.answer import Answer
from newscrawl.demo.large import LargePortal
from newscrawl.demo.server import serving
from tests.servers import Postgres
from tests.torture.crawls import large, read_output, scrapy

ARTICLES = 300
TOO_LARGE = "abs(-9223372036854775807 - 1)"  # told at the row only


@dataclass
class Site:
    """A portal that counts what it is asked for, and the output of its crawls."""

    portal: LargePortal
    output: Path
    at: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    broken: dict[str, Answer] = field(default_factory=dict)
    postgres: Postgres | None = None
    """Where its ledger is; None for SQLite."""
    database: str = ""

    def answer(self, path: str, base: str) -> Answer:
        self.asked[path] += 1
        return self.broken.get(path) or self.portal.answer(path, base)

    def crawl(self, *options: str) -> subprocess.CompletedProcess[str]:
        self.asked.clear()
        return scrapy(*large(self.at, self.output, *options, *self._ledger()))

    def command(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return scrapy(name, "large", *arguments, "-s", f"OUTPUT_DIR={self.output}", *self._ledger())

    def _ledger(self) -> list[str]:
        return ["-s", f"LEDGER={self.postgres.url.replace('/news', f'/{self.database}')}"] if self.postgres else []

    def lose_ledger(self) -> None:
        if self.postgres:
            self.postgres.sql(self.database, "DROP SCHEMA site_large CASCADE")
        for file in (self.output / "state").glob("large.sqlite*"):
            file.unlink()

    def change_version(self) -> None:
        if self.postgres:
            comment = "COMMENT ON SCHEMA site_large IS 'newscrawl, tables of version 99'"
            self.postgres.sql(self.database, comment)
        else:
            with sqlite3.connect(self.output / "state" / "large.sqlite") as ledger:
                ledger.execute("PRAGMA user_version = 99")

    def articles_asked(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/content/")]

    def files(self) -> list[Path]:
        return sorted((self.output / "articles" / "large").glob("*.jsonl"))

    def lines(self, number: int, revisions: list[int]) -> list[dict[str, Any]]:
        """Those of an article, each of which names the one before it."""
        url = self.at + self.portal.path(number)
        lines = [record for record in read_output(self.output, "large").records if record["url"] == url]
        assert [line["revision"] for line in lines] == revisions
        for before, line in pairwise(lines):
            assert line["previous_hash"] == before["content_hash"] != line["content_hash"]
        return lines

    def harm(self) -> dict[str, int]:
        every = {self.at + self.portal.path(number) for number in range(self.portal.articles)}
        return read_output(self.output, "large").harm(every)


UNHARMED = {"lost": 0, "doubled": 0, "torn": 0}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def first_night(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The portal, crawled once, and served until the tests are through: its address stands in all that was written."""
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    one = Site(LargePortal(ARTICLES), tmp_path_factory.mktemp("output"), postgres=postgres, database="news")
    with serving(one.answer) as at:
        one.at = at
        first = one.crawl()
        assert first.returncode == 0, first.stderr
        assert len(one.articles_asked()) == ARTICLES
        yield one


_copies = count()


@pytest.fixture
def site(first_night: Site, tmp_path: Path) -> Iterator[Site]:
    """After the first night. Each test has a copy of what was written, and a portal that nobody has changed."""
    written = first_night.output
    first_night.output = shutil.copytree(written, tmp_path / "output")
    if first_night.postgres:
        first_night.database = f"copy{next(_copies)}"
        first_night.postgres.database(first_night.database, "news")
    first_night.portal, first_night.broken = LargePortal(ARTICLES), {}
    first_night.asked.clear()
    yield first_night
    first_night.output = written


def test_a_night_with_nothing_new_costs_a_few_lists(site: Site) -> None:
    second = site.crawl()
    assert second.returncode == 0, second.stderr
    assert site.articles_asked() == []
    assert site.asked.total() < 0.15 * (ARTICLES + ARTICLES / 20)
    assert len(site.files()) == 1


def test_only_what_is_new_is_fetched(site: Site) -> None:
    site.portal.articles += 7
    assert site.crawl().returncode == 0
    assert sorted(site.articles_asked()) == sorted(site.portal.path(ARTICLES + number) for number in range(7))
    assert site.harm() == UNHARMED


def test_a_correction_is_a_new_line(site: Site) -> None:
    site.portal.corrected = {5}
    assert site.crawl().returncode == 0
    assert site.articles_asked() == []
    assert site.crawl("-s", "REVISIT_DAYS=7").returncode == 0
    assert len(site.articles_asked()) == ARTICLES
    lines = site.lines(5, [1, 2])
    assert lines[1]["body"][-1].startswith("更正")
    (again,) = (len(file.read_text("utf-8").splitlines()) for file in site.files()[1:])
    assert again == 1


def test_what_could_not_be_had_is_tried_again(tmp_path: Path) -> None:
    site = Site(LargePortal(60), tmp_path)
    impatient = ("-s", "RETRY_ENABLED=False", "-s", "REST_START=0.1")
    ill, missing = site.portal.path(43), site.portal.path(44)
    site.broken = {ill: Answer(status=503, body=b"x"), missing: Answer(status=404, body=b"x")}
    site.broken["/c0/index_2.html"] = Answer(status=503, body=b"x")
    with serving(site.answer) as site.at:
        assert site.crawl(*impatient).returncode == 0
        assert len(read_output(tmp_path, "large").records) == 18
        site.broken.clear()
        assert site.crawl(*impatient).returncode == 0
        assert ill in site.asked
        assert missing not in site.asked, "what is gone is looked at after a day"
        assert len(read_output(tmp_path, "large").records) == 59
        assert site.command("recrawl", "--where", "state = 'gone'").stdout == "1 articles will be fetched again\n"
        assert site.crawl().returncode == 0
        assert site.articles_asked() == [missing]
        assert site.harm() == UNHARMED


def test_a_full_run_leaves_the_rest_to_the_next(tmp_path: Path) -> None:
    site = Site(LargePortal(60), tmp_path)
    with serving(site.answer) as site.at:
        for _ in range(3):
            assert site.crawl("-a", "articles=25").returncode == 0
            assert len(site.articles_asked()) <= 25
        assert site.harm() == UNHARMED


def test_files_that_were_taken_away_stay_done(site: Site) -> None:
    site.files()[0].unlink()
    assert site.crawl().returncode == 0
    assert site.articles_asked() == []


def test_a_file_that_was_cut_gets_its_articles_again(site: Site) -> None:
    (file,) = site.files()
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:290]) + lines[290][:50])
    done = site.crawl()
    assert "is shorter than the ledger says: 10 articles are fetched again" in done.stderr
    assert len(site.articles_asked()) == 10
    assert site.harm() == UNHARMED


def test_bytes_beyond_the_committed_end_are_cut_off(site: Site) -> None:
    (file,) = site.files()
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:1000])
    assert "1000 bytes too many; they are cut off" in site.crawl().stderr
    assert file.read_bytes() == whole


def test_a_lost_ledger_is_made_from_the_files(site: Site) -> None:
    site.lose_ledger()
    done = site.crawl()
    assert f"made from {ARTICLES} lines of articles" in done.stderr
    assert site.articles_asked() == []
    assert site.harm() == UNHARMED


@pytest.mark.parametrize("lost", ["ledger", "line"])
def test_corrections_count_on_from_the_lines_that_are_there(lost: str, site: Site) -> None:
    site.portal.corrected = {5}
    assert site.crawl("-s", "REVISIT_DAYS=0").returncode == 0
    first, second = site.files()
    if lost == "line":
        os.truncate(second, 100)
    else:
        first.unlink()
        site.lose_ledger()
        site.portal.corrected = set()
    assert site.crawl("-s", "REVISIT_DAYS=0").returncode == 0
    site.lines(5, [1, 2] if lost == "line" else [2, 3])


def test_a_damaged_ledger_ends_the_run_and_says_what_to_do(site: Site) -> None:
    if site.postgres:
        pytest.skip("what damages a database is the server's")
    ledger = site.output / "state" / "large.sqlite"
    ledger.write_bytes(b"no ledger" * 1000)
    done = site.crawl()
    assert done.returncode == 1
    assert f"{ledger} is damaged" in done.stderr
    assert "move it away" in done.stderr
    assert site.asked.total() == 0
    assert "Traceback" not in done.stderr


def test_a_ledger_of_a_later_version_is_left_alone(site: Site) -> None:
    site.change_version()
    done = site.crawl()
    assert done.returncode == 1
    assert "written by a later newscrawl" in done.stderr


def test_a_ledger_without_tables_is_made_whole_but_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.sqlite"
    with sqlite3.connect(path) as killed_early:
        killed_early.execute("PRAGMA journal_mode = WAL")
    with pytest.raises(LedgerError, match="holds nothing yet"):
        open_to_read(path)
    open_ledger(path).close()
    open_to_read(path).close()


def test_a_wrong_revisit_is_wrong_usage(site: Site) -> None:
    done = site.crawl("-s", "REVISIT_DAYS=soon")
    assert done.returncode == 2
    assert "REVISIT_DAYS must be a number of days, not 'soon'" in done.stderr


def test_the_ledger_is_shown(site: Site) -> None:
    counted = site.command("ledger").stdout
    assert [line.split() for line in counted.splitlines()] == [
        ["kind", "state", "reason", "addresses"],
        ["article", "exported", str(ARTICLES)],
        ["list", "read", "16"],
    ]
    url = site.at + site.portal.path(9)
    (row,) = map(json.loads, site.command("ledger", url).stdout.splitlines())
    assert (row["url"], row["state"], row["revision"], row["tries"]) == (url, "exported", 1, 0)
    with (site.output / row["file"]).open("rb") as file:
        file.seek(row["offset"])
        assert json.loads(file.read(row["length"]))["url"] == url
    some = site.command("ledger", "--where", "url like '%content_1__.html'", "-n", "5").stdout
    assert len(some.splitlines()) == 5


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ledger", "--where", "nosuch = 1"), "nosuch"),
        (("ledger", "--state", "lost"), "invalid choice"),
        (("recrawl",), "say which"),
        (("recrawl", "--where", "1; drop table runs"), "--where"),
        (("recrawl", "--where", "1=0) or (1=1"), "--where"),
        (("ledger", "--where", "1=0) or (1=1", "--state", "found"), "--where"),
        (("ledger", "--where", "url = '\udcff'"), "--where: it is not written in UTF-8"),
        (("ledger", "--where", f"case id when 5 then {TOO_LARGE} else 1 end > 0", "-n", "500"), "--where: "),
    ],
)
def test_usage(site: Site, arguments: tuple[str, ...], says: str) -> None:
    done = site.command(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
