"""Text from pages where people see it."""

from __future__ import annotations

import logging
import re
import sys

import pytest

from newscrawl.crawl.log import _VisibleFormatter
from newscrawl.shown import cell, visible

COMMANDS = "".join(map(chr, [*range(9), *range(11, 32), *range(0x7F, 0xA0)])) + "\u202e\u2066\u200f"


def test_no_control_character_is_left() -> None:
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200f\u202e\u2066]", visible(COMMANDS))
    assert len(visible(COMMANDS)) >= len(COMMANDS)


@pytest.mark.parametrize("text", ["江汉日报\n第二行\t表", "“引号”——", "😀", ""])
def test_other_text_stays(text: str) -> None:
    assert visible(text) is text or visible(text) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "  =1"])
def test_formulas_become_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["江汉日报", "2-1", "a=b", "——", "", " "])
def test_other_cells_stay(text: str) -> None:
    assert cell(text) == text


def test_log_shows_messages_arguments_and_tracebacks() -> None:
    try:
        raise ValueError("title \x1b[2J")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "at %s", ("http://a.cn/\x9b",), sys.exc_info())
    shown = _VisibleFormatter(logging.Formatter("\x1b[31m%(message)s")).format(record)
    assert shown.startswith("\x1b[31mat http://a.cn/\\x9b\nTraceback")
    assert shown.endswith("ValueError: title ␛[2J")
    assert record.args == ("http://a.cn/\x9b",)
