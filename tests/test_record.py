"""The record of a site's run: what is counted while articles pass, and the line that comes of it."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from newscrawl.items import Article, Repairs, Unresolved
from newscrawl.page import Measured
from newscrawl.publish import counted, most, record, samples
from newscrawl.publish.counted import MOST_DAYS, MOST_SECTIONS, Counted
from newscrawl.publish.record import record_line, run_record
from newscrawl.publish.samples import Samples, sample
from tests.torture.crawls import free_port

ROOT = Path(__file__).parent.parent
CHINA = timezone(timedelta(hours=8))
DAMAGED = """<html><head><title>博彩 棋牌</title></head><body><!-- <p>x --><div>首頁</div>
<h1>高考明日開(kāi)考</h1><p style="display:none">高考明日开考</p>
<p>6月6日,江漢省教育考試院發(fā)布提示:2023年普通高考將于6月7日至9日舉行。</p></body></html>"""


def article(number: int = 1, **changes: Any) -> Article:
    given: dict[str, Any] = {
        "url": f"http://a.cn/{number}.html",
        "title": "高考明日开考",
        "published_at": datetime(2023, 6, 6, 0, 30, tzinfo=CHINA),
        "source": "江汉日报",
        "body": ["6月6日,江汉省教育考试院发布提示:2023年普通高考将于6月7日至9日举行。"],
    }
    return Article(**{**given, **changes})


def repairs(confidence: float = 1.0, *spots: Unresolved) -> Repairs:
    return Repairs(family="B", counts={"annotation": 2}, unresolved=list(spots), confidence=confidence)


@pytest.mark.parametrize("module", [counted, most, record, samples], ids=lambda module: module.__name__)
def test_examples(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_what_is_counted_of_articles() -> None:
    count = Counted()
    count.article(article(1, section="教育", reporters=["张三"], restored=repairs()))
    count.article(article(2, source=None, published_at=None, section="教育"))
    told = count.told()
    assert {name: told["filled"][name] for name in ("title", "source", "reporters", "images")} == {
        "title": 2,
        "source": 1,
        "reporters": 1,
        "images": 0,
    }
    assert (told["sections"], told["families"]) == ({"教育": 2}, {"B": 1})
    assert told["days"] == {"2023-06-06": 1}, "the day in China, not in UTC"


def test_time_of_refused_pages_counts_too() -> None:
    count = Counted()
    count.article(article(1, measured=Measured(seconds={"decode": 0.5, "extract": 1.0})))
    count.work(article(2, measured=Measured(seconds={"decode": 2.0})))
    told = count.told()
    assert told["stage_seconds"] == {"decode": 2.5, "extract": 1.0}
    assert told["slowest"] == [
        {"url": "http://a.cn/2.html", "seconds": 2.0, "decode": 2.0},
        {"url": "http://a.cn/1.html", "seconds": 1.5, "decode": 0.5, "extract": 1.0},
    ]
    assert told["filled"]["title"] == 1


def test_memory_does_not_grow_with_the_run() -> None:
    count = Counted()
    first = datetime(1980, 1, 1, tzinfo=CHINA)
    for number in range(15_000):
        section = "要闻" if number % 3 == 0 else f"{number}" * 100
        count.article(article(number, section=section, published_at=first + timedelta(days=number)))
    assert len(count.sections) <= 10 * MOST_SECTIONS
    assert len(count.days) <= 10 * MOST_DAYS
    told = count.told()
    assert (len(told["sections"]), len(told["days"]), len(told["slowest"])) == (MOST_SECTIONS, MOST_DAYS, 10)
    assert next(iter(told["sections"].items())) == ("要闻", 5_000)
    assert max(told["days"]) == (first + timedelta(days=14_999)).date().isoformat()
    assert len(json.dumps(told)) < 60_000


SPOT = Unresolved(field="body[0]", start=2, seen="海", candidates=["海", "常"])


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (article(source=None, published_at=None), "no published_at, no source"),
        (article(restored=repairs()), "restored, family B; nothing in doubt"),
        (
            article(restored=repairs(0.5, SPOT, SPOT)),
            "confidence 0.5000; 2 unresolved: '海' in body[0], perhaps 海 or 常",
        ),
        (article(), None),
    ],
    ids=["missing", "restored", "unsure", "ordinary"],
)
def test_why_an_article_is_a_sample(one: Article, why: str | None) -> None:
    chosen = Samples()
    chosen.offer(one)
    assert [each["why"] for each in chosen.chosen()] == ([why] if why else [])


def test_the_least_sure_are_the_samples_and_few() -> None:
    chosen = Samples()
    for number in range(500):
        chosen.offer(article(number, restored=repairs(0.2 if number == 250 else 0.9, SPOT)))
        chosen.offer(article(1000 + number, restored=repairs()))
    found = chosen.chosen()
    assert found[0]["url"] == "http://a.cn/250.html"
    assert len(found) <= 20
    assert len(json.dumps(found)) < 20_000


def test_a_sample_shows_the_same_text_before_and_after() -> None:
    found = sample(article(restored=repairs(), measured=Measured(before=DAMAGED)))
    assert (found["title_before"], found["title"]) == ("高考明日開(kāi)考", "高考明日开考")
    assert found["before"] == "6月6日,江漢省教育考試院發(fā)布提示:2023年普通高考將于6月7日至9日舉行。"
    assert found["after"] == "6月6日,江汉省教育考试院发布提示:2023年普通高考将于6月7日至9日举行。"


@pytest.mark.parametrize(
    "before",
    ["", "<html>", "<p>" + "<!--" * 50_000, "<script" * 30_000, "<p>x</p>" * 20_000, "\ud800\x00<p>"],
    ids=["clean", "empty", "comments", "scripts", "blocks", "surrogate"],
)
def test_a_page_that_is_a_trap_is_shown_without_its_text(before: str) -> None:
    found = sample(article(measured=Measured(before=before)))
    assert (found["before"], found["title_before"]) == (None, None)


def test_a_sample_begins_near_its_doubtful_spot_and_is_short() -> None:
    body = ["第一段。", "长" * 5_000 + "海" + "长" * 5_000]
    spot = Unresolved(field="body[1]", start=5_000, seen="海")
    damaged = f"<p>{body[1]}</p>"
    found = sample(article(body=body, restored=repairs(0.5, spot), measured=Measured(before=damaged)))
    for side in ("before", "after"):
        assert "海" in found[side]
        assert len(found[side]) == 300


STARTED = datetime(2026, 11, 22, 13, 5, tzinfo=timezone.utc)
STATS = {
    "start_time": STARTED,
    "finish_time": STARTED + timedelta(seconds=3),
    "elapsed_time_seconds": 3.0,
    "finish_reason": "finished",
    "response_received_count": 116,
    "downloader/request_count": 123,
    "downloader/response_bytes": 1_535_778,
    "newscrawl/articles": 86,
    "newscrawl/restored": 80,
    "newscrawl/revised": 2,
    "newscrawl/unchanged": 7,
    "newscrawl/fetch_seconds": 6.5,
    "newscrawl/refused/http_error": 2,
    "newscrawl/refused/forum": 3,
    "newscrawl/recovered/retried": 1,
    "newscrawl/blocked/a.cn": 4,
    "newscrawl/limits/host_bytes": 1,
    "newscrawl/files/articles": ["out/1.jsonl"],
    "newscrawl/files/rejects": "out/r.jsonl",
}


def test_the_record_of_a_run() -> None:
    made = run_record("demo", STATS, memory_mb=170.1)
    told = {key: value for key, value in made.items() if value}
    filled = told.pop("filled")
    assert set(filled.values()) == {0}
    assert told == {
        "site": "demo",
        "run": "20261122T130500Z",
        "started_at": "2026-11-22T13:05:00.000+00:00",
        "finished_at": "2026-11-22T13:05:03.000+00:00",
        "seconds": 3.0,
        "finish_reason": "finished",
        "pages": 116,
        "requests": 123,
        "bytes": 1_535_778,
        "articles": 86,
        "revised": 2,
        "unchanged": 7,
        "restored": 80,
        "refused": {"forum": 3, "http_error": 2},
        "recovered": {"retried": 1},
        "blocked": {"a.cn": 4},
        "limits": {"host_bytes": 1},
        "stage_seconds": {"fetch": 6.5, "decode": 0.0, "restore": 0.0, "extract": 0.0, "judge": 0.0, "publish": 0.0},
        "memory_mb": 170.1,
        "files": {"articles": ["out/1.jsonl"], "rejects": "out/r.jsonl", "warc": []},
    }


def test_a_record_has_every_key_even_of_nothing() -> None:
    empty = run_record("demo", {})
    assert list(empty) == list(run_record("demo", STATS))
    assert json.loads(json.dumps(empty)) == empty
    assert {key for key, value in empty.items() if value is None} == {
        "run",
        "started_at",
        "finished_at",
        "finish_reason",
        "memory_mb",
    }


def test_a_line_can_be_printed_whatever_stood_on_the_page() -> None:
    made = run_record("demo", STATS) | {"sections": {"要闻\ud800\u2028": 1}}
    line = record_line(made)
    assert "要闻" in line
    assert "\n" not in line
    assert json.loads(line.encode("utf-8")) == made


CRAWL = """
import asyncio, json, sys
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings
from newscrawl.publish.record import record_line, record_of
settings = get_project_settings()
settings.setdict(json.loads(sys.argv[1]))
process = AsyncCrawlerProcess(settings)
async def crawl():
    for site in ("demo", "demo_mirror"):
        crawler = process.create_crawler(site)
        await process.crawl(crawler)
        print(record_line(record_of(crawler, "20261122T130500Z")))
    from twisted.internet import reactor
    reactor.stop()
