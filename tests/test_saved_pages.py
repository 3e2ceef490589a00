"""Saved pages, a folder each: page.html (bytes), page.json (where it came from), expected.json (the fields).

The pages are made up, in the shapes that the site files describe: they prove offline that a site file reads its
templates. A test a page and field. In page.json: `url`, `headers`, `why` (what the page is there for), `layout` (the
layout that reads it, or general), `next` (the address of the article's next page, when it has one) and
`known_failures` (field: what is wrong today), each of them a strict expected failure.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import newscrawl
from newscrawl.crawl.paging import next_page
from newscrawl.page import Page
from newscrawl.publish.feed import to_line
from newscrawl.sites import site_of, sites

PAGES = Path(__file__).parent / "pages"
# The demo serves its pages itself, over HTTP.
SITES = sorted(name for name in sites() if not name.startswith("demo"))
SAVED = sorted(f"{site}/{path.parent.name}" for site in SITES for path in (PAGES / site).glob("*/page.json"))
KEYS = frozenset(("url", "headers", "why", "layout", "next", "known_failures"))


def load(saved: str, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((PAGES / saved / name).read_text("utf-8"))
    return loaded


@cache
def record(saved: str) -> dict[str, Any]:
    page = load(saved, "page.json")
    article = newscrawl.read_article((PAGES / saved / "page.html").read_bytes(), page["url"], page["headers"])
    read: dict[str, Any] = json.loads(to_line(article))
    return read


def page_and_field() -> list[Any]:
    params = []
    for saved in SAVED:
        failures = load(saved, "page.json").get("known_failures", {})
        for name in load(saved, "expected.json"):
            marks = [pytest.mark.xfail(reason=failures[name], strict=True)] if name in failures else []
            params.append(pytest.param(saved, name, marks=marks, id=f"{saved}-{name}"))
    return params


@pytest.mark.parametrize(("saved", "name"), page_and_field())
def test_field(saved: str, name: str) -> None:
    assert record(saved)[name] == load(saved, "expected.json")[name]


@pytest.mark.parametrize("saved", SAVED)
class TestPage:
    def test_says_what_it_is_there_for(self, saved: str) -> None:
        page = load(saved, "page.json")
        assert page.keys() <= KEYS
        assert page["why"]
        assert page.get("known_failures", {}).keys() <= load(saved, "expected.json").keys()
        assert saved.isascii()

    def test_address_is_an_article_of_its_site(self, saved: str) -> None:
        url, site = load(saved, "page.json")["url"], saved.partition("/")[0]
        assert re.search(sites()[site].article_url, url)
        assert site_of(urlsplit(url).netloc) == site

    def test_trace_names_the_layout(self, saved: str) -> None:
        layout = load(saved, "page.json")["layout"]
        how = "general extractor" if layout == "general" else f"layout {layout}"
        assert f"extract: {how}" in record(saved)["trace"]

    def test_next_page_is_of_the_same_article(self, saved: str) -> None:
        page = load(saved, "page.json")
        body = (PAGES / saved / "page.html").read_bytes()
        assert next_page(Page(url=page["url"], body=body, headers=page["headers"])) == page.get("next")


@pytest.mark.parametrize("site", SITES)
def test_each_layout_of_a_site_reads_a_saved_page(site: str) -> None:
    read_by = {load(saved, "page.json")["layout"] for saved in SAVED if saved.startswith(f"{site}/")}
    assert {layout.name for layout in sites()[site].layouts} <= read_by
