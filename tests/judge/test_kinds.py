"""Pages that are never an article, told by address, program, words and structure; and articles that look like them.

A row's input: url, title (the headline), page_title, program, types, page_text, link_share, body (paragraphs), and what
the page has of an article: time, source, people (true or false). The pages are in tests/pages/portals/negatives.jsonl.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import newscrawl
from newscrawl import Refused
from newscrawl.extract.draft import Draft
from newscrawl.extract.embedded import Embedded
from newscrawl.items import Article
from newscrawl.judge.evidence import MOST
from newscrawl.judge.valid import kind_of_page, reason_against
from newscrawl.judge.words import words_against
from newscrawl.refused import REASONS
from newscrawl.tables import rows

CASES = "kinds"
NEGATIVES = Path(__file__).parents[1] / "pages" / "portals" / "negatives.jsonl"
KNOWN_FAILURES = {
    "n-forum-v2.html": "the forum's name is read as the source, so that a thread with a time and prose stands at 4",
    "n-parasite-school.html": "only <title> is stuffed, as on mirrors of genuine articles; headline and text are real",
}
# What the goal asks for of pages never seen.
REFUSED_AT_LEAST = 0.97
EMPTY: dict[str, Any] = {
    "url": None,
    "title": None,
    "page_title": None,
    "program": None,
    "types": [],
    "page_text": "",
    "link_share": 0.0,
    "body": [],
    "time": False,
    "source": False,
    "people": False,
}


def page_of(given: dict[str, Any]) -> tuple[Article, Draft]:
    assert set(given) <= set(EMPTY)
    seen = EMPTY | given
    article = Article(url=seen["url"], title=seen["title"], body=list(seen["body"]))
    article.published_at = datetime.fromisoformat("2021-06-18T08:00:00+08:00") if seen["time"] else None
    article.source = "江汉日报" if seen["source"] else None
    article.reporters = ["李竹青"] if seen["people"] else []
    said = Embedded(title=seen["page_title"], generator=seen["program"], types=list(seen["types"]))
    text = seen["page_text"] or "\n".join(seen["body"])
    return article, Draft(how="", page_text=text, link_share=seen["link_share"], embedded=said)


def test_kind_of_page(row: dict[str, Any]) -> None:
    found = kind_of_page(*page_of(row["input"]))
    assert (found[0] if found else None) == row["expected"], found
    assert row["expected"] is None or row["expected"] in REASONS


def test_reason_against(row: dict[str, Any]) -> None:
    found = reason_against(*page_of(row["input"]))
    assert (found[0] if found else None) == row["expected"], found


def test_told(row: dict[str, Any]) -> None:
    found = kind_of_page(*page_of(row["input"]))
    assert found
    assert [part for part in row["expected"] if part not in found[1]] == [], found[1]


@pytest.mark.parametrize("reason", sorted({row["reason"] for row in rows("kinds")}))
@pytest.mark.parametrize("where", sorted({row["where"] for row in rows("kinds")}))
def test_no_list_of_words_is_worth_more_than_an_article(reason: str, where: str) -> None:
    """A page on which every plain word of the table stands: what one place gives is capped below time and prose."""
    words = [word for row in rows("kinds") for word in row["pattern"].split("|")]
    article, draft = page_of({"url": " ".join(words), "title": " ".join(words), "program": " ".join(words)})
    draft.page_text = "\n".join(words)
    found = [evidence for evidence in words_against(article, draft) if evidence.reason == reason]
    assert [evidence for evidence in found if evidence.seen.startswith(where) and evidence.points > MOST] == []


def negatives() -> list[dict[str, Any]]:
    return [json.loads(line) for line in NEGATIVES.read_text(encoding="utf-8").splitlines()]


@cache
def refusal(file: str, url: str | None) -> Refused | None:
    try:
        newscrawl.read_article((NEGATIVES.parent / file).read_bytes(), url or "")
    except Refused as refused:
        return refused
    return None


def each_negative() -> list[Any]:
    return [
        pytest.param(
            entry,
            id=entry["file"],
            marks=[pytest.mark.xfail(reason=KNOWN_FAILURES[entry["file"]], strict=True)]
            if entry["file"] in KNOWN_FAILURES
            else [],
        )
        for entry in negatives()
    ]


@pytest.mark.parametrize("entry", each_negative())
def test_negative_is_refused_with_evidence(entry: dict[str, Any]) -> None:
    found = refusal(entry["file"], entry["url"])
    assert found, f"{entry['neg_type']} is read as an article"
    assert found.reason in REASONS
    assert found.reason != "internal_error"
    assert found.detail


def test_enough_negatives_are_refused() -> None:
    entries = negatives()
    refused = sum(refusal(entry["file"], entry["url"]) is not None for entry in entries)
    assert refused >= REFUSED_AT_LEAST * len(entries)


def test_every_negative_is_in_the_manifest() -> None:
    files = [entry["file"] for entry in negatives()]
    assert sorted(files) == sorted(path.name for path in NEGATIVES.parent.glob("n-*.html"))
    assert set(files) >= set(KNOWN_FAILURES)
