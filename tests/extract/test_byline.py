"""Byline lines and lead-ins: what they say and, as often, what they do not say."""

from __future__ import annotations

from typing import Any

from newscrawl.decode.restore.lexicon import to_traditional
from newscrawl.extract import byline
from newscrawl.extract.byline import Byline

CASES = "bylines"
NOTHING: dict[str, Any] = {"source": None, **{role: [] for role in byline.ROLES}}


def said(found: Byline) -> dict[str, Any]:
    return {name: getattr(found, name) for name in NOTHING}


def test_parse(row: dict[str, Any]) -> None:
    assert said(byline.parse(row["input"])) == NOTHING | row["expected"]


def test_split_lead(row: dict[str, Any]) -> None:
    lead, text = byline.split_lead(row["input"])
    found = said(byline.parse(lead)) | {"lead": lead, "text": text}
    assert found == NOTHING | row["expected"]


def test_clean_source(row: dict[str, Any]) -> None:
    assert byline.clean_source(row["input"]) == row["expected"]


def test_script_does_not_matter() -> None:
    line = "来源：江汉日报 记者：孙晓 通讯员：张国强 责任编辑：刘文静 审核：郑国华"
    traditional = byline.parse(line.translate(to_traditional()))
    assert said(traditional) == {
        "source": "江漢日報",
        "reporters": ["孫曉"],
        "correspondents": ["張國強"],
        "authors": [],
        "editors": ["劉文靜"],
        "reviewers": ["鄭國華"],
    }


def test_add_keeps_the_first_source_and_no_name_twice() -> None:
    first = byline.parse("来源：江汉日报 记者：孙晓")
    first.add(byline.parse("来源：江汉网 记者：孙晓 李冰 作者：孙晓 编辑：孙晓"))
    assert said(first) == NOTHING | {"source": "江汉日报", "reporters": ["孙晓", "李冰"], "editors": ["孙晓"]}


def test_what_cannot_be_told_is_noted() -> None:
    assert byline.parse("作者：江汉日报").undecided == ["作者：江汉日报"]


def test_nothing_is_false() -> None:
    assert not Byline()
    assert not Byline(undecided=["作者：江汉日报"])
    assert Byline(editors=["李冰"])
