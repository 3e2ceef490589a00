"""Records that somebody else has written: what no row can hold is refused before copies are told apart."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

from newscrawl.dataset import build
from newscrawl.dataset.check import check
from newscrawl.dataset.options import Options
from newscrawl.dataset.shards import read_rows
from tests.dataset.building import write_lines

_CHOSEN = random.Random(5)
TEXT, OTHER = ("".join(chr(_CHOSEN.randrange(0x4E00, 0x9F00)) for _ in range(300)) for _ in "ab")
COPY = {
    "schema_version": "2",
    "url": "http://b.example/2.html",
    "title": "高考明日开考",
    "published_at": "2023-06-07T08:00:00+08:00",
    "body": [TEXT],
}
# The better one of the two: it names itself as the source, and is earlier.
BEST = {
    **COPY,
    "url": "http://www.people.com.cn/n1/2023/0606/c1-1.html",
    "source": "人民网",
    "published_at": "2023-06-06T08:00:00+08:00",
}
REPAIRS: dict[str, Any] = {"family": "lossy", "counts": {}, "unresolved": [], "confidence": 1.0}
SPOT = {"field": "body[0]", "start": 2**70, "seen": "x"}
REFUSED: dict[str, dict[str, Any]] = {
    "a time without an offset": {"published_at": "2023-06-06T08:00:00"},
    "a day": {"published_at": "2023-06-06"},
    "before the first year": {"published_at": "0001-01-01T00:00:00+08:00"},
    "behind the last year": {"fetched_at": "9999-12-31T23:59:59-10:00"},
    "71 bits": {"revision": 2**70},
    "71 bits of status": {"http_status": 2**70},
    "71 bits in a spot": {"restored": {**REPAIRS, "unresolved": [SPOT]}},
    "a count beyond float": {"restored": {**REPAIRS, "counts": {"a": 10**400}}},
    "no number": {"restored": {**REPAIRS, "confidence": float("nan")}},
    "no end": {"mirror_confidence": float("inf")},
    "a name without end": {"editors": ["王" * 100_000]},
    "a crowd": {"reporters": [f"王{chr(0x4E00 + at)}" for at in range(300)]},
}


@pytest.mark.parametrize("people", [True, False])
def test_copies_of_what_is_refused_are_kept(people: bool, tmp_path: Path) -> None:
    """Each stands beside a copy of it that it would go before."""
    for at, (name, changed) in enumerate(REFUSED.items()):
        pair = [{**BEST, **changed}, COPY]
        lines = write_lines(tmp_path / f"{at}.jsonl", [{**one, "body": [f"{name} {TEXT}"]} for one in pair])
        build.run([str(lines)], tmp_path / f"{at}", Options(people=people))
        assert list(check(tmp_path / f"{at}")) == [], name
        told = json.loads((tmp_path / f"{at}" / "manifest.json").read_bytes())
        assert (told["rows"], told["refused"]) == ({"train": 1, "duplicates": 0}, {"bad_input": 1}), name


def test_the_best_one_is_kept_when_nothing_is_wrong(tmp_path: Path) -> None:
    build.run([str(write_lines(tmp_path / "a.jsonl", [COPY, BEST]))], tmp_path / "set", Options())
    (kept,) = read_rows(tmp_path / "set" / "data" / "train-00000.parquet", ["url"])
    assert kept["url"] == BEST["url"]


def test_a_hash_that_a_line_tells_makes_no_two_texts_one(tmp_path: Path) -> None:
    nowhere = [{**COPY, "url": None, "content_hash": "0" * 64, "body": [text]} for text in (TEXT, OTHER)]
    build.run([str(write_lines(tmp_path / "a.jsonl", nowhere))], tmp_path / "set", Options())
    assert json.loads((tmp_path / "set" / "manifest.json").read_bytes())["rows"] == {"train": 2, "duplicates": 0}


def test_half_a_character_ends_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({**COPY, "title": "高\ud83d考", "body": []}) + "\n")
    build.run([str(path)], tmp_path / "set", Options())
    assert json.loads((tmp_path / "set" / "manifest.json").read_bytes())["refused"] == {}
