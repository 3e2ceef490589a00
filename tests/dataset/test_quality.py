"""The quality of a text in values."""

from __future__ import annotations

import doctest
from typing import Any

import pytest

from newscrawl.dataset import card, fit, people, quality, rows, shards, splits, tally
from newscrawl.dataset.quality import MEASURED, measure, top_ngram_share
from tests.dataset.parts import golden

CASES = "quality"


def test_measure(row: dict[str, Any]) -> None:
    measured = measure(row)
    assert {name: measured[name] for name in row["expected"]} == row["expected"]


def test_real_articles_are_chinese_and_do_not_repeat_themselves() -> None:
    measured = [record["quality"] for record in golden()]
    assert {(one["language"], one["script"]) for one in measured} == {("zh", "Hans")}
    assert max(one["repeated_paragraph_share"] for one in measured) == 0
    assert max(one["top_ngram_share"] for one in measured) < 0.16, "where Gopher draws its line for runs of four words"


def test_what_is_beyond_the_measure_is_not_counted() -> None:
    begin = "".join(map(chr, range(0x4E00, 0x9F00)))
    body = [(begin * 5)[:MEASURED], "哈哈哈哈" * 50_000]
    assert top_ngram_share(body) == top_ngram_share(body[:1])


MODULES = [card, fit, people, quality, rows, shards, splits, tally]


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.__name__)
def test_examples(module: Any) -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
