"""The word model: its file is read as it was written, and what it says about characters is what its words add up to."""

from __future__ import annotations

from typing import Any

import pytest

from newscrawl.decode.language import word_model
from newscrawl.decode.language.ngrams import BITS, Counts
from tests.decode.made_word_model import CHANCE, LEXICON, PAIRS, WEIGHT, files, package


def as_text(counts: Counts, ids: dict[str, int], order: int) -> dict[str, float]:
    chars = {number: char for char, number in ids.items()}
    keys = [[key >> BITS * place & 0xFFFF for place in reversed(range(order))] for key in counts.keys.tolist()]
    return dict(zip(("".join(chars[number] for number in key) for key in keys), counts.counts.tolist(), strict=True))


@pytest.fixture
def model() -> word_model.WordModel:
    return word_model.read(*files())


@pytest.fixture
def ids() -> dict[str, int]:
    return {char: number for number, char in enumerate("\n，在学校新闻。")}


def test_read_gives_back_what_was_written(model: word_model.WordModel) -> None:
    words = model.words
    assert words == ["", "，", "在", "学校", "新闻", "。"]
    assert model.chance.tolist() == pytest.approx(list(CHANCE.values()))
    pairs = [(words[first], words[second]) for first, second in zip(model.first, model.second, strict=True)]
    assert pairs == [(LEXICON[first], LEXICON[second]) for first, second in PAIRS]
    assert model.pair_chance.tolist() == pytest.approx(list(PAIRS.values()))
    assert [(pairs[at], words[third]) for at, third in zip(model.pair, model.third, strict=True)] == [
        (("学校", "在"), "新闻")
    ]
    assert model.triple_chance.tolist() == pytest.approx([0.9])
    assert set(model.backing.tolist()) == {WEIGHT}


def test_unpack() -> None:
    assert word_model.unpack(package()) == files()


def test_another_order_is_refused() -> None:
    with pytest.raises(ValueError, match="trigram"):
        word_model.read(*files(order=2))


@pytest.mark.parametrize(
    ("gram", "expected"),
    [
        # Inside a word; at a border of a listed pair; of a pair that only backs off.
        ("学校", 100 * 0.3),
        ("在学", 100 * 0.2 * 0.5),
        ("校学", 100 * 0.3 * WEIGHT * 0.3),
        # Two characters of one word and one of the other.
        ("在学校", 100 * 0.2 * 0.5),
        ("学校在", 100 * 0.3 * 0.4),
        # Around a word of one character: as the listed triple says, and by its pairs.
        ("校在新", 100 * 0.3 * 0.4 * 0.9),
        ("校在学", 100 * 0.3 * 0.4 * 0.5),
        # What follows the end of a sentence is not known.
        ("。学", 0.0),
        ("闻。学", 0.0),
    ],
)
def test_expected_counts(model: word_model.WordModel, ids: dict[str, int], gram: str, expected: float) -> None:
    counts, _ = word_model.count(model, ids, 100)
    found = as_text(counts[len(gram) - 1], ids, len(gram))
    assert found.get(gram, 0.0) == pytest.approx(expected, rel=1e-4)


def test_the_rest_of_a_context_is_what_its_counts_leave(model: word_model.WordModel, ids: dict[str, int]) -> None:
    counts, rests = word_model.count(model, ids, 100)
    for order, text in ((2, "校"), (3, "学校")):
        listed = as_text(counts[order - 1], ids, order)
        known = sum(count for gram, count in listed.items() if gram.startswith(text))
        assert as_text(rests[order], ids, order - 1)[text] == pytest.approx(max(0.0, 30 - known), rel=1e-4)
        assert "。" not in as_text(rests[2], ids, 1)


def test_adapted_words_are_as_frequent_as_wanted(model: word_model.WordModel) -> None:
    wanted: dict[str, Any] = {"在": 1.0, "学校": 2.0, "新闻": 1.0}
    adapted = word_model.adapt(model, wanted)
    share = dict(zip(adapted.words, adapted.chance.tolist(), strict=True))
    assert share["，"] == pytest.approx(0.1)
    assert share["学校"] == pytest.approx(2 * share["在"], rel=1e-3)
    assert share["在"] + share["学校"] + share["新闻"] == pytest.approx(0.7)


def test_words_with_other_characters_are_left_out(model: word_model.WordModel, ids: dict[str, int]) -> None:
    del ids["闻"]
    counts, _ = word_model.count(model, ids, 100)
    assert "新" not in as_text(counts[0], ids, 1)
    assert "在新" not in as_text(counts[1], ids, 2)
