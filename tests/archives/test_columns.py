"""Pages in columns: JSON lines and Parquet, by usual names and by those that the caller tells."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newscrawl.archives import Columns
from newscrawl.bulk.packed import zstd
from tests.archives.made import read, told

URL = "http://news.example/1.html"
HTML = "<html><p>云桥区"

# a row, the columns that are named, and what is read: the address, HTML or text
FOUND: dict[str, tuple[dict[str, Any], Columns, tuple[str, str]]] = {
    "usual names": ({"html": HTML, "text": "x", "url": URL}, Columns(), ("html", HTML)),
    "text": ({"text": "云桥区", "url": URL}, Columns(), ("text", "云桥区")),
    "html is null": ({"html": None, "text": "云桥区", "uri": URL}, Columns(), ("text", "云桥区")),
    "html is empty": ({"html": "", "text": "云桥区", "source_url": URL}, Columns(), ("text", "云桥区")),
    "content that is text": ({"content": "云桥区", "url": URL}, Columns(), ("text", "云桥区")),
    "content that is HTML": ({"content": HTML, "url": URL}, Columns(), ("html", HTML)),
    "as datatrove has it": ({"text": "云桥区", "id": "1", "metadata": {"url": URL}}, Columns(), ("text", "云桥区")),
    "named": ({"a": HTML, "b": URL, "text": "x", "url": "y"}, Columns(html="a", url="b"), ("html", HTML)),
    "named text": ({"a": "云桥区", "html": HTML, "url": URL}, Columns(text="a"), ("text", "云桥区")),
    "named inside": ({"doc": {"raw": HTML, "at": URL}}, Columns(html="doc.raw", url="doc.at"), ("html", HTML)),
    "a name with a dot": ({"doc.raw": HTML, "url": URL}, Columns(html="doc.raw"), ("html", HTML)),
    "paragraphs": ({"text": ["云桥区", "江汉"], "url": URL}, Columns(), ("text", "云桥区\n江汉")),
}


def _as_lines(row: dict[str, Any], path: Path) -> Path:
    path = path.with_suffix(".jsonl")
    path.write_text(json.dumps(row) + "\n", "utf-8")
    return path


def _as_parquet(row: dict[str, Any], path: Path) -> Path:
    path = path.with_suffix(".parquet")
    pq.write_table(pa.Table.from_pylist([row]), path)
    return path


@pytest.mark.parametrize("write", [_as_lines, _as_parquet], ids=["jsonl", "parquet"])
@pytest.mark.parametrize("name", FOUND)
def test_a_page_is_found(tmp_path: Path, write: Callable[[dict[str, Any], Path], Path], name: str) -> None:
    row, columns, (kind, expected) = FOUND[name]
    [source] = read(write(row, tmp_path / "a"), columns=columns)
    assert source.error is None and source.refused is None, told([source])
    assert source.name == source.page.url == URL
    assert source.page.flat == (kind == "text")
    assert (source.page.text or source.page.body.decode()) == expected


@pytest.mark.parametrize("write", [_as_lines, _as_parquet], ids=["jsonl", "parquet"])
def test_an_article_of_ours_is_handed_on_as_it_is(
    tmp_path: Path, write: Callable[[dict[str, Any], Path], Path]
) -> None:
    row = {"url": URL, "schema_version": "2", "body": ["云桥区", "江汉"], "restored": {"family": "A"}, "text": "x"}
    [source] = read(write(row, tmp_path / "a"))
    assert (source.record, source.page.body, source.page.text) == (row, b"", "")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress], ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json.gz", "lines"])
def test_lines_are_known_by_their_bytes(tmp_path: Path, pack: Callable[[bytes], bytes], name: str) -> None:
    lines = b"\xef\xbb\xbf" + b"".join(b'{"text": "%d"}\r\n' % number for number in range(100_000))
    path = tmp_path / name
    sources = read(path, pack(lines))
    assert [source.page.text for source in sources] == [str(number) for number in range(100_000)]
    assert sources[-1].name == f"{path}:100000"


BAD_LINES = {
    b"{": "bad_input",
    b"[1]": "bad_input",
    b'{"text": 5}': "bad_input",
    b'{"html": {"a": 1}}': "bad_input",
    b'{"url": "\\u001b[31m"}': "bad_input",
    b'{"text": "' + b"[" * 100_000: "bad_input",
    b"[" * 100_000: "bad_input",
    b'{"n": ' + b"9" * 10_000 + b"}": "bad_input",
    b"\xff\xfe{": "bad_input",
    b'{"html": "' + b"x" * (9 << 20) + b'"}': "too_large",
}


def test_a_bad_line_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    sources = read(path, b"\n".join([*BAD_LINES, b'{"text": "last"}']))
    assert [source.refused and source.refused.reason for source in sources[:-1]] == list(BAD_LINES.values())
    assert [source.place for source in sources] == [f"{path}:{number}" for number in range(1, len(BAD_LINES) + 2)]
    assert sources[-1].page.text == "last"


@pytest.mark.parametrize("begin", ["", "\n "])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_called_so(tmp_path: Path, encoding: str, begin: str) -> None:
    path = tmp_path / "a.jsonl"
    lines = f'{{"text": "{"今天多云。" * 50}"}}\n' * 3
    (found,) = read(path, (begin + lines).encode(encoding))
    assert found.fatal
    assert (found.error or "").startswith(f"{path} is JSON lines in UTF-16, which are not read: `iconv")


def test_the_mark_of_utf_16_alone_costs_its_line(tmp_path: Path) -> None:
    bad, good = read(tmp_path / "a.jsonl", b'\xff\xfe broken\n{"text": "last"}\n')
    assert bad.refused and bad.refused.reason == "bad_input"
    assert good.page.text == "last"


def _pandas(path: Path, rows: dict[str, list[Any]]) -> None:
    pd.DataFrame(rows).to_parquet(path, row_group_size=7)


def _polars(path: Path, rows: dict[str, list[Any]]) -> None:
    pl.DataFrame(rows).write_parquet(path)


def _duckdb(path: Path, rows: dict[str, list[Any]]) -> None:
    frame = pd.DataFrame(rows)  # noqa: F841 (DuckDB finds it by its name)
    duckdb.sql(f"COPY (SELECT * FROM frame) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def _categories(path: Path, rows: dict[str, list[Any]]) -> None:
    pd.DataFrame(rows).astype({"html": "category"}).to_parquet(path)


def _large_bytes(path: Path, rows: dict[str, list[Any]]) -> None:
    schema = pa.schema({"html": pa.large_binary(), "url": pa.large_string()})
    pq.write_table(pa.table(rows, schema=schema), path, data_page_version="2.0", compression="gzip")


@pytest.mark.parametrize("write", [_pandas, _polars, _duckdb, _categories, _large_bytes])
def test_parquet_written_by_others(tmp_path: Path, write: Callable[[Path, dict[str, list[Any]]], None]) -> None:
    rows: dict[str, list[Any]] = {
        "html": [f"{HTML}{n}".encode() for n in range(50)],
        "url": [f"{URL}?{n}" for n in range(50)],
    }
    if write in (_polars, _duckdb, _categories, _pandas):
        rows["html"] = [page.decode() for page in rows["html"]]
    write(tmp_path / "a.parquet", rows)
    sources = read(tmp_path / "a.parquet")
    assert [source.name for source in sources] == rows["url"]
    assert [source.page.body.decode() for source in sources] == [f"{HTML}{n}" for n in range(50)]


def grouped(path: Path) -> bytes:
    """Ten row groups of ten rows; gives their bytes."""
    table = pa.table({"html": [f"{HTML}{n}" for n in range(100)], "url": [f"{URL}?{n}" for n in range(100)]})
    pq.write_table(table, path, row_group_size=10, compression="gzip", write_page_checksum=True)
    return path.read_bytes()


def test_a_damaged_page_costs_its_row_group(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    data = bytearray(grouped(path))
    column = pq.ParquetFile(path).metadata.row_group(3).column(0)
    data[column.data_page_offset - 9] ^= 0xFF
    sources = read(path, bytes(data))
    kept = [f"{URL}?{n}" for n in range(100) if n // 10 != 3]
    assert told(source for source in sources if not source.refused) == kept
    assert told(source for source in sources if source.refused) == [f"damaged {path}, rows 31 to 40"]


NO_PARQUET = {
    "cut off": lambda data: data[:-9],
    "footer": lambda data: data[:-300] + b"\xff" * 292 + data[-8:],
    "empty": lambda data: b"",
    "head only": lambda data: b"PAR1",
    "length of the footer": lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1",
}


@pytest.mark.parametrize("name", NO_PARQUET)
def test_a_file_without_its_footer_is_lost_and_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.parquet"
    [source] = read(path, NO_PARQUET[name](grouped(path)))
    assert source.refused and source.refused.reason == "damaged" and "its footer" in source.refused.detail


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (Columns(), 'it has no column "html", "text" or "content" of text or bytes'),
        (Columns(html="number"), 'column "number" is int64, no text or bytes'),
        (Columns(text="none"), 'column "none" is not there'),
        (Columns(html="inside.page.deeper"), 'column "inside.page.deeper" is not there'),
        (Columns(html="inside.page", url="number"), 'column "number" is not there, or is no text'),
    ],
)
def test_a_parquet_file_without_pages_is_named(tmp_path: Path, columns: Columns, why: str) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"number": [1], "inside": [{"page": HTML}], "html": [2.5]}), path)
    [source] = read(path, columns=columns)
    assert (source.error, source.fatal) == (f"{path}: {why}", True)


def test_text_that_is_no_utf8_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    ends = pa.array([0, 2, 4], pa.int32()).buffers()[1]
    text = pa.Array.from_buffers(pa.string(), 2, [None, ends, pa.py_buffer(b"\xff\xfeab")])
    pq.write_table(pa.table({"text": text}), tmp_path / "a.parquet")
    assert [source.page.text for source in read(tmp_path / "a.parquet")] == ["\ufffd\ufffd", "ab"]


@pytest.mark.parametrize(
    "times",
    [pa.array([2**62, 0], pa.timestamp("us", "UTC")), pa.array([0, 0], pa.timestamp("us", "Nowhere/Bad"))],
    ids=["year", "zone"],
)
def test_a_time_that_is_none_costs_its_row(tmp_path: Path, times: pa.Array) -> None:
    lines = pa.array([["云桥区"], ["江汉"]])
    articles = pa.table({"schema_version": ["2", "2"], "body": lines, "published_at": times})
    pq.write_table(articles, tmp_path / "a.parquet")
    first, second = read(tmp_path / "a.parquet")
    assert first.refused and first.refused.reason == "bad_input" and "a time beyond" in first.refused.detail
    assert first.place == f"{tmp_path}/a.parquet, row 1"
    assert (second.record is None) == (times.type.tz != "UTC")
