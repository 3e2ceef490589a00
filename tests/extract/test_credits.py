"""Lines of people and papers on a whole page: above the text, behind it and at its end; what they name, and that none
of them is left in the body."""

from __future__ import annotations

from typing import Any

import newscrawl
from newscrawl.extract import byline

CASES = "credits"
TITLE = "临江市举行春季植树活动"
TEXT = [
    "昨日上午，临江市举行春季植树活动，三百多名市民带着铁锹和水桶赶来参加，种下樟树苗六百棵。",
    "市园林局负责人说，今年全市计划植树十万株，新建口袋公园八个，让居民出门五分钟就能见到绿地。",
    "退休教师周明山已经连续十年参加植树，当年种下的第一棵树如今有三层楼高。",
]
NOBODY: dict[str, Any] = {"source": None, **{role: [] for role in byline.ROLES}}


def read(text: list[str], *head: str) -> newscrawl.Article:
    above, below = ("".join(f"<p>{line}</p>" for line in lines) for lines in (head, text))
    page = f"<title>{TITLE}_临江网</title><h1>{TITLE}</h1>{above}<div>{below}</div>"
    return newscrawl.read_article(f"<meta charset=utf-8>{page}".encode(), "http://news.linjiang.example/a/1.html")


def said(article: newscrawl.Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in NOBODY}


def test_head(row: dict[str, Any]) -> None:
    article = read(TEXT, row["input"], "2021-03-04 20:01")
    assert (said(article), article.body) == (NOBODY | row["expected"], TEXT), row["why"]


def test_behind(row: dict[str, Any]) -> None:
    article = read([*TEXT, row["input"]], "2021-03-04 20:01")
    assert (said(article), article.body) == (NOBODY | row["expected"], TEXT), row["why"]


def test_nobody(row: dict[str, Any]) -> None:
    """What names nobody at the end of the text and in a line of its own, though it looks like it."""
    for text in ([*TEXT[:-1], TEXT[-1] + row["input"]], [*TEXT, row["input"]]):
        assert said(read(text, "2021-03-04 20:01")) == NOBODY, row["why"]


def test_first(row: dict[str, Any]) -> None:
    article = read([row["input"], *TEXT], "2021-03-04 20:01")
    assert (said(article), article.body) == (NOBODY | row["expected"], TEXT), row["why"]


def test_a_time_without_a_year_has_a_source_beside_it() -> None:
    address = "https://m.linjiang.example/2022/0419/c1-1.html"
    page = f"<title>{TITLE}</title><h1>{TITLE}</h1><div><span>清水湖新闻客户端</span><span>04-19 10:20</span></div>"
    page += f"<div>{''.join(f'<p>{paragraph}</p>' for paragraph in TEXT)}</div>"
    article = newscrawl.read_article(f"<meta charset=utf-8>{page}".encode(), address)
    assert article.published_at and article.published_at.isoformat() == "2022-04-19T10:20:00+08:00"
    assert article.source == "清水湖新闻客户端"
