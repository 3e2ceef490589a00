"""Rows in files: one schema, what no encoding holds, shards, bounded memory, the same bytes each time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newscrawl.dataset import rows
from newscrawl.dataset.fit import fitted
from newscrawl.dataset.options import Form, Options
from newscrawl.dataset.rows import row, schema
from newscrawl.dataset.shards import read_rows
from newscrawl.dataset.tally import RELATIONS
from newscrawl.dataset.write import WriteShards, written_path
from newscrawl.items import EXPORTED
from tests.dataset.parts import build, golden, make_work, of_part
from tests.live import ROOT

MEMORY_MB = 600
"""What a worker may have, by the issue."""


def test_every_field_of_the_record_is_a_column() -> None:
    names = schema().names
    assert names[: len(EXPORTED) + 1] == ["id", *(rows.RENAMED.get(name, name) for name in EXPORTED)]
    assert names[-6:] == ["kept_as", *RELATIONS, "similarity", "cluster"]
    assert [field.name for field in schema() if not field.metadata[b"description"]] == []
    assert set(schema().names) - set(schema(people=False).names) == set(rows.PEOPLE)
    assert {key.decode() for key in schema().metadata} == {
        "newscrawl.row_version",
        "newscrawl.schema_version",
        "license",
    }


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_what_comes_out_is_what_went_in(form: Form, tmp_path: Path) -> None:
    records = golden()
    build(tmp_path, [records[:100], records[100:]], options=Options(form=form))
    found = [one for path in sorted((tmp_path / "data").iterdir()) for one in read_rows(path)]
    for one, record in zip(found, records, strict=True):
        same = [name for name in EXPORTED if name not in ("mirror_of", "restored", "published_at", "fetched_at")]
        assert {name: one[name] for name in same} == {name: record[name] for name in same}
        assert one["mirror_site"] == record["mirror_of"]
        assert {name: one[name] for name in record["quality"]} == record["quality"]
        if record["restored"]:
            assert {each["name"]: each["count"] for each in one["restored"]["counts"]} == record["restored"]["counts"]
        if form == "jsonl":
            assert one["published_at"] == record["published_at"]


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_half_characters_and_nul_become_the_replacement_character(form: Form, tmp_path: Path) -> None:
    spot = {"field": "body[0]", "start": 3, "seen": "\ud83d", "candidates": ["\0", "街"]}
    repairs = {"family": "lossy", "counts": {"\udc00": 1}, "unresolved": [spot], "confidence": 0.0}
    told = of_part(golden()[0], title="老\ud83d街", body=["a\0b\udfff"], restored=repairs, source="\U0001f600")
    build(tmp_path, [[told]], options=Options(form=form))
    (path,) = (tmp_path / "data").iterdir()
    (one,) = read_rows(path)
    assert (one["title"], one["body"], one["source"]) == ("老\ufffd街", ["a\ufffdb\ufffd"], "\U0001f600")
    assert one["restored"]["unresolved"][0]["candidates"] == ["\ufffd", "街"]


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("title", 3, "title: text is wanted, not int"),
        ("body", "text", "body: a list is wanted, not str"),
        ("body", [["text"]], "body: text is wanted, not list"),
        ("revision", 2**63, "revision: a number of more than 64 bits"),
        ("revision", True, "revision: a whole number is wanted, not bool"),
        ("revision", None, "revision: nothing there"),
        ("mirror_confidence", "1", "mirror_confidence: a number is wanted, not str"),
        ("mirror_confidence", 10**400, "mirror_confidence: a number beyond all bounds"),
        ("mirror_confidence", float("nan"), "mirror_confidence: a number beyond all bounds"),
        ("published_at", "yesterday", "published_at: Invalid isoformat string"),
        ("published_at", "2024-01-01T00:00:00", "published_at: a time without an offset"),
        ("published_at", "9999-12-31T23:00:00+00:00", "published_at: a time beyond the calendar"),
        ("images", [{"url": 1}], "images: text is wanted, not int"),
        ("restored", ["A"], "restored: an object is wanted, not list"),
        ("restored", {"counts": {"annotation": "3"}}, "restored: a whole number is wanted, not str"),
    ],
)
def test_a_value_of_another_kind_costs_its_row_alone(column: str, value: Any, why: str, tmp_path: Path) -> None:
    good, other, *_ = golden()
    with pytest.raises(ValueError) as told:
        row({**good, column: value}, None)
    assert str(told.value).startswith(why)
    total = build(tmp_path, [[{**good, column: value}, other]])
    assert (total.splits, total.refused) == ({"train": 1}, {"bad_input": 1})


def test_a_column_says_what_it_takes() -> None:
    assert fitted(pa.field("a", pa.list_(pa.string())))(None) is None


@pytest.mark.parametrize(("form", "files"), [("parquet", 7), ("jsonl", 7)])
def test_files_are_full_and_none_is_empty(form: Form, files: int, tmp_path: Path) -> None:
    """100 and 72 rows, 30 to a file, of both parts; a part with nothing in it leaves no file."""
    records = golden()
    build(tmp_path, [records[:100], [], records[100:]], options=Options(form=form, shard_rows=30))
    paths = sorted((tmp_path / "data").iterdir())
    assert [path.name for path in paths] == [f"train-{at:05}.{Options(form=form).ending}" for at in range(files)]
    assert [sum(1 for _ in read_rows(path)) for path in paths] == [30, 30, 30, 10, 30, 30, 12]
    assert not (tmp_path / "duplicates").exists()


def test_parquet_is_packed_with_zstd_and_has_statistics(tmp_path: Path) -> None:
    build(tmp_path, [golden()])
    told = pq.ParquetFile(tmp_path / "data" / "train-00000.parquet").metadata.row_group(0)
    columns = {told.column(at).path_in_schema: told.column(at) for at in range(told.num_columns)}
    assert {one.compression for one in columns.values()} == {"ZSTD"}
    assert columns["published_at"].statistics.min < columns["published_at"].statistics.max
    with_dictionary = {name for name, one in columns.items() if "RLE_DICTIONARY" in one.encodings}
    assert {"site", "trace.list.element", "junk.list.element.kind"} <= with_dictionary
    assert "body.list.element" not in with_dictionary


def test_a_part_that_is_written_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = make_work(tmp_path, [golden()[:3]])
    monkeypatch.setattr("newscrawl.dataset.write.Links", lambda *_: {})
    list(WriteShards(work, tmp_path, Options()).run(None, 0, 1))
    before = written_path(work, 0).stat().st_mtime_ns
    list(WriteShards(work, tmp_path, Options()).run(None, 0, 1))
    assert written_path(work, 0).stat().st_mtime_ns == before
    assert json.loads(written_path(work, 0).read_bytes())["files"][0]["rows"] == 3
    assert list(work.rglob("*.part")) == []


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_memory_is_bounded_whatever_the_rows_are(form: str) -> None:
    """A worker that writes bodies of 8 MiB, and many small rows, into every split and the duplicates."""
    command = [sys.executable, "-m", "tests.dataset.memory", form]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 0 < float(done.stdout) < MEMORY_MB
