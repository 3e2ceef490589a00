"""A data set without those who made the articles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newscrawl.dataset.options import Options
from newscrawl.dataset.people import MASK, mask, without_people
from newscrawl.dataset.rows import PEOPLE, row
from newscrawl.dataset.shards import read_rows
from tests.dataset.parts import build, golden, of_part

CASES = "masked"


def test_mask(row: dict[str, Any]) -> None:
    masked = mask(row["text"], row["names"])
    assert masked == row["expected"]
    assert len(masked) == len(row["text"])


def test_no_name_is_left_in_any_column(tmp_path: Path) -> None:
    """Every name of the demo, in every text of its own row: the rows of both sites, damaged and not."""
    records = golden()
    records = [of_part({**record, "body": [*record["body"], f"（{' '.join(_names(record))}）"]}) for record in records]
    build(tmp_path, [records], options=Options(people=False))
    rows = {one["id"]: one for one in read_rows(tmp_path / "data" / "train-00000.parquet")}
    names = {record["id"]: _names(record) for record in records}
    assert sum(map(len, names.values())) > 300
    assert {name for one in rows.values() for name in one} & set(PEOPLE) == set()
    assert [name for key, one in rows.items() for name in names[key] if name in _text(one)] == []
    assert all(MASK in one["body"][-1] for key, one in rows.items() if names[key])


def test_the_rest_of_a_row_stays() -> None:
    for record in golden():
        before = row(record, None)
        after = without_people(before)
        kept = [name for name in after if not isinstance(after[name], (str, list, dict)) or name in ("id", "url")]
        assert {name: before[name] for name in kept} == {name: after[name] for name in kept}
        assert list(map(len, before["body"])) == list(map(len, after["body"]))


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        pytest.param("trace", ["people: not decided: 张小川李", "title: 张小川"], ["title: ███"], id="trace"),
        pytest.param(
            "junk",
            [{"kind": "ad", "text": "责任编辑：李四光"}, {"kind": "ad", "text": "买房找张小川"}],
            [{"kind": "ad", "text": "买房找███"}],
            id="junk-with-a-byline",
        ),
        pytest.param(
            "images",
            [{"url": "http://a.example/张小川.jpg", "caption": "张小川 摄"}],
            [{"url": "http://a.example/张小川.jpg", "caption": "███ 摄"}],
            id="caption-and-address",
        ),
        pytest.param("source", "张小川工作室", "███工作室", id="source"),
    ],
)
def test_every_text_is_masked(column: str, value: Any, expected: Any) -> None:
    record = of_part(golden()[0], reporters=["张小川"], correspondents=[], authors=[], editors=[], reviewers=[])
    assert without_people(row({**record, column: value}, None))[column] == expected


def test_spots_in_a_name_are_left_out() -> None:
    """What may have stood there would tell the name."""
    spots = [
        {"field": field, "start": start, "seen": "?", "candidates": ["川"]}
        for field, start in (("reporters[0]", 2), ("body[0]", 4), ("body[0]", 6), ("body[7]", 0), ("title", 1))
    ]
    spots.append({"field": "images[0].caption", "start": 0, "seen": "張小?攝", "candidates": ["张小?摄"]})
    restored = {"family": "lossy", "counts": {}, "unresolved": spots, "confidence": 0.0}
    told = of_part(golden()[0], title="老?街", reporters=["张小?"], body=["记者张小?到?街"], restored=restored)
    left = without_people(row(told, None))["restored"]["unresolved"]
    assert [(spot["field"], spot["start"]) for spot in left] == [("body[0]", 6), ("body[7]", 0), ("title", 1)]


def _names(record: dict[str, Any]) -> list[str]:
    return [name for column in PEOPLE for name in record[column]]


def _text(one: dict[str, Any]) -> str:
    texts = {name: value for name, value in one.items() if "url" not in name}
    return json.dumps(texts, ensure_ascii=False, default=str)
