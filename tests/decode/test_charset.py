"""Bytes to text: a page is written as a row says, read, and must come out the same."""

from __future__ import annotations

import html
from typing import Any

import pytest

from newscrawl.decode.charset import Decoded, decode
from newscrawl.refused import REASONS, Refused

CASES = "charset"


def page(row: dict[str, Any]) -> str:
    """The page a row describes: its text between tags, unless it is `bare`."""
    if row.get("bare"):
        return str(row["text"])
    named = f'<meta charset="{row["meta"]}">' if "meta" in row else ""
    named += f'<meta http-equiv="Content-Type" content="{row["http_equiv"]}">' if "http_equiv" in row else ""
    script = f"<script>{'x = 1;' * (row.get('script', 0) // 6)}</script>"
    return f"<html><head>{named}{script}</head>\n<body>\n<p>{row['text']}</p>\n</body></html>\n"


def body(row: dict[str, Any]) -> bytes:
    """The bytes of a row: given in hexadecimal, or the page with a mark in front, bytes in its middle, its end cut."""
    if "bytes" in row:
        return bytes.fromhex(row["bytes"])
    head, tag, tail = page(row).partition("</p>")
    written = [part.encode(row["encoding"]) for part in (head, tag + tail)]
    whole = bytes.fromhex(row.get("insert", "")).join(written)
    return bytes.fromhex(row.get("mark", "")) + whole[: len(whole) - row.get("cut", 0)]


def read(row: dict[str, Any]) -> Decoded:
    return decode(body(row), f"text/html; charset={row['header']}" if "header" in row else "")


def test_decode(row: dict[str, Any]) -> None:
    if "refused" in row:
        with pytest.raises(Refused) as refusal:
            read(row)
        assert refusal.value.reason == row["refused"] and row["refused"] in REASONS
        return
    decoded = read(row)
    broken = "\ufffd" if "insert" in row else ""
    before, tag, behind = page(row).partition("</p>")
    assert decoded.text == row.get("read", before + broken + tag + behind)
    assert decoded.charset == row["charset"]
    assert decoded.overruled == row.get("overruled")
    assert decoded.why


def test_label_of_the_page_is_found_in_capitals() -> None:
    decoded = decode('<META CONTENT="TEXT/HTML; CHARSET=GB2312"><p>县里开会讨论修路</p>'.encode("gbk"))
    assert (decoded.charset, decoded.overruled) == ("gb18030", None)


def test_quotation_marks_and_case_of_the_header_do_not_matter() -> None:
    for header in ('text/html;charset="GB2312"', "TEXT/HTML; CHARSET=Gbk ; boundary=x", "charset=gb18030"):
        assert decode("县里开会讨论修路".encode("gbk"), header).why == "header says so"


def test_text_with_entities_is_left_to_the_parser() -> None:
    text = f"<p>{html.escape('县里 & 乡里 <开会>')}</p>"
    assert decode(text.encode()).text == text
