"""Text read with the wrong character set before us: what is mended, and what must not be touched."""

from __future__ import annotations

from typing import Any

import ftfy.bad_codecs  # noqa: F401  registers sloppy-windows-1252, which reads as browsers do
import pytest

import newscrawl
from newscrawl.decode.mojibake import mend, unescape_once

CASES = "mojibake"


def wrong(row: dict[str, Any]) -> str:
    """What a row begins with: its `input`, or its `text` written with one character set and read with another."""
    if "input" in row:
        return str(row["input"])
    text = str(row["text"])
    for _ in range(2 if row.get("twice") else 1):
        text = text.encode(row["written"]).decode(row["read"])
    return text


def test_mend(row: dict[str, Any]) -> None:
    given = wrong(row)
    if row["kind"] == "negative":
        assert mend(given) == (given, 0)
        return
    text, count = mend(given)
    assert text == row.get("expected", row.get("text"))
    assert count > 0


def test_mending_again_changes_nothing(any_row: dict[str, Any]) -> None:
    if any_row["call"] == "mend":
        once, _ = mend(wrong(any_row))
        assert mend(once) == (once, 0)


def test_unescape_once(row: dict[str, Any]) -> None:
    assert unescape_once(row["input"]) == row.get("expected", row["input"])


HEAD = "县里开会讨论修路\n\n发布时间：2018年11月29日15:37 来源：江汉日报\n\n"
TEXT = "青禾县图书馆新馆昨日开馆，首批读者领到纪念书签。记者从会上获悉，今年全县新修机耕路六十二公里，大家都说好。"


@pytest.mark.parametrize(
    ("written", "read"),
    [("&ldquo;", "“"), ("&amp;ldquo;", "&ldquo;"), ("&amp;amp;lt;", "&amp;lt;"), ("&#24425;", "彩"), ("R&D;", "R&D;")],
)
def test_entities_are_unescaped_once_on_the_way(written: str, read: str) -> None:
    flat = newscrawl.read_text(f"{HEAD}{TEXT}{written}{TEXT}")
    page = newscrawl.read_article(
        f"<html><head><title>县里开会讨论修路</title></head><body><h1>县里开会讨论修路</h1>"
        f"<div><p>{TEXT}</p><p>{TEXT}{written}{TEXT}</p><p>{TEXT}</p></div></body></html>".encode()
    )
    assert flat.body == [f"{TEXT}{read}{TEXT}"]
    assert page.body[1] == f"{TEXT}{read}{TEXT}"


def test_a_whole_page_of_mojibake_reads_as_if_it_were_none() -> None:
    clean = newscrawl.read_text(HEAD + TEXT)
    for written, read in (("utf-8", "latin-1"), ("gbk", "latin-1"), ("utf-8", "sloppy-windows-1252")):
        mended = newscrawl.read_text((HEAD + TEXT).encode(written).decode(read))
        assert (mended.title, mended.published_at, mended.source) == (clean.title, clean.published_at, clean.source)
        assert mended.body == clean.body
        assert mended.restored is not None and mended.restored.family == "mojibake"
