"""Flattened text: headline, byline and body among lines that have lost their markup."""

from __future__ import annotations

from typing import Any

from newscrawl.extract.flat import read_flat

CASES = "flat"


def test_read_flat(row: dict[str, Any]) -> None:
    draft = read_flat("\n".join(row["input"]))
    zones = {
        "title": draft.title,
        "breadcrumb": draft.breadcrumb,
        "head": draft.head,
        "body": [line.text for line in draft.body],
    }
    assert {name: zones[name] for name in row["expected"]} == row["expected"]
    assert draft.how == "flattened text"


def test_no_line_is_lost_or_told_twice() -> None:
    lines = ["首页", "江汉区启动春季植树活动", "来源：江汉日报", "今天，植树活动开始了，市民踊跃参加。", "关注我们"]
    draft = read_flat("\n".join(lines))
    told = [draft.title, *draft.head, *(line.text for line in draft.body), *draft.tail, *draft.foot]
    assert sorted(filter(None, told)) == sorted(lines)
