"""The public functions: whatever comes in, an article comes out or a named refusal, and nothing else."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import newscrawl
from newscrawl import Article, Refused, flow
from newscrawl.page import MAX_BYTES, Page
from newscrawl.refused import REASONS

TITLE = "云桥区启动春季植树活动"
SENTENCE = "云桥区今天上午在滨江公园启动春季植树活动，三百多名市民参加。"
HEAD = f"<html><head><meta charset=utf-8><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>2021-03-04 10:00</p>"
PAGE = (HEAD + f"<p>{SENTENCE}</p>" * 5).encode()
TEXT = f"{TITLE}\n来源：江汉日报\n" + f"{SENTENCE}\n" * 5


def reason(call: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    assert caught.value.reason in REASONS
    assert str(caught.value)
    return caught.value.reason


# ---- what is no page at all


@pytest.mark.parametrize("body", [None, "a page", 5, [PAGE], object()], ids=["none", "str", "int", "list", "object"])
def test_read_article_takes_bytes_only(body: Any) -> None:
    assert reason(newscrawl.read_article, body) == "bad_input"


@pytest.mark.parametrize("text", [None, PAGE, 5, [TEXT]], ids=["none", "bytes", "int", "list"])
def test_read_text_and_restore_take_text_only(text: Any) -> None:
    assert reason(newscrawl.read_text, text) == "bad_input"
    assert reason(newscrawl.restore, text) == "bad_input"


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_other_kinds_of_bytes_are_bytes(kind: Callable[[bytes], Any]) -> None:
    assert newscrawl.read_article(kind(PAGE)).title == TITLE


@pytest.mark.parametrize(
    ("body", "name"),
    [
        pytest.param(b"", "empty_page", id="nothing"),
        pytest.param(b" \r\n\t ", "empty_page", id="white_space"),
        pytest.param(b"<!-- nothing -->", "empty_page", id="comment"),
        pytest.param(b"<!DOCTYPE html>", "empty_page", id="doctype"),
        pytest.param(b"<p>" + b"a" * (9 * 1024 * 1024), "too_large", id="nine_megabytes"),
        pytest.param((HEAD + SENTENCE * 100_000).encode(), "too_large", id="nine_megabytes_of_chinese"),
        pytest.param(gzip.compress(PAGE)[:-20], "truncated", id="gzip_cut"),
        pytest.param(b"\x1f\x8b\x08 no gzip", "truncated", id="gzip_broken"),
        pytest.param(gzip.compress(b"a" * (50 * 1024 * 1024)), "too_large", id="gzip_bomb"),
        pytest.param(gzip.compress(gzip.compress(PAGE)), "not_text", id="gzip_twice"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + PAGE, "not_text", id="picture"),
        pytest.param(b"%PDF-1.4\n" + PAGE, "not_text", id="pdf"),
        pytest.param(b"PK\x03\x04" + PAGE, "not_text", id="zip"),
        pytest.param(b"<p>\x00\x00</p>" + PAGE, "not_text", id="nul"),
        pytest.param(random.Random(1).randbytes(50_000), "not_text", id="random_bytes"),
        pytest.param(b"<script>var article = 1</script>", "list_page", id="script_only"),
        pytest.param(b"<frameset><frame src=a.html></frameset>", "list_page", id="frames"),
        pytest.param(SENTENCE.encode(), "no_title", id="a_sentence"),
        pytest.param(HEAD.encode(), "no_body", id="title_only"),
        pytest.param(b"\xff" * 1000, "no_title", id="high_bytes"),
    ],
)
def test_bad_bytes(body: bytes, name: str) -> None:
    assert reason(newscrawl.read_article, body) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("", "empty_page", id="nothing"),
        pytest.param(" \n\u3000\t", "empty_page", id="white_space"),
        pytest.param(SENTENCE * 300_000, "too_large", id="nine_million_characters"),
        pytest.param("首页\n新闻\n", "list_page", id="menu"),
    ],
)
def test_bad_text(text: str, name: str) -> None:
    assert reason(newscrawl.read_text, text) == name


def test_the_limit_itself_is_allowed() -> None:
    filler = b"<!--" + b"a" * (MAX_BYTES - len(PAGE) - 7) + b"-->"
    assert newscrawl.read_article(PAGE + filler).title == TITLE
    assert reason(newscrawl.read_article, PAGE + filler + b" ") == "too_large"


def test_gzip_that_was_saved_with_the_page_is_unpacked() -> None:
    assert newscrawl.read_article(gzip.compress(PAGE)).body == newscrawl.read_article(PAGE).body


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "?" * 1000, "(a)", "\ue000" * 10])
def test_restore_leaves_what_is_not_damaged(text: str) -> None:
    restored = newscrawl.restore(text)
    assert (restored.text, restored.family, restored.steps, restored.confidence) == (text, None, [], 1.0)


# ---- what comes with the page


@pytest.mark.parametrize(
    "headers",
    [
        None,
        {},
        {"cOnTeNt-TyPe": "text/html; charset=utf-8"},
        {"CONTENT-TYPE": "TEXT/HTML; CHARSET=GB2312"},
        {"Content-Type": "text/html; charset=no-such-charset"},
        {"Content-Type": "text/html; charset=rot13"},
        {"Content-Type": None},
        {"Content-Encoding": "gzip"},
        {1: 2},
    ],
    ids=["none", "empty", "odd_case", "wrong", "unknown", "no_text_codec", "null", "encoding", "numbers"],
)
def test_headers(headers: Any) -> None:
    assert newscrawl.read_article(PAGE, headers=headers).body == [SENTENCE] * 5


@pytest.mark.parametrize("codec", ["rot13", "hex", "zip", "undefined", "idna", "utf-7", "unicode_escape", "a" * 9999])
def test_charsets_that_are_none(codec: str) -> None:
    page = PAGE.decode().replace("charset=utf-8", f"charset={codec}").encode("gb18030")
    article = newscrawl.read_article(page, headers={"Content-Type": f"text/html; charset={codec}"})
    assert (article.title, article.charset) == (TITLE, "gb18030")


@pytest.mark.parametrize("headers", ["text/html", [("Content-Type", "text/html")]], ids=["str", "pairs"])
def test_headers_of_another_kind(headers: Any) -> None:
    assert reason(newscrawl.read_article, PAGE, headers=headers) == "bad_input"


@pytest.mark.parametrize("url", ["", "page.html", "::::", "http://a:99999999/", "http://a/" + "b" * 100_000, "http://"])
def test_odd_addresses(url: str) -> None:
    assert newscrawl.read_article(PAGE, url).body == [SENTENCE] * 5


@pytest.mark.parametrize("url", ["http://[::1", "http://[abc]/"])
def test_addresses_that_cannot_be_split(url: str) -> None:
    assert newscrawl.read_article(PAGE, url).body == [SENTENCE] * 5


@pytest.mark.parametrize(
    "tag", ['<img src="http://[::1">', '<link rel="canonical" href="http://[::1">'], ids=["picture", "canonical"]
)
def test_a_broken_address_on_the_page_does_not_cost_the_article(tag: str) -> None:
    page = PAGE.replace(f"<p>{SENTENCE}".encode(), f"<p>{tag}{SENTENCE}".encode())
    assert newscrawl.read_article(page, "http://news.example.com/1.html").body == [SENTENCE] * 5


def test_times_are_never_the_machines_own() -> None:
    article = newscrawl.read_text(f"{TITLE}\n3小时前 来源：江汉日报\n" + f"{SENTENCE}\n" * 5)
    assert article.published_at is None
    assert article.fetched_at is None


@pytest.mark.parametrize("body", [b"", b"   ", b"\x89PNG\r\n\x1a\n"])
def test_bad_later_page_does_not_cost_the_article(body: bytes) -> None:
    good = (Path(__file__).parent / "pages" / "cnhubei" / "trs-2018" / "page.html").read_bytes()
    pages = [
        Page(url="http://news.cnhubei.com/1.html", body=good),
        Page(url="http://news.cnhubei.com/2.html", body=body),
    ]
    article = flow.run(Article(url="http://news.cnhubei.com/1.html", pages=pages))
    assert article.body
    assert [line for line in article.trace if "page 2 left out" in line]
