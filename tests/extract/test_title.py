"""Headlines: which heading it is, and what of the page's title is only the site's name."""

from __future__ import annotations

from typing import Any

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
