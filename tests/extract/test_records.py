"""What holds for every record, on each made page and on pages whose markup hurts or is damaged."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import newscrawl
from newscrawl import Article, Refused
from newscrawl.items import EXPORTED
from newscrawl.publish.feed import to_line

MADE = Path(__file__).parents[1] / "pages" / "made"
SCHEMA = Path(__file__).parents[2] / "docs" / "article.schema.json"
TITLE = "云桥区启动春季植树活动"
SENTENCE = "云桥区今天上午在滨江公园启动春季植树活动，三百多名市民参加。"
HEAD = f"<html><head><meta charset=utf-8><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>2021-03-04 10:00</p>"
TEXT = f"{TITLE}\n来源：江汉日报\n" + f"{SENTENCE}\n" * 5
# The worst markup known takes two seconds here; a slow machine may need more.
PATIENCE = 30

# ---- what holds for every record


@cache
def article_of(slug: str) -> Article | None:
    """The article of a made page; None when it is refused."""
    folder = MADE / slug
    page = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    try:
        if (folder / "page.txt").exists():
            return newscrawl.read_text((folder / "page.txt").read_text(encoding="utf-8"), page["url"])
        return newscrawl.read_article((folder / "page.html").read_bytes(), page["url"], page["headers"])
    except Refused:
        return None


READABLE = [slug for slug in sorted(path.name for path in MADE.iterdir()) if article_of(slug)]
PLACEHOLDERS = {"", "无", "未知", "暂无", "None", "null", "佚名"}


def strings(value: Any) -> Iterator[str]:
    """Every text in a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from strings(part)
    elif isinstance(value, dict):
        yield from strings([*value.keys(), *value.values()])
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))


def check_record(article: Article, where: str) -> None:
    for name in EXPORTED:
        for text in strings(getattr(article, name)):
            assert text not in PLACEHOLDERS, f"{where}: {name} holds {text!r}"
    for name in ("title", "subtitle", "source", "section"):
        text = getattr(article, name)
        assert text is None or text == text.strip(), f"{where}: white space around {name}"
    assert article.body and article.title
    for paragraph in article.body:
        assert paragraph == paragraph.strip(" \t\r\n\u3000\xa0\u200b\ufeff"), f"{where}: {paragraph!r}"
        assert "\n" not in paragraph
    if article.published_at is None:
        assert article.published_precision is None
    else:
        assert article.published_at.utcoffset() == timedelta(hours=8)
        assert article.published_precision in ("second", "minute", "day")
    assert article.trace, f"{where}: no trace"
    assert article.content_hash and re.fullmatch(r"[0-9a-f]{64}", article.content_hash)
    assert article.pages == []


@pytest.mark.parametrize("slug", READABLE)
def test_record(slug: str) -> None:
    article = article_of(slug)
    assert article
    check_record(article, slug)
    if article.published_precision == "day" and article.published_at:
        assert article.published_at.time().isoformat() == "00:00:00"
    assert any(line.startswith("extract: ") for line in article.trace)
    assert (article.section is None) or article.section in article.breadcrumb
    assert not {*article.reporters, *article.correspondents} & {article.source}
    for role in ("reporters", "correspondents", "authors", "editors", "reviewers"):
        people = getattr(article, role)
        assert len(people) == len(set(people)), f"{slug}: {role} twice"
    assert article.title not in article.body


@pytest.mark.parametrize("slug", READABLE)
def test_record_fits_the_schema(slug: str) -> None:
    article = article_of(slug)
    assert article
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    record = json.loads(to_line(article))
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(record)
    assert list(record) == EXPORTED


@pytest.mark.parametrize("slug", READABLE)
def test_reading_twice_gives_the_same(slug: str) -> None:
    first = article_of(slug)
    article_of.cache_clear()
    second = article_of(slug)
    assert first and second and to_line(first) == to_line(second)


def test_what_is_missing_is_null_or_empty() -> None:
    article = newscrawl.read_text(f"{TITLE}\n来源：无 作者：佚名 编辑：\n" + f"{SENTENCE}\n" * 5)
    record = json.loads(to_line(article))
    assert record["source"] is None and record["published_at"] is None and record["restored"] is None
    assert record["authors"] == record["editors"] == record["images"] == []


def test_the_schema_knows_a_wrong_record() -> None:
    record = json.loads(to_line(newscrawl.read_text(TEXT)))
    validator = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=FormatChecker())
    for wrong in ({"published_at": "2018-11-29"}, {"title": 5}, {"body": None}, {"colour": "red"}):
        assert list(validator.iter_errors(record | wrong)), wrong
    assert list(validator.iter_errors({name: value for name, value in record.items() if name != "title"}))


