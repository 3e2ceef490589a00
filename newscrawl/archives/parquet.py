"""Pages of Parquet files, row group by row group, in bounded memory and across damage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from newscrawl.archives.columns import Columns, source_of
from newscrawl.archives.parquet_pages import BadPageError, PageHead, page_heads
from newscrawl.archives.source import Source, damaged
from newscrawl.archives.spans import WHOLE, Span
from newscrawl.refused import Refused

_MOST_PAGES = 160 << 20
"""Bytes that the largest page of each column read may take together. Arrow holds a page up to three times: packed,
unpacked, and as values."""
_MOST_LIST = 96 << 20
"""Bytes that a column of lists may take in a row group: a list may go over all its pages."""
_BATCH = 4 << 20
"""Bytes of values read at a time."""
_MOST_ROWS = 1024
_BUFFER = 1 << 20
"""Bytes that Arrow reads of a column at a time; without, it reads all of the column's bytes in the row group."""


class _UnfitError(ValueError):
    """A row group that cannot be read in bounded memory."""


@dataclass(slots=True)
class _File:
    """An open file, and what of it is read."""

    stream: BinaryIO
    name: str
    parquet: pq.ParquetFile
    columns: Columns
    wanted: list[str] | None
    """The names of the columns with pages and addresses; None: all, for the rows are articles of ours."""


def read_parquet(stream: BinaryIO, name: str, columns: Columns, *, named: bool, span: Span = WHOLE) -> Iterator[Source]:
    """The page of every row, and every damaged row group; of the row groups that begin in a span.

    A file that nobody named, and that has no column with pages, is passed over. What is wrong with the whole file is
    told by the span that it begins with.
    """
    file = _open(stream, name, columns, named=named)
    if isinstance(file, Source):
        yield from () if span.start else (file,)
        return
    first = 1
    for number in range(file.parquet.num_row_groups):
        group = file.parquet.metadata.row_group(number)
        # hostile offsets may lie before the file or behind it: the first span owns those, or the last
        if span.owns(max(0, _begin(group.column(0)) if group.num_columns else 0)):
            yield from _row_group(file, number, first, first + group.num_rows - 1)
        first += group.num_rows


