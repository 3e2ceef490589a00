"""Paths of sections: the line itself, and where it is looked for on a page."""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest

import newscrawl
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
        "<div>首页 / 政务</div>",
        "<div>首页 / 政务 / 正文</div>",
        "<div>首页 -&gt; 政务 -&gt; 正文</div>",
        "<div>首页 ▸ 政务</div>",
        "<div>首页 ❯ 政务</div>",
        "<div class=pos>首页 — 政务</div>",
        "<div class=crumb><a>首页</a> | <a>政务</a></div>",
    ],
)
def test_path_from_the_home_page(html: str) -> None:
    assert find_breadcrumb(dom.blocks(lxml.html.fromstring(f"<div>{html}</div>"))) == ["首页", "政务"]


def test_a_path_names_no_reporter() -> None:
    """时 is a surname, and 时评/江汉日报 would be a person and a paper."""
    text = "".join(f"<p>市园林局负责人说，今年全市计划植树十万株，新建口袋公园{n}个。</p>" for n in range(3, 7))
    for path in ("首页 / 时评 / 正文", "时评 / 正文"):
        article = newscrawl.read_article(
            f"<title>全市植树十万株_江汉网</title><div>{path}</div><h1>全市植树十万株</h1><div>{text}</div>".encode()
        )
        assert (article.reporters, article.source) == ([], None)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<div>首页 | 新闻 | 体育</div>", id="bars"),
        pytest.param("<div>首页 / 登录 / 注册</div>", id="controls"),
        pytest.param("<div>首页 / 新闻 / 体育 / 财经 / 房产 / 汽车</div>", id="slashes"),
        pytest.param("<ul><li>江汉网</li><li>新闻频道</li><li>政务</li></ul>", id="menu"),
        pytest.param("<div>更多&gt;&gt;</div>", id="more"),
        pytest.param("", id="empty"),
    ],
)
def test_no_breadcrumb(html: str) -> None:
    assert find_breadcrumb(dom.blocks(lxml.html.fromstring(f"<div>{html}</div>"))) == []
