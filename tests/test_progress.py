"""Progress: drawn on a real terminal, with the log above it and gone at the end; not a byte of it anywhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from newscrawl.crawl.frontier import Frontier, Limits
from newscrawl.crawl.ledger.tables import ARTICLE
from newscrawl.progress import Pace
from tests.extract_run import text_of
from tests.forked import Done, Run, scrapy_each
from tests.live import HTML, Pages, Reply, command, html, served
from tests.torture.crawls import free_port

COLUMNS = 60
LINE = re.compile(r"\d+ pages \d+\.\d/s  \d+ articles")
CRAWL, NARROW, RUN, EXTRACT, EXTRACT_MIXED, OFF, PIPE = range(7)


def site() -> Pages:
    """A list and thirty articles, each of which takes a while."""
    names = [f"/t{number}.html" for number in range(30)]
    titled = {name: Reply(html(text=name).body, headers={"Content-Type": HTML}, delay=0.1) for name in names}
    return {"/": html("/index.html"), "/index.html": html(*names), **titled}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Done]]:
    folder = tmp_path_factory.mktemp("progress")
    saved = folder / "saved"
    saved.mkdir()
    for number in range(1, 10):
        (saved / f"{number}.txt").write_text(text_of(f"云桥区第{number}届植树节开幕", number), "utf-8")
    ports = [f"DEMO_PORTAL_PORT={free_port()}", f"DEMO_MIRROR_PORT={free_port()}", f"OUTPUT_DIR={folder / 'demo'}"]
    demo = ["run", "demo", "-L", "INFO", "-a", "articles=20", *(word for name in ports for word in ("-s", name))]
    with served(site()) as there:
        crawls = [folder / name for name in ("wide", "narrow", "off", "pipe")]
        for each in crawls:
            each.mkdir()
        wide, narrow, off, pipe = (
            [*command(there, each)[3:], "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=2"] for each in crawls
        )
        yield scrapy_each(
            [
                Run(command=wide, columns=200),
                Run(command=narrow, columns=COLUMNS),
                Run(command=demo, columns=200, out=str(folder / "records.jsonl")),
                Run(command=["extract", str(saved)], columns=200, out=str(folder / "articles.jsonl")),
                Run(command=["extract", str(saved)], columns=200),
                Run(command=[*off, "-s", "PROGRESS=0"], columns=200),
                Run(command=pipe),
            ]
        )


def drawn(done: Done) -> list[str]:
    """What was drawn at the left edge, one over the other."""
    return [part for part in re.split(r"[\r\n]+", done.err) if LINE.search(part)]


def test_a_crawl_draws_one_line_and_takes_it_away(told: list[Done]) -> None:
    lines = drawn(told[CRAWL])
    assert len(lines) > 2 and all(line.startswith("testsite 0:0") for line in lines)
    counts = [int(re.search(r"(\d+) articles", line)[1]) for line in lines]
    assert counts == sorted(counts) and counts[-1] > counts[0]
    assert re.search(r"  0:0\d left", lines[-1]), "what waits is known when the lists are read"
    last = told[CRAWL].err.rindex(lines[-1])
    assert re.match(r"[^\n]*\r *\r", told[CRAWL].err[last:]), "the line is wiped out"


def test_the_log_passes_above_the_line(told: list[Done]) -> None:
    dated = re.compile(r"(^|[\r\n])\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[")
    for number in (CRAWL, RUN):
        logged = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[", told[number].err)
        assert len(logged) == len(dated.findall(told[number].err)) > 5


def test_it_is_cut_to_the_width_of_the_terminal(told: list[Done]) -> None:
    lines = drawn(told[NARROW])
    assert lines and max(map(len, lines)) <= COLUMNS


def test_a_run_draws_one_line_for_all_sites_and_records_stay_clean(told: list[Done]) -> None:
    assert [json.loads(line)["site"] for line in told[RUN].out.splitlines()] == ["demo"]
    lines = drawn(told[RUN])
    assert lines and all(line.startswith("0 of 1 sites done, at demo, 0:") for line in lines)


def test_extract_knows_how_many_pages_there_are(told: list[Done]) -> None:
    assert [json.loads(line)["title"][:4] for line in told[EXTRACT].out.splitlines()] == ["云桥区第"] * 9
    lines = drawn(told[EXTRACT])
    assert lines and re.match(r"\d+% 0:0\d  \d pages", lines[0]) and " left" in lines[0]
    assert "云桥区" not in "".join(lines)
    assert told[EXTRACT].err.endswith("9 read, 9 articles, 0 refused\r\n")


@pytest.mark.parametrize("number", [EXTRACT_MIXED, OFF, PIPE], ids=["articles-on-the-terminal", "switched-off", "pipe"])
def test_not_a_byte_of_it(told: list[Done], number: int) -> None:
    done = told[number]
    assert done.code == 0
    assert drawn(done) == []
    assert "\r" not in done.err.replace("\r\n", "\n") + done.out


def test_what_remains_is_told_only_when_it_is_known() -> None:
    frontier = Frontier(
        article_shape=re.compile(r"/t\d"), list_shape=re.compile("/l"), on_site=bool, limits=Limits(articles=3)
    )
    base = "http://news.example.cn"
    frontier.start([f"{base}/"])
    assert frontier.remaining() is None, "a list waits"
    frontier.sort([f"{base}/t1", f"{base}/t2"], depth=1)
    assert frontier.remaining() is None
    frontier.ledger.read(f"{base}/")
    assert frontier.remaining() == 2
    assert [waiting.kind for waiting in frontier.take(1)] == [ARTICLE]
    assert frontier.remaining() == 2, "one is under way"
    frontier.sort([f"{base}/t3", f"{base}/t4", f"{base}/l5"], depth=1)
    assert frontier.remaining() == 3, "more than the run may fetch waits, whatever the list brings"


def test_pace_is_of_the_last_half_minute() -> None:
    pace = Pace(0.0)
    assert pace.at(0.0, 0) == 0.0
    assert pace.at(10.0, 20) == 2.0
    assert [round(pace.at(now, 20), 2) for now in (20.0, 40.0, 41.0)] == [1.0, 0.0, 0.0]
