"""Lines, names of files, the schema and the summary."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from scrapy.exporters import JsonLinesItemExporter

from newscrawl.items import EXPORTED, Article, Image, Junk, Repairs, Unresolved
from newscrawl.page import Page
from newscrawl.publish.feed import to_line
from newscrawl.publish.paths import article_files, checked_name
from newscrawl.publish.record import run_record
from newscrawl.publish.rejects import reject_line
from newscrawl.publish.schema import article_schema, schema_text
from newscrawl.publish.summary import summary
from newscrawl.refused import Refused

ROOT = Path(__file__).parent.parent
CHINA = timezone(timedelta(hours=8))


def full() -> Article:
    """An article with something in every field."""
    return Article(
        url="http://a.cn/1.html",
        site="cnhubei",
        mirror_of="cnhubei",
        original_url="http://a.cn/0.html",
        canonical_url="http://a.cn/1.html",
        title="题目",
        subtitle="副题",
        published_at=datetime(2018, 11, 29, 15, 37, tzinfo=CHINA),
        published_precision="minute",
        source="湖北日报",
        source_url="http://b.cn/",
        reporters=["张三"],
        correspondents=["李四光"],
        authors=["王五"],
        editors=["赵六"],
        reviewers=["孙七"],
        section="政务",
        breadcrumb=["荆楚网", "政务"],
        body=["第一段。", "第二段\u2028\u0085。"],
        images=[Image(url="http://a.cn/1.jpg", caption=None)],
        restored=Repairs(
            family="A",
            counts={"pinyin": 3},
            unresolved=[Unresolved(field="body[1]", start=2, seen="?")],
            confidence=0.9,
        ),
        junk=[Junk(kind="share", text="分享到")],
        trace=["decode: utf-8"],
        fetched_at=datetime(2026, 11, 22, 13, 5, 1, 25, tzinfo=timezone.utc),
        charset="utf-8",
        http_status=200,
        content_hash="0" * 64,
        pages=[Page(body=b"not to be seen")],
    )


@pytest.mark.parametrize("make", [full, Article], ids=["full", "empty"])
def test_a_line_is_what_scrapy_writes(make: Callable[[], Article]) -> None:
    file = BytesIO()
    JsonLinesItemExporter(file, fields_to_export=EXPORTED, encoding="utf-8").export_item(make())
    assert to_line(make()) + "\n" == file.getvalue().decode("utf-8")


def test_a_line_holds_every_field_in_order_and_no_page() -> None:
    line = to_line(full())
    record = json.loads(line)
    assert list(record) == EXPORTED
    assert "not to be seen" not in line
    assert "题目" in line
    assert (record["published_at"], record["restored"]["counts"]) == ("2018-11-29T15:37:00+08:00", {"pinyin": 3})


def test_schema_file_is_up_to_date() -> None:
    written = (ROOT / "docs" / "article.schema.json").read_text("utf-8")
    assert written == schema_text(), "run: scrapy schema > docs/article.schema.json"


@pytest.mark.parametrize("make", [full, Article], ids=["full", "empty"])
def test_lines_are_valid(make: Callable[[], Article]) -> None:
    validator = Draft202012Validator(article_schema(), format_checker=FormatChecker())
    assert list(validator.iter_errors(json.loads(to_line(make())))) == []


@pytest.mark.parametrize(
    "change",
    [
        {"author": "x"},
        {"published_at": "29.11.2018"},
        {"reporters": None},
        {"images": [{"url": "u"}]},
        {"http_status": "200"},
    ],
)
def test_the_schema_refuses(change: dict[str, Any]) -> None:
    validator = Draft202012Validator(article_schema(), format_checker=FormatChecker())
    record = {**json.loads(to_line(full())), **change}
    assert not validator.is_valid(record)


def test_the_schema_asks_for_every_field_and_describes_it() -> None:
    schema = article_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["required"] == EXPORTED
    for record in (schema, *schema["$defs"].values()):
        assert record["additionalProperties"] is False
        assert all(described.get("description") for described in record["properties"].values())


def test_reject_line() -> None:
    refused = Refused("http_error", "404", url="http://a.cn/1.html", trace=["crawl: 题"])
    line = reject_line(refused, site="demo", fetched_at=datetime(2026, 1, 2, tzinfo=timezone.utc), http_status=404)
    assert json.loads(line) == {
        "url": "http://a.cn/1.html",
        "site": "demo",
        "reason": "http_error",
        "detail": "404",
        "trace": ["crawl: 题"],
        "fetched_at": "2026-01-02T00:00:00+00:00",
        "http_status": 404,
        "title": None,
    }


@pytest.mark.parametrize("name", ["cnhubei", "demo_mirror", "a-1"])
def test_names_of_folders(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["../evil", "", ".", "a/b", "A", "荆楚", "a" * 65, "a\n", "-a"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(ValueError, match="is no name"):
        checked_name(name)


def test_article_files_are_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "articles" / "demo"
    folder.mkdir(parents=True)
    for name in ("20270101T000000Z.jsonl", "20261122T130500Z.jsonl", "notes.txt"):
        (folder / name).touch()
    assert [path.name for path in article_files(tmp_path, "demo")] == [
        "20261122T130500Z.jsonl",
        "20270101T000000Z.jsonl",
    ]
    assert article_files(tmp_path, "cnhubei") == []


PORTAL = {
    "response_received_count": 116,
    "newscrawl/articles": 86,
    "elapsed_time_seconds": 2.71,
    "newscrawl/refused/http_error": 2,
    "newscrawl/refused/too_large": 1,
    "newscrawl/recovered/retried": 1,
    "newscrawl/files/articles": ["out/articles/demo/1.jsonl"],
    "newscrawl/files/rejects": "out/rejects/demo/1.jsonl",
    "newscrawl/expectations": [{"name": "ended", "passed": True, "message": None}],
}
MIRROR = {
    "newscrawl/restored": 80,
    "newscrawl/refused/http_error": 1,
    "newscrawl/limits/articles": 7,
    "newscrawl/expectations": [{"name": "refused", "passed": False, "message": "9 of 10 pages refused"}],
}
SUMMARY = """\
site         pages  articles  restored  refused  recovered  seconds
demo           116        86         0        3          1      2.7
demo_mirror      0         0        80        1          0      0.0

refused
  http_error  3
  too_large   1

limits
  articles  7  the run is full; the next one goes on, and -a articles=N is a larger one

recovered
  retried  1

fell short
  demo_mirror: 9 of 10 pages refused

written
  out/articles/demo/1.jsonl
  out/rejects/demo/1.jsonl"""


def test_summary() -> None:
    assert summary([run_record("demo", PORTAL), run_record("demo_mirror", MIRROR)]) == SUMMARY


def test_summary_of_nothing() -> None:
    assert summary([]) == "site  pages  articles  restored  refused  recovered  seconds"
