"""Copies told apart: rows of tests/cases/links.json, a letter of "text" for a paragraph."""

from __future__ import annotations

import random
import time
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

from newscrawl.dataset.copies import MOST_KEPT, NEAR, links
from newscrawl.dataset.facts import Facts, facts_of
from newscrawl.dataset.link import Link
from newscrawl.dataset.records import as_record, row_id
from newscrawl.dataset.signatures import pieces, sketch

CASES = "links"
NAMES = ("kept_as", "same_as", "revision_of", "mirror_of")


def paragraph(letter: str) -> str:
    """Eighty characters that no other letter shares; a digit stands for itself."""
    chosen = random.Random(letter)
    return letter if letter.isdigit() else "".join(chr(chosen.randrange(0x4E00, 0x9F00)) for _ in range(80))


def record(url: str, text: str = "", **told: Any) -> dict[str, Any]:
    """A record with the defaults of the cases."""
    restored = told.pop("restored", None)
    given = {
        "url": url,
        "title": told.pop("title", "高考明日开考"),
        "published_at": told.pop("at", "2023-06-06T08:00:00+08:00"),
        "fetched_at": told.pop("fetched", None),
        "body": [paragraph(letter) for letter in text],
        "restored": restored
        and {"family": restored[0], "counts": {"a": 9}, "confidence": restored[1], "unresolved": []},
        **told,
    }
    if restored:
        given["restored"]["unresolved"] = [{"field": "title", "start": 0, "seen": "高"}] * restored[2]
    return as_record(given, "a test")


def linked(records: list[dict[str, Any]]) -> list[Link]:
    rows = [facts_of({**one, "id": row_id(one)}, 0, line) for line, one in enumerate(records)]
    return links(rows, np.array([sketch(_pieces(one)) for one in records]))


def _pieces(one: dict[str, Any]) -> Any:
    found = pieces("\n".join(one["body"]))
    return found if found.size else pieces(row_id(one))


def test_links(row: dict[str, Any]) -> None:
    records = [record(**told) for told in row["rows"].values()]
    ids = {name: row_id(one) for name, one in zip(row["rows"], records, strict=True)}
    for name, link in zip(row["rows"], linked(records), strict=True):
        expected = {**dict.fromkeys(NAMES), "similarity": None, **row["told"][name]}
        expected |= {kind: ids.get(expected[kind]) for kind in NAMES}
        found: dict[str, Any] = {kind: getattr(link, kind) for kind in (*NAMES, "similarity")}
        if expected["similarity"] in ("near", "far"):
            found["similarity"] = "near" if NEAR <= found["similarity"] < 1 else "far"
        assert found == expected, name
        assert link.cluster == min(ids.values())


def test_order_of_rows_changes_nothing(row: dict[str, Any]) -> None:
    records = [record(**told) for told in row["rows"].values()]
    forwards, backwards = linked(records), linked(records[::-1])
    if len({row_id(one) for one in records}) == len(records):
        assert [asdict(link) for link in backwards[::-1]] == [asdict(link) for link in forwards]


def test_estimate_is_near_the_truth() -> None:
    chosen = random.Random(7)
    errors = []
    for _ in range(200):
        letters = [chr(chosen.randrange(0x4E00, 0x9F00)) for _ in range(1500)]
        others = list(letters)
        for at in chosen.sample(range(1500), chosen.randrange(1, 150)):
            others[at] = "口"
        one, other = pieces("".join(letters)), pieces("".join(others))
        true = len(set(one.tolist()) & set(other.tolist())) / len(set(one.tolist()) | set(other.tolist()))
        errors.append(float((sketch(one) == sketch(other)).mean()) - true)
    # the standard deviation of 120 draws is 0.046 at most
    assert abs(float(np.mean(errors))) < 0.01
    assert float(np.std(errors)) < 0.055


@pytest.mark.parametrize("numbered", [False, True], ids=["copies", "series"])
def test_ten_thousand_in_a_cluster(numbered: bool) -> None:
    """Copies of one text come to one kept row; of a series all are kept, and the comparisons have an end."""
    one = facts_of({**record("http://a.example/0.html", "ABCDEFGH"), "id": "0"}, 0, 0)
    told = {name: getattr(one, name) for name in Facts.__slots__}
    rows = [
        Facts(
            **{
                **told,
                "id": f"{number:05}",
                "line": number,
                "text": f"{number}",
                "home": f"http://a.example/{number}.html",
                "address": f"http://a.example/{number}.html",
                **({"title": f"第{number}期", "title_numbers": f"{number}", "day": f"{number:08}"} if numbered else {}),
            }
        )
        for number in range(10_000)
    ]
    sketches = np.tile(sketch(pieces(paragraph("A") * 3)), (len(rows), 1))
    began = time.process_time()
    found = links(rows, sketches)
    assert time.process_time() - began < 20
    kept = sum(link.kept_as is None for link in found)
    assert kept == (len(rows) if numbered else 1)
    assert len(rows) > MOST_KEPT