@pytest.mark.parametrize("text", [f"\x00{SENTENCE}", f"{SENTENCE}\x1b[0m", f"{SENTENCE}\x07"])
def test_no_control_characters_in_a_record(text: str) -> None:
    article = newscrawl.read_text(f"{TITLE}\n来源：江汉日报\n" + f"{SENTENCE}\n" * 3 + text)
    assert not [found for found in strings(article.body) if re.search(r"[\x00-\x1f\x7f]", found)]


# ---- markup that hurts


HURTING = {
    "divs_nested_100000": "<div>" * 100_000 + SENTENCE * 20,
    "divs_closed_100000": "</div>" * 100_000 + SENTENCE * 20,
    "anchors_nested_300000": "<a href=x>" * 300_000 + SENTENCE * 20,
    "tables_nested": "<table><tr><td>" * 20_000 + SENTENCE * 20,
    "everything_unclosed": "<p><b><i><font><table><tr><td><ul><li><span>" * 20_000 + SENTENCE * 20,
    "attributes": "<p " + "a=b " * 200_000 + ">" + SENTENCE * 20,
    "attributes_each_its_own": f"<p {' '.join(f'a{n}=1' for n in range(200_000))}>" + SENTENCE * 20,
    "attributes_and_a_bracket": f"<p {' '.join(f'a{n}=1' for n in range(200_000))} <>" + SENTENCE * 20,
    "attributes_of_brackets": "<p " + " ".join(f'a{n}=">"' for n in range(200_000)) + ">" + SENTENCE * 20,
    "attributes_without_a_space": "<p " + "".join(f'a{n}="1"' for n in range(200_000)) + ">" + SENTENCE * 20,
    "quotes_open": "<p a='" * 300_000 + SENTENCE * 20,
    "one_attribute": "<p a='" + "b" * 2_000_000 + "'>" + SENTENCE * 20,
    "comments_open": "<!--" * 100_000 + SENTENCE * 20,
    "cdata_open": "<![CDATA[" * 100_000 + SENTENCE * 20,
    "entities": "&#x110000;&#0;&#xD800;&bogus;" * 10_000 + SENTENCE * 20,
    "json_ld_nested": "<script type='application/ld+json'>" + "[" * 50_000 + "]" * 50_000 + "</script>" + SENTENCE * 20,
    "json_ld_of_wrong_types": """<script type='application/ld+json'>{"@type": ["NewsArticle", 1], "headline": 5,
        "datePublished": [1], "author": {"name": [null]}, "@graph": 3}</script>"""
    + SENTENCE * 20,
    "paragraphs_20000": f"<p>{SENTENCE}</p>" * 20_000,
    "one_line_of_a_megabyte": SENTENCE * 10_000,
    "pictures_50000": "<img src=x>" * 50_000 + SENTENCE * 20,
    "links_20000": f"<a href=x>{SENTENCE}</a>" * 20_000,
    "control_characters": "".join(map(chr, range(1, 32))) + SENTENCE * 20,
    "labels_4000": "记者" * 4_000,
    "brackets": "（记者" * 20_000,
    "dates": "2018年11月" * 20_000,
    "paths": ">" * 40_000,
    "pinyin": "會(huì)" * 20_000,
    "question_marks": "?qǐng)" * 20_000,
    "latin_marks": "Ã" * 20_000,
    "private_use": "\ue000" * 20_000,
}


@pytest.mark.parametrize("html", HURTING.values(), ids=HURTING)
def test_markup_that_hurts(html: str) -> None:
    start = time.process_time()
    try:
        article = newscrawl.read_article((HEAD + html).encode(), "http://news.example.com/1.html")
    except Refused as refused:
        assert refused.reason != "internal_error", refused.detail
    else:
        check_record(article, "hurting")
    assert time.process_time() - start < PATIENCE


@pytest.mark.parametrize("seed", range(30))
def test_damaged_pages(seed: int) -> None:
    """A good page with bytes cut out, doubled and changed: an article or a refusal, never anything else."""
    chance = random.Random(seed)
    source = chance.choice(sorted(MADE.glob("*/page.html"))).read_bytes()
    places = sorted(chance.randrange(len(source)) for _ in range(20))
    pieces = [source[a:b] for a, b in pairwise([0, *places, len(source)])]
    damaged = b"".join(chance.choice([piece, piece, piece[::-1], piece * 2, b""]) for piece in pieces)
    try:
        check_record(newscrawl.read_article(damaged, "http://news.example.com/1.html"), f"seed {seed}")
    except Refused as refused:
        assert refused.reason != "internal_error", refused.detail