def _open(stream: BinaryIO, name: str, columns: Columns, *, named: bool) -> _File | Source:
    """The file, or what is wrong with the whole of it."""
    try:
        parquet = pq.ParquetFile(stream, pre_buffer=False, buffer_size=_BUFFER, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        return damaged(name, f"its footer, without which nothing of it can be read: {_why(error)}")
    try:
        return _File(stream, name, parquet, columns, _wanted(parquet.schema_arrow, columns))
    except _UnfitError as problem:
        passed = "" if named else "passed over: "
        return Source(name, error=f"{name}: {passed}{problem}", fatal=named)


def _begin(chunk: pq.ColumnChunkMetaData) -> int:
    """Where a column begins in the file, of a row group."""
    return int(chunk.dictionary_page_offset or chunk.data_page_offset)


def _row_group(file: _File, number: int, first: int, last: int) -> Iterator[Source]:
    row = first
    try:
        size = _batch_size(file, number)
        for batch in file.parquet.iter_batches(size, [number], columns=file.wanted, use_threads=False):
            for record in _records(batch, file):
                place = f"{file.name}, row {row}"
                yield source_of(record, file.columns, place) if record is not None else _unreadable(place)
                row += 1
    except _UnfitError as problem:
        place = f"{file.name}, rows {first} to {last}"
        yield Source(place, refused=Refused("too_large", str(problem), url=place), place=place)
    except (OSError, pa.ArrowException, BadPageError) as error:
        yield damaged(f"{file.name}, rows {row} to {last}", _why(error))


def _unreadable(place: str) -> Source:
    why = "a value in it cannot be read: text that is not UTF-8, or a time beyond the calendar"
    return Source(place, refused=Refused("bad_input", why, url=place), place=place)


def _wanted(schema: pa.Schema, columns: Columns) -> list[str] | None:
    """The columns to read; None for all. Raises `_UnfitError` when there is none that can hold a page."""
    if "schema_version" in schema.names and "body" in schema.names and pa.types.is_list(schema.field("body").type):
        return None
    *pages, addresses = columns.candidates()
    found = [name for names in pages for name in names if _holds_text(_type_at(schema, name))]
    for name in filter(None, (columns.html, columns.text)):
        kind = _type_at(schema, name)
        if not _holds_text(kind):
            raise _UnfitError(
                f'column "{name}" ' + ("is not there" if kind is None else f"is {kind}, no text or bytes")
            )
    if not found:
        raise _UnfitError(f"it has no column {columns.told()} of text or bytes")
    address = [name for name in addresses if _holds_text(_type_at(schema, name))]
    if columns.url and not address:
        raise _UnfitError(f'column "{columns.url}" is not there, or is no text')
    return found + address


def _type_at(schema: pa.Schema, name: str) -> pa.DataType | None:
    """The type of a column, along the dots of its name; None when it is not there."""
    if name in schema.names:
        return schema.field(name).type
    first, *others = name.split(".")
    kind = schema.field(first).type if first in schema.names else None
    for other in others:
        if kind is None or not pa.types.is_struct(kind) or (at := kind.get_field_index(other)) < 0:
            return None
        kind = kind.field(at).type
    return kind


def _holds_text(kind: pa.DataType | None) -> bool:
    if kind is None:
        return False
    if pa.types.is_dictionary(kind) or pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _holds_text(kind.value_type)
    return any(
        is_kind(kind)
        for is_kind in (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    )


def _batch_size(file: _File, number: int) -> int:
    """Rows that can be read at a time. Raises `_UnfitError`, `BadPageError`."""
    group = file.parquet.metadata.row_group(number)
    largest, size = 0, _MOST_ROWS
    for at in range(group.num_columns):
        chunk = group.column(at)
        if not _is_wanted(chunk.path_in_schema, file.wanted):
            continue
        column = _Column.of(page_heads(file.stream, _begin(chunk), chunk.total_compressed_size))
        if file.parquet.schema.column(at).max_repetition_level and column.total > _MOST_LIST:
            raise _UnfitError(f'{column.total:,} bytes of lists in column "{chunk.path_in_schema}"')
        largest += column.largest
        size = min(size, column.rows)
    if largest > _MOST_PAGES:
        raise _UnfitError(f"its largest pages (of Parquet) have {largest:,} bytes; the limit is {_MOST_PAGES:,}")
    return max(1, size)


def _is_wanted(path: str, wanted: list[str] | None) -> bool:
    return wanted is None or any(path == name or path.startswith(f"{name}.") for name in wanted)


@dataclass(slots=True)
class _Column:
    """What the pages of a column in a row group come to."""

    largest: int = 0
    total: int = 0
    rows: int = _MOST_ROWS
    """Rows that hold `_BATCH` bytes where they are largest."""

    @classmethod
    def of(cls, pages: Iterator[PageHead]) -> _Column:
        column = cls()
        for page in pages:
            column.largest = max(column.largest, page.size)
            column.total += page.size
            # a dictionary's values may all be as large as it is, and stand in any row
            one = page.size / 16 if page.dictionary else page.size / max(1, page.values)
            column.rows = min(column.rows, int(_BATCH / one) if one else _MOST_ROWS)
        return column


def _records(batch: pa.RecordBatch, file: _File) -> Iterator[dict[str, Any] | None]:
    """The rows as JSON lines would have them; None for one that Python has no values for."""
    if file.wanted is None:
        for row in range(batch.num_rows):
            yield _or_none(batch.slice(row, 1))
        return
    columns = [_values(batch, name) for name in file.wanted]
    for values in zip(*columns, strict=True):
        yield dict(zip(file.wanted, values, strict=True))


def _or_none(row: pa.RecordBatch) -> dict[str, Any] | None:
    try:
        record: dict[str, Any] = row.to_pylist()[0]
    except (ValueError, OverflowError, LookupError):  # no UTF-8, the year 148,000, a zone that nobody knows
        return None
    return record


def _values(batch: pa.RecordBatch, name: str) -> list[Any]:
    """The values of a column. Text comes as text; bytes that are none of it are replaced, as every decoder does it."""
    array = batch.column(name) if name in batch.schema.names else _inner(batch, name.split("."))
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        values = array.cast(pa.large_binary()).to_pylist()
        return [None if value is None else value.decode("utf-8", "replace") for value in values]
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        rows = array.cast(pa.list_(pa.binary())).to_pylist()
        return [None if row is None else [(part or b"").decode("utf-8", "replace") for part in row] for row in rows]
    found: list[Any] = array.to_pylist()
    return found


def _inner(batch: pa.RecordBatch, path: list[str]) -> pa.Array:
    array = batch.column(path[0])
    for name in path[1:]:
        array = pc.struct_field(array, name)
    return array


def _why(error: Exception) -> str:
    return str(error).partition("\n")[0][:200] or type(error).__name__
