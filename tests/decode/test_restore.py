"""Undoing the mirrors' channel, row by row; the properties that hold for any text are in test_properties."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import newscrawl
from newscrawl.decode.restore import Restored, restore
from newscrawl.decode.restore.channel import PROFILES, corrupt, corrupt_page
from tests.decode.made_profiles import allows, folded, profile_of

CASES = "restore"


def wanted(row: dict[str, Any]) -> str:
    """What should come out. Rows with a `profile` give the text before it was folded, which is not undone."""
    text: str = row.get("expected", row["input"])
    return folded(text, profile_of(row["profile"])) if "profile" in row else text


def test_restore(row: dict[str, Any]) -> None:
    restored = restore(row["input"])
    assert restored.text == wanted(row)
    assert restored.family == row.get("family")
    assert [span.seen for span in restored.unresolved] == row.get("unresolved", [])
    assert bool(restored.steps) == ("family" in row)


def test_candidates(row: dict[str, Any]) -> None:
    """What nobody can know, a swallowed digit, is reported, and the truth is among the candidates."""
    restored = restore(row["input"])
    assert restored.family == row["family"]
    assert len(restored.unresolved) == 1
    assert len(restored.unresolved[0].candidates) <= 16
    assert allows(restored, wanted(row))


def test_restoring_again_changes_nothing(any_row: dict[str, Any]) -> None:
    once = restore(any_row["input"]).text
    assert restore(once).text == once


def test_what_should_come_out_is_clean(any_row: dict[str, Any]) -> None:
    if "expected" in any_row:
        restored = restore(any_row["expected"])
        assert (restored.text, restored.family) == (any_row["expected"], None)


def test_what_should_come_out_corrupts_into_what_was_seen(any_row: dict[str, Any]) -> None:
    if "profile" in any_row:
        profile = profile_of(any_row["profile"])
        assert corrupt(any_row["expected"], profile, any_row.get("seed", 0)) == any_row["input"]


def test_what_is_not_undone_is_reported(any_row: dict[str, Any]) -> None:
    """No silent damage: the rows that are `silent` today are the exceptions, and are counted as such."""
    restored = restore(any_row["input"])
    right = restored.text == wanted(any_row)
    assert (not right and not restored.unresolved) == any_row.get("silent", False)


def test_spans_point_at_what_they_name(any_row: dict[str, Any]) -> None:
    restored = restore(any_row["input"])
    for span in restored.unresolved:
        assert restored.text[span.start : span.start + len(span.seen)] == span.seen


def test_steps_count_what_was_done() -> None:
    seen = "縣里開會(huì)，,討論農(nóng)業(yè)。,,湖北日?qǐng)?bào)"
    assert restore(seen).steps == [("misaligned", 1), ("annotation", 3), ("traditional", 8), ("comma", 1)]


def test_confidence_is_the_share_of_repaired_spots() -> None:
    assert restore("县里开会").confidence == 1.0
    assert restore("縣里開會(huì)討論").confidence == 1.0
    lost = restore("县里\ufffd开会")
    assert (lost.confidence, [span.start for span in lost.unresolved]) == (0.0, [2])
    half = Restored(text="", steps=[("annotation", 1)], unresolved=lost.unresolved)
    assert half.confidence == 0.5


@pytest.mark.parametrize("bad", [None, b"bytes", 7, ["text"]])
def test_what_is_no_text_is_refused_by_name(bad: Any) -> None:
    with pytest.raises(newscrawl.Refused) as refusal:
        newscrawl.restore(bad)
    assert refusal.value.reason == "bad_input"


SPAM = "丰都县| 常德市| 富宁县| 廉江市| 沁源县| 和政县| 衡阳市| 河间市"


def test_what_a_mirror_added_is_told_from_what_it_copied() -> None:
    copied = corrupt("县里开会讨论农业发展，时间是八点。\n\n" * 6, PROFILES["A"])
    seen = f"{SPAM}\n\n{copied}“榮耀”手机专卖店优惠的页面\n\n會(huì)後,大家都說好。"
    restored = restore(seen)
    assert [span.seen for span in restored.injected] == [SPAM, "“榮耀”手机专卖店优惠的页面"]
    assert all(restored.text[span.start :].startswith(span.seen) for span in restored.injected)
    assert "县里开会讨论农业发展,时间是八点。" in restored.text
    assert "“榮耀”" in restored.text


def test_the_channel_is_inferred_from_the_text() -> None:
    text = "发布时间：2018年11月29日 来源：湖北日报\n新闻频道播出：“会议讨论了农业发展。”"
    text += "由于下雨，采访以后再说，什么时候都行。"
    dropping = replace(PROFILES["A-bytes"], orphan="")
    cases = [(PROFILES["A-bytes"], "?", True, True), (PROFILES["D"], "?", False, False), (dropping, "", True, True)]
    for given, *want in cases:
        profile = restore(corrupt(text * 3, given)).profile
        assert profile is not None
        assert [profile.orphan, profile.fold, profile.bytewise] == want
    cut = restore(
        "發(fā)布時(shí)間：縣里開了會(huì)。?！皶?huì)開完了，大家都說好。”縣里開了會(huì)。?；鶎拥娜硕紒砹"
    ).profile
    assert cut is not None
    assert set(cut.delimiters) <= {"！", "；"}
    assert cut.delimiters
    assert restore(text).profile is None


def test_an_injected_paragraph_is_no_part_of_the_article() -> None:
    paragraphs = ["县里开会讨论农业发展，时间是八点，地点在会议室，大家都说这个会开得好。"] * 4
    page = "".join(f"<p>{corrupt(paragraph, PROFILES['A'])}</p>" for paragraph in paragraphs)
    injected = "手机专卖店里的优惠信息请从这个页面进入，现在还没过时间，为您准备的礼品等着您来领。"
    headline = corrupt("县里开会讨论农业发展", PROFILES["A"])
    source = f"<title>县里开会</title><h1>{headline}</h1><div>{page}<p>{injected}</p></div>"
    article = newscrawl.read_article(f"<html><meta charset=utf-8><body>{source}</body></html>".encode())
    assert len(article.body) == 4
    assert [(junk.kind, junk.text) for junk in article.junk] == [("injected", injected)]


@pytest.mark.parametrize(
    "headline",
    ["快讯！临江两座长江大桥临时封闭", "好消息！临江新增三个公园", "暴雨！暴雨！临江启动应急响应"],
)
def test_an_exclamation_in_a_headline_behind_a_lost_byte(headline: str) -> None:
    text = (
        "市园林局负责人说，今年全市计划植树十万株。“住着却不一样了。”居民们说。这是新闻频道的报道，湖北日报，当地会议。"
    )
    copied = f"<h1>{headline}</h1><p>2021-03-04 20:01 来源：临江网</p>" + f"<p>{text}</p>" * 2
    source = corrupt_page(copied, replace(PROFILES["A-bytes"], orphan=""))
    article = newscrawl.read_article(f"<html><meta charset=utf-8><body>{source}</body></html>".encode())
    assert article.title == headline.replace("！", "!")
    assert article.restored
    readings = [reading for spot in article.restored.unresolved for reading in spot.candidates]
    assert [reading for reading in readings if not reading or set("<>\n") & set(reading)] == []
