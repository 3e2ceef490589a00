"""Headlines: which heading it is, and what of the page's title is only the site's name."""

from __future__ import annotations

from typing import Any

import pytest

import newscrawl
from newscrawl.decode.restore.channel import PROFILES, corrupt_page
from newscrawl.extract.title import Heading, choose_title, letters, strip_site

CASES = "titles"


def test_strip_site(row: dict[str, Any]) -> None:
    assert strip_site(row["input"]) == row["expected"]


def test_choose_title(row: dict[str, Any]) -> None:
    headings = [Heading(text, level) for text, level in row["input"]["headings"]]
    chosen = choose_title(row["input"]["page_title"], row["input"]["embedded"], headings)
    assert (chosen[0] if chosen else None) == row["expected"]


def test_letters_are_what_two_printings_share() -> None:
    assert letters("江汉区：启动“春季植树”活动！") == letters("江汉区 启动春季植树活动") == "江汉区启动春季植树活动"
    assert letters("AI 与T恤") == "ai与t恤"
    assert letters("——！ _") == ""


HEADLINE = "江城区举行春季植树活动"
TEXT = "".join(
    f"<p>市园林局负责人说，今年全市计划植树十万株，新建口袋公园{n}个，让居民见到绿地。</p>" for n in "三四五六"
)


def read(title: str, head: str) -> newscrawl.Article:
    page = f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{head}<div>{TEXT}</div></body></html>"
    return newscrawl.read_article(page.encode())


@pytest.mark.parametrize("level", ["h1", "h2"])
@pytest.mark.parametrize("family", ["A", "B", "C'"])
def test_the_logo_of_a_mirror_is_no_headline(level: str, family: str) -> None:
    """A keyword as h1 confirms the title, and both were added by the mirror."""
    copied = f"<{level}>{HEADLINE}</{level}><p>2021-03-04 20:01 来源：江汉网</p><div>{TEXT}</div>"
    page = (
        "<html><head><meta charset=utf-8><title>江城装修公司哪家好_办公室装修报价_厂房装修电话</title></head><body>"
        f"<h1 class=logo>江城装修公司哪家好</h1>{corrupt_page(copied, PROFILES[family])}</body></html>"
    )
    assert newscrawl.read_article(page.encode()).title == HEADLINE


@pytest.mark.parametrize(
    "page_title", ["江汉新闻网", f"{HEADLINE}_江汉新闻网", "江城装修公司哪家好_办公室装修报价_厂房装修电话"]
)
def test_a_heading_that_holds_time_and_source(page_title: str) -> None:
    """PHPCMS prints them in the h1."""
    byline = "<span>2014-06-20 09:13:41&nbsp;&nbsp;来源：江汉晚报&nbsp;&nbsp;评论：<a>0</a> 点击：</span>"
    article = read(page_title, f"<h1>{HEADLINE}<br>{byline}</h1>")
    assert (article.title, article.source, str(article.published_at)) == (
        HEADLINE,
        "江汉晚报",
        "2014-06-20 09:13:41+08:00",
    )


def test_a_heading_of_two_lines_may_hold_a_day() -> None:
    assert read("江汉网", "<h1>春天里的约定<br>写在2021年3月12日植树节到来之际</h1>").title == (
        "春天里的约定 写在2021年3月12日植树节到来之际"
    )


@pytest.mark.parametrize(
    ("page_title", "headline"),
    [("讣告_江汉网", "讣告"), ("讣告_江汉网", "讣 告"), ("秋分帖-江汉晚报", "秋分帖"), ("通知", "通知")],
)
def test_a_headline_may_have_two_characters(page_title: str, headline: str) -> None:
    assert read(page_title, f"<h1>{headline}</h1><p>2021-03-04 20:01 来源：江汉网</p>").title == headline


@pytest.mark.parametrize("page_title", ["江汉晚报", "江汉晚报数字报", ""])
def test_a_short_heading_above_the_byline_goes_before_the_name_of_the_paper(page_title: str) -> None:
    assert read(page_title, "<h1>秋分帖</h1><p>2021-03-04 20:01 来源：江汉网</p>").title == "秋分帖"


def test_a_short_heading_does_not_go_before_a_headline() -> None:
    assert read(f"{HEADLINE}_江汉网", "<h1>要闻</h1><p>2021-03-04 20:01 来源：江汉网</p>").title == HEADLINE


@pytest.mark.parametrize("tag", ["div", "h3"])
def test_a_line_that_begins_with_a_dash_is_no_headline(tag: str) -> None:
    lines = f"<{tag}>走坏两百双解放鞋的人</{tag}><{tag}>——记乡邮员田望春</{tag}>"
    assert read("江汉日报", f"<div>身边的感动</div>{lines}<div>本报记者 李冰</div>").title == "走坏两百双解放鞋的人"


@pytest.mark.parametrize(
    ("above", "below", "subtitle"),
    [
        ("", "<p>——三百多名市民参加</p>", "——三百多名市民参加"),
        ("", "<h2 class=subtitle>三百多名市民参加</h2>", "三百多名市民参加"),
        ("", "<p class=futi>三百多名市民参加</p>", "三百多名市民参加"),
        ("<h3 class=pre>绿色江城行动</h3>", "", "绿色江城行动"),
        (
            "<table><tr><td><founder-introtitle>绿色江城行动</founder-introtitle></td></tr></table>",
            "<table><tr><td><founder-subtitle>——三百多名市民参加</founder-subtitle></td></tr></table>",
            "——三百多名市民参加",
        ),
        ("<p>江城新闻</p>", "<p class=sub>2021-03-04 20:01 来源：江汉网</p>", None),
        ("", "<p>三百多名市民参加</p>", None),
    ],
)
def test_second_headline(above: str, below: str, subtitle: str | None) -> None:
    head = f"{above}<h1>{HEADLINE}</h1>{below}<p>2021-03-04 20:01 来源：江汉网</p>"
    article = read(f"{HEADLINE}_江汉网", head)
    assert (article.title, article.subtitle, article.source) == (HEADLINE, subtitle, "江汉网")


@pytest.mark.parametrize("tag", ["p", "span", "div class=source"])
def test_source_that_is_a_link(tag: str) -> None:
    source = 'href="http://www.jhrb.example/">江汉日报</a>'
    byline = f"2021-03-04 20:01 来源：<a {source} 作者：<a href='/x'>李冰</a>"
    head = f"<h1>{HEADLINE}</h1><a href='/'>首页</a><{tag}>{byline}</{tag.split(maxsplit=1)[0]}>"
    article = read(f"{HEADLINE}_江汉网", head)
    assert (article.source, article.source_url) == ("江汉日报", "http://www.jhrb.example/")


def test_another_link_beside_the_source_is_not_its() -> None:
    head = f"<h1>{HEADLINE}</h1><p>2021-03-04 20:01 来源：江汉日报 <a href='http://www.jhrb.example/c'>评论</a></p>"
    assert read(f"{HEADLINE}_江汉网", head).source_url is None
