"""A finished data set in the four tools that people load it with: types, times, lists, nulls, splits."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from newscrawl.bulk.packed import unpacked
from newscrawl.dataset.options import Form, Options
from newscrawl.dataset.splits import parse
from tests.dataset.parts import build, golden, mirrored, of_part

Frame = Callable[[Path], Any]
ROWS = {"train": 16, "test": 70}
BARE = {
    "url": "http://a.example/1.html",
    "title": "一个标题",
    "body": ["只有正文"],
    "content_hash": None,
    "revision": 1,
    "schema_version": "2",
}
"""A record in which everything is null or empty that may be."""


@pytest.fixture(scope="module", params=["parquet", "jsonl"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, its mirror's copies as duplicates, by time."""
    return _built(tmp_path_factory, request.param, golden())


@pytest.fixture(scope="module", params=["parquet", "jsonl"])
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One row with hardly anything in it."""
    return _built(tmp_path_factory, request.param, [of_part(BARE)])


def _built(made: pytest.TempPathFactory, form: Form, records: list[dict[str, Any]]) -> Path:
    out = made.mktemp(form)
    links = mirrored(records) if len(records) > 1 else {}
    rule = parse("time=2018-09-01") if links else Options().split
    build(out, [records[:100], records[100:]], links, Options(form=form, split=rule))
    return out


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Hugging Face's package, which asks nobody and keeps its cache here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hf")))
        patch.setenv("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
        yield pytest.importorskip("datasets")


def test_datasets(built: Path, datasets: Any, tmp_path: Path) -> None:
    loaded = datasets.load_dataset(str(built), cache_dir=str(tmp_path))
    assert {name: len(split) for name, split in loaded.items()} == ROWS
    one = next(row for row in loaded["train"] if row["title"].startswith("一城灯火闹元宵"))
    assert one["published_at"] == datetime(2018, 3, 2, 23, 15, tzinfo=timezone(timedelta(hours=8)))
    assert str(one["published_at"].tzinfo) == "Asia/Shanghai"
    assert one["reporters"] == ["路小禾"]
    assert {type(image["caption"]) for image in one["images"]} == {str}
    copies = datasets.load_dataset(str(built), "duplicates", split="train", cache_dir=str(tmp_path))
    assert len(copies) == 86
    assert {*copies["kept_as"]} == {*loaded["train"]["id"], *loaded["test"]["id"]}
    assert {one["name"] for row in copies["restored"] for one in row["counts"]} >= {"annotation", "traditional"}
    assert loaded["train"].features == copies.features


def test_datasets_gives_types_to_what_is_null(bare: Path, datasets: Any, tmp_path: Path) -> None:
    from newscrawl.dataset.rows import schema

    loaded = datasets.load_dataset(str(bare), split="train", cache_dir=str(tmp_path))
    assert loaded.features == datasets.Features.from_arrow_schema(schema())
    assert loaded[0]["restored"] is None
    assert loaded[0]["editors"] == []


def _polars(folder: Path) -> Any:
    return pl.scan_parquet(folder / "data" / "*.parquet").collect()


def test_polars(built: Path) -> None:
    if any(built.glob("data/*.zst")):
        lines = pl.scan_ndjson(built / "data" / "*.jsonl.zst").collect()
        assert len(lines) == sum(ROWS.values())
        assert lines.schema["images"] == pl.List(pl.Struct({"url": pl.String, "caption": pl.String}))
        return
    rows = _polars(built)
    assert len(rows) == sum(ROWS.values())
    assert rows.schema["published_at"] == pl.Datetime("us", "Asia/Shanghai")
    assert rows.schema["fetched_at"] == pl.Datetime("us", "UTC")
    assert rows.schema["body"] == pl.List(pl.String)
    counts = pl.List(pl.Struct({"name": pl.String, "count": pl.Int64}))
    assert rows.schema["restored"].to_schema()["counts"] == counts
    train = pl.scan_parquet(built / "data" / "train-*.parquet").select(pl.col("published_at").max()).collect().item()
    assert train.date().isoformat() < "2018-09-01"


def test_polars_types_what_is_null(built: Path, bare: Path) -> None:
    if any(bare.glob("data/*.parquet")) and any(built.glob("data/*.parquet")):
        assert _polars(bare).schema == _polars(built).schema


def test_duckdb(built: Path) -> None:
    parquet = any(built.glob("data/*.parquet"))
    files = f"'{built}/data/*.parquet'" if parquet else f"read_json('{built}/data/*.jsonl.zst')"
    copies = files.replace("/data/", "/duplicates/")
    assert duckdb.sql(f"select count(*) from {files}").fetchall() == [(86,)]
    joined = f"select count(*) from {files} a join {copies} b on b.kept_as = a.id where b.mirror_of = a.id"
    assert duckdb.sql(joined).fetchall() == [(86,)]
    duckdb.sql("set timezone = 'Asia/Shanghai'")
    days = f"select count(*) from {files} where published_at::timestamptz < '2018-09-01' and list_contains(body, title)"
    assert duckdb.sql(days).fetchall() == [(0,)]
    if parquet:
        kinds = dict(duckdb.sql(f"select column_name, column_type from (describe select * from {files})").fetchall())
        assert kinds["published_at"] == kinds["fetched_at"] == "TIMESTAMP WITH TIME ZONE"
        assert kinds["junk"] == 'STRUCT(kind VARCHAR, "text" VARCHAR)[]'


def test_pandas(built: Path) -> None:
    frame = _pandas(built)
    assert len(frame) == ROWS["train"]
    one = frame[frame.title.str.startswith("一城灯火闹元宵")].iloc[0]
    assert list(one.reporters) == ["路小禾"]
    assert pd.Timestamp(one.published_at) == pd.Timestamp("2018-03-02T23:15:00+08:00")
    if any(built.glob("data/*.parquet")):
        assert str(frame.published_at.dtype) == "datetime64[us, Asia/Shanghai]"
        assert frame.characters.dtype == "int64"


def _pandas(folder: Path) -> Any:
    if files := sorted(folder.glob("data/train-*.parquet")):
        return pd.concat(map(pd.read_parquet, files))
    with (folder / "data" / "train-00000.jsonl.zst").open("rb") as stream:  # pandas asks for another package
        return pd.read_json(io.BytesIO(unpacked(stream).read()), lines=True)
