"""The short ways of `words`: what is looked for by words and literals is what the whole pattern of a row finds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newscrawl.extract import dom
from newscrawl.judge import words
from newscrawl.refused import Refused
from newscrawl.tables import rows
from tests.live import ROOT

PAGES = sorted((ROOT / "tests/pages").glob("*/*/page.html"))
ROWS = [row for row in rows("kinds") if row["where"] in ("labels", "prose")]


def _text(path: Path) -> str:
    try:
        return "\n".join(block.text for block in dom.blocks(dom.parse(path.read_bytes().decode("utf-8", "replace"))))
    except Refused:
        return ""


@pytest.fixture(scope="module")
def texts() -> list[str]:
    found = [words._labels(text) if number % 2 else text for number, text in enumerate(map(_text, PAGES))]
    return [*filter(None, found), "\n".join(row["pattern"].replace("\\d", "1") for row in ROWS)]


@pytest.mark.parametrize("kind_row", ROWS, ids=lambda row: f"{row['reason']}-{row['where']}-{row['pattern'][:8]}")
def test_nothing_is_lost(kind_row: dict[str, str], texts: list[str]) -> None:
    kind, whole = words._kind(kind_row), re.compile(kind_row["pattern"], re.MULTILINE)
    for text in texts:
        found = kind.find(text, words._words_in(text))
        wanted = {match[0].strip() for match in whole.finditer(text)}
        missed = {one for one in wanted if not any(one in other for other in found)}
        assert not missed


def test_words_within_words_and_beside_half_a_surrogate_pair_are_found() -> None:
    found = words._words_in("忘记密码\ud800楼主")
    assert {"忘记密码", "密码", "楼主", "楼"} <= found


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"\d ?楼(?![\d栋层])", ("楼",)),
        (r"域名[^。]{0,12}(?:出售|转让)", ("域名",)),
        (r"网站可(?:以)?出售", ("网站可", "出售")),
        (r"关键词?：", ("关键", "：")),
        (r"(?:甲|乙)", ()),
        (r"\x41乙", ()),
        (r"甲乙*?丙", ()),
        (r"(?i)abc", ()),
        (r"[]甲]乙", ()),
    ],
)
def test_literals_stand_in_whatever_matches(pattern: str, literals: tuple[str, ...]) -> None:
    assert words._literals(pattern) == frozenset(literals)
