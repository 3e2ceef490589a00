"""Paths of sections: the line itself, and where it is looked for on a page."""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest

from newscrawl.extract import dom
from newscrawl.extract.breadcrumb import find_breadcrumb, is_breadcrumb, split_breadcrumb

CASES = "breadcrumbs"


def test_split_breadcrumb(row: dict[str, Any]) -> None:
    assert split_breadcrumb(row["input"]) == row["expected"]


def test_is_breadcrumb(row: dict[str, Any]) -> None:
    assert is_breadcrumb(row["input"]) is row["expected"]


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<div>江汉网 &gt; 新闻频道 &gt; 政务</div>", id="line"),
        pytest.param("<div><a>江汉网</a> &gt; <a>新闻频道</a> &gt; <a>政务</a> &gt; 正文</div>", id="links"),
        pytest.param('<ul class="breadcrumb"><li>江汉网</li><li>新闻频道</li><li>政务</li></ul>', id="list"),
        pytest.param('<div id="position"><p>江汉网</p><p>&gt;新闻频道</p><p>&gt;政务</p></div>', id="pieces"),
        pytest.param(
            "<div>更多&gt;&gt;</div><div>江汉网 &gt; 新闻频道 &gt; 政务</div><div>今日要闻</div>", id="between"
        ),
    ],
)
def test_find_breadcrumb(html: str) -> None:
    assert find_breadcrumb(dom.blocks(lxml.html.fromstring(f"<div>{html}</div>"))) == ["江汉网", "新闻频道", "政务"]


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<ul><li>江汉网</li><li>新闻频道</li><li>政务</li></ul>", id="menu"),
        pytest.param("<div>更多&gt;&gt;</div>", id="more"),
        pytest.param("", id="empty"),
    ],
)
def test_no_breadcrumb(html: str) -> None:
    assert find_breadcrumb(dom.blocks(lxml.html.fromstring(f"<div>{html}</div>"))) == []
