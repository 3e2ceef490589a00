"""Mirror forensics: a made-up page with one thing or another that tells of its origin, and the verdict on it.

The page of a row is clean and names nobody; `input` adds to it: url, channel (a key of PROFILES), title (the whole page
title), head (markup), crumb, source, text (paragraphs between its own), foot (markup), flat (the page as text).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import newscrawl
from newscrawl import Article
from newscrawl.decode.restore.channel import PROFILES, corrupt_page
from newscrawl.extract.draft import Draft, Line
from newscrawl.extract.embedded import Embedded
from newscrawl.judge import mirror
from newscrawl.judge.junk import repeated_keywords
from newscrawl.judge.mirror import signs
from newscrawl.judge.mirror.address import archived, mend
from newscrawl.judge.mirror.portals import portals
from newscrawl.tables import rows

CASES = "mirrors"
ELSEWHERE = "http://www.somewhere.example/a/88.html"
TITLE = "渡口修好了新码头"
TEXT = (
    "5月20日，沅口市老渡口的新码头开始使用，码头长六十米，可以同时停靠四条渡船，每天从清晨六点开到晚上九点。",
    "渡口每天有两千多人过江，大多是到对岸上班的工人和上学的孩子，过去只有一条木栈道，涨水时就要停航。",
    "船长周长河说，新码头装了护栏和照明灯，还设了候船室，老人和孩子不用再站在风雨里等船。",
)


def page_of(seen: dict[str, Any]) -> str:
    paragraphs = "".join(f"<p>{text}</p>\n" for text in (*TEXT[:2], *seen.get("text", []), TEXT[2]))
    source = f" 来源：{seen['source']}" if "source" in seen else ""
    page = f"""<html><head><meta charset="utf-8">{seen.get("head", "")}</head><body>
<div class="path">{seen.get("crumb", "")}</div>\n<h1>{TITLE}</h1>\n<div>2021-05-20 09:30{source}</div>
<div class="text">{paragraphs}</div>\n{seen.get("foot", "")}</body></html>"""
    wrecked = corrupt_page(page, PROFILES[seen["channel"]]) if "channel" in seen else page
    # a mirror does not convert the title that it puts in
    return wrecked.replace("<head>", f"<head><title>{seen.get('title', TITLE)}</title>")


def read(seen: dict[str, Any]) -> Article:
    page = page_of(seen)
    url = seen.get("url", ELSEWHERE)
    if seen.get("flat"):
        return newscrawl.read_text(re.sub(r"<head>.*?</head>|<[^>]*>", "", page), url)
    return newscrawl.read_article(page.encode(), url)


def test_unmask(row: dict[str, Any]) -> None:
    article = read(row["input"])
    expected = {"mirror_of": None, "original_url": None} | row["expected"]
    told = [line for line in article.trace if line.startswith(("mirror_of:", "original_url:"))]
    found = {"mirror_of": article.mirror_of, "original_url": article.original_url}
    assert found == {name: expected[name] for name in found}, told
    assert [said for said in expected.get("trace", []) if said not in "\n".join(told)] == [], told


def test_how_sure(row: dict[str, Any]) -> None:
    """`expected` is a range: a change of a weight that keeps within it is none of this test's business."""
    article = read(row["input"])
    low, high = row["expected"]
    assert low <= (article.mirror_confidence or 0.0) <= high, article.trace


def test_a_verdict_has_its_confidence_and_its_reasons(any_row: dict[str, Any]) -> None:
    if any_row["call"] not in ("unmask", "how_sure"):
        return
    article = read(any_row["input"])
    lines = [line for line in article.trace if line.startswith("mirror_of:")]
    assert (article.mirror_confidence is None) == (article.mirror_of is None)
    if article.mirror_confidence is not None:
        assert mirror.SURE <= article.mirror_confidence <= mirror.CERTAIN
        assert lines[0].startswith(f"mirror_of: {article.mirror_of} {article.mirror_confidence:.2f}: ")
        assert re.search(r"\((?:copy|[\w.]+) \+\d", lines[0])


def test_mend(row: dict[str, Any]) -> None:
    assert list(mend(*row["input"])) == row["expected"]


def test_archived(row: dict[str, Any]) -> None:
    assert archived(row["input"]) == row["expected"]


def test_repeated_keywords(row: dict[str, Any]) -> None:
    seen = {"title": None, "lines": [], "body": [], "hidden": []} | row["input"]
    draft = Draft(
        how="",
        page_text="\n".join([*seen["lines"], *seen["body"]]),
        body=[Line(text) for text in seen["body"]],
        hidden=seen["hidden"],
        embedded=Embedded(title=seen["title"]),
    )
    assert repeated_keywords(draft) == row["expected"]


def test_each_weight_is_given_by_a_sign() -> None:
    source = Path(signs.__file__).read_text("utf-8")
    names = [row["sign"] for row in rows("mirror_signs")]
    assert [name for name in names if f'"{name}"' not in source] == []
    assert len(names) == len(set(names))


def test_marks_of_portals_are_of_a_known_kind_and_of_one_portal() -> None:
    marks = [(row["kind"], row["mark"]) for row in rows("portals")]
    assert {kind for kind, _ in marks} == {"host", "name", "licence", "office"}
    assert len(marks) == len(set(marks))
    # what a site file tells is not told again
    told = set(portals().hosts) - {row["mark"] for row in rows("portals")}
    assert {"cnhubei.com", "jxnews.com.cn", "gscn.com.cn", "yunnan.cn"} <= told


def test_the_host_that_a_site_file_calls_a_mirror_needs_no_evidence() -> None:
    verdict = mirror.unmask(Article(url=ELSEWHERE, site="demo_mirror"), Draft(how=""), "demo")
    assert (verdict.mirror_of, verdict.confidence) == ("demo", 1.0)
    assert verdict.trace == ["mirror_of: demo_mirror is a mirror of demo", "original_url: the page does not tell it"]
