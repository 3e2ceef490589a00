"""`scrapy suggest-layout`: on the templates of the demo, on saved pages whose truth is known, on misleading ones."""

from __future__ import annotations

import doctest
import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import UsageError

from newscrawl import flow
from newscrawl.demo import mirror, portal
from newscrawl.demo.news import load_news, portal_path
from newscrawl.extract import dom
from newscrawl.extract.layout import Layout
from newscrawl.items import Article
from newscrawl.page import Page
from newscrawl.suggest import compare
from newscrawl.suggest.compare import Difference, suggest
from newscrawl.suggest.printed import as_code
from newscrawl.suggest.selectors import selectors_of
from tests import commands

PAGES = Path(__file__).parent / "pages"
# as the pages of a template are addressed -> what is proposed for it
TEMPLATES = {
    "/content/": {"title": "h1", "byline": "div.information_box", "body": "div.text", "breadcrumb": "div.lmy_dw"},
    "/xw/": {"title": "h1.title", "byline": "div.info", "body": "div.text"},
    "/p/": {"title": "h1", "byline": "div.information_box", "body": "div.text", "source": "div.information_box a"},
}


def decoded(body: bytes, url: str, headers: dict[str, str] | None = None) -> Page:
    article = Article(url=url, pages=[Page(url=url, body=body, headers=headers or {})])
    for stage in flow.STAGES[:2]:
        stage(article)
    return article.pages[0]


def pages_of(start: str, most: int, site: Any = portal) -> dict[str, Page]:
    """The first articles of the demo whose addresses begin so, decoded and restored."""
    paths = [path for story in load_news() if (path := portal_path(story)).startswith(start)][:most]
    return {path: decoded(site.answer(path, "").body, f"http://www.jianghan.example{path}") for path in paths}


@pytest.mark.parametrize("start", TEMPLATES)
def test_templates_of_the_demo(start: str) -> None:
    found = suggest(pages_of(start, 6), "demo/x", {})
    assert found is not None
    for part, css in TEMPLATES[start].items():
        assert getattr(found.layout, part) == css
    assert [str(one) for one in found.differences if one.verdict in ("worse", "other")] == []
    assert found.misfits == {}


def test_the_mirrors_pages_have_the_same_template() -> None:
    found = suggest(pages_of("/content/", 3, mirror), "demo/x", {})
    assert found is not None
    assert (found.layout.body, found.layout.byline) == ("div.text", "div.information_box")


def test_pages_of_another_template_are_named() -> None:
    pages = {**pages_of("/content/", 3), **pages_of("/xw/", 1)}
    found = suggest(pages, "demo/x", {})
    assert found is not None
    (misfit,) = found.misfits
    assert misfit.startswith("/xw/") and "no byline at div.information_box" in found.misfits[misfit]
    assert len(found.fits) == 3


def made(number: int, body: str) -> Page:
    text = "".join(
        f"<p>第{number}篇的第{line}段，说的是城里的一件小事，写得不长，也有头有尾。</p>" for line in range(6)
    )
    head = f"<head><title>这是第{number}篇报道的标题</title></head>"
    html = f"<html>{head}<body>{body.format(n=number, text=text)}</body></html>"
    return decoded(html.encode(), f"http://a.example/{number}.html")


@pytest.mark.parametrize(
    ("body", "part", "css"),
    [
        # numbered ids and classes are another on the next page
        (
            '<h1 id="t-2026{n}">这是第{n}篇报道的标题</h1><div id="a20261{n}" class="txt">{text}</div>',
            "body",
            "div.txt",
        ),
        # two elements have the class, and the first is the wrong one
        (
            '<div class="c">无关</div><h1>这是第{n}篇报道的标题</h1><div id="main"><div class="c">{text}</div></div>',
            "body",
            "#main div.c",
        ),
        # tags and classes of office programs and of broken markup, which no selector can name
        (
            '<o:p><h1>这是第{n}篇报道的标题</h1></o:p><ucap:content class="text a&b 1x">{text}</ucap:content>',
            "body",
            ".text",
        ),
        ('<x$y id="t"><h1>这是第{n}篇报道的标题</h1></x$y><x$y id="box">{text}</x$y>', "body", "#box"),
        # nothing has a name but what is around
        ('<div id="box"><h1>这是第{n}篇报道的标题</h1><div><b>图</b></div><div>{text}</div></div>', "title", "h1"),
    ],
)
def test_selectors_are_the_shortest_that_are_right_everywhere(body: str, part: str, css: str) -> None:
    found = suggest({str(number): made(number, body) for number in (1, 2, 3)}, "a/b", {})
    assert found is not None
    assert getattr(found.layout, part) == css


def test_every_selector_matches_its_element() -> None:
    tree = dom.parse(portal.answer(portal_path(load_news()[0]), "").body.decode())
    pruned = dom.prune(tree)
    told = [(element, css) for element in tree.iter("div", "h1", "a", "p") for css in selectors_of(element)]
    assert len(told) > 100
    assert [css for element, css in told if element not in pruned.select(css)] == []


def test_of_many_classes_a_few_are_tried() -> None:
    many = " ".join(f"c{number}" for number in range(250))
    tree = dom.parse(f'<div class="{many}"><div class="{many}"><p class="{many}">text</p></div></div>')
    assert len(selectors_of(next(tree.iter("p")))) < 300


def test_a_difference_leaves_names_and_values_as_they_are() -> None:
    one = Difference(
        page="expected.html", field="source", verdict="other", general="as expected", layout="expected, expected 'x'"
    )
    assert str(one) == (
        "other: expected.html: source: got \"expected, expected 'x'\", the general extractor has 'as expected'"
    )


def test_truth_beside_the_page_decides(capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(map(str, (PAGES / "cnhubei").glob("trs-*/page.html")))
    assert commands.run("suggest-layout", "--json", "--name", "cnhubei/x", *files) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["layout"]["body"] == "div.TRS_Editor" and told["layout"]["title"] == "h1.title"
    assert len(told["fits"]) == 2 and "trs-special" in next(iter(told["misfits"]))
    assert all(counts["worse"] == counts["other"] == 0 for counts in told["fields"].values())
    assert [compare.judged("a", "b", truth) for truth in ("a", "b", "c")] == ["worse", "better", "other"]


def test_what_is_printed_can_be_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    found = suggest(pages_of("/p/", 2), "demo/x", {})
    assert found is not None
    assert eval(as_code(found.layout).rstrip(","), {"Layout": Layout}) == found.layout


def test_no_layout_and_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    different = [str(PAGES / site / slug / "page.html") for site, slug in (("gscn", "channel"), ("jxnews", "channel"))]
    assert commands.run("suggest-layout", *different) == 1
    assert "no two share a selector for their text" in capsys.readouterr().err
    lists = str(PAGES / "made" / "list_page" / "page.html")
    assert commands.run("suggest-layout", different[0], lists) == 1
    told = capsys.readouterr().err
    assert "left out: list_page" in told and "1 of 2 pages could be read, and it takes two" in told
    with pytest.raises(UsageError, match="name two pages or more"):
        commands.run("suggest-layout", different[0], different[0])
    with pytest.raises(UsageError, match="no such file"):
        commands.run("suggest-layout", "nosuch.html", different[0])


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(compare).failed == 0