task = asyncio.get_event_loop().create_task(crawl())
process.start(stop_after_crawl=False)
"""


@pytest.fixture(scope="module")
def crawl_records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The records of a crawl of the demo and its mirror."""
    given = {"OUTPUT_DIR": str(tmp_path_factory.mktemp("output")), "LOG_LEVEL": "ERROR"}
    ports = {"DEMO_PORTAL_PORT": free_port(), "DEMO_MIRROR_PORT": free_port()}
    command = [sys.executable, "-c", CRAWL, json.dumps(given | ports)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    return {one["site"]: one for line in done.stdout.splitlines() if (one := json.loads(line))}


@pytest.mark.parametrize("site", ["demo", "demo_mirror"])
def test_the_record_agrees_with_what_was_written(crawl_records: dict[str, dict[str, Any]], site: str) -> None:
    made = crawl_records[site]
    (written,) = made["files"]["articles"]
    articles = [json.loads(line) for line in Path(written).read_text("utf-8").splitlines()]
    rejects = Path(made["files"]["rejects"]).read_text("utf-8").splitlines()
    assert (made["articles"], sum(made["refused"].values())) == (len(articles), len(rejects))
    assert made["filled"] == {name: sum(bool(one[name]) for one in articles) for name in made["filled"]}
    assert sum(made["days"].values()) == made["filled"]["published_at"]
    assert made["run"] == "20261122T130500Z"
    assert all(took > 0 for took in made["stage_seconds"].values())
    assert [page["seconds"] for page in made["slowest"]] == sorted(
        (p["seconds"] for p in made["slowest"]), reverse=True
    )


def test_the_mirrors_samples_show_damage_and_repair(crawl_records: dict[str, dict[str, Any]]) -> None:
    made = crawl_records["demo_mirror"]
    assert sum(made["families"].values()) == made["restored"] == 86
    assert 10 <= len(made["samples"]) <= 20
    for one in made["samples"]:
        assert one["before"] != one["after"]
        assert one["title_before"]
        assert len(one["after"]) <= 300
    assert crawl_records["demo"]["samples"] == []
