"""Files of rows, Parquet or JSON lines: a new one after so many rows, each there when it is whole, none empty."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # as above

from newscrawl.bulk.packed import packed
from newscrawl.dataset.options import Form
from newscrawl.dataset.parts import read_lines
from newscrawl.publish.written import written_whole

GROUP_ROWS = 10_000
"""Rows of a row group at most, for rows with little in them."""
GROUP_WEIGHT = 8 * 2**20
"""Characters of a row group, about: 2,500 articles, 20 MB unpacked, which readers take one at a time. Bounds the memory
whatever the rows are: five files may be open at once."""
_BATCH_WEIGHT = 2**20
"""Characters that wait as Python has them, which takes several times what Arrow takes."""
_LEVEL = 3
"""Of zstd: its own default; 9 takes four times as long for a twentieth of the size."""
# Columns with few values, which Parquet stores once a row group; for texts the attempt costs memory.
_REPEATING = (
    "site mirror_site published_precision source section charset schema_version language script "
    "breadcrumb.list.element restored.family junk.list.element.kind trace.list.element"
).split()


@dataclass(frozen=True, slots=True)
class Shard:
    """A file that is whole."""

    path: Path
    rows: int
    size: int
    """In bytes."""
    sha256: str
    """In hex."""


class _Writer(Protocol):
    def write(self, row: Mapping[str, Any]) -> None: ...


class Shards:
    """Rows into files of `rows` rows at most, called STEM-00000.ENDING and so on in `folder`; a context."""

    def __init__(self, folder: Path, stem: str, form: Form, ending: str, schema: pa.Schema, rows: int) -> None:
        self.done: list[Shard] = []
        self._folder, self._stem, self._form, self._ending = folder, stem, form, ending
        self._schema, self._most = schema, rows
        self._open: ExitStack | None = None
        self._rows = 0

    def write(self, row: Mapping[str, Any]) -> None:
        """Add a row, with values as `rows.row` has them. Raises `OSError`."""
        if self._open is None:
            self._begin()
        self._writer.write(row)
        self._rows += 1
        if self._rows == self._most:
            self._end()

    def __enter__(self) -> Shards:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._open and kind:
            self._open.__exit__(kind, problem, at)  # takes away what is half written
        elif self._open:
            self._end()

    def _begin(self) -> None:
        self._path = self._folder / f"{self._stem}-{len(self.done):05}.{self._ending}"
        self._rows, self._open = 0, ExitStack()
        stream = self._open.enter_context(written_whole(self._path, shared=True))
        if self._form == "jsonl":
            self._writer: _Writer = _Lines(self._open.enter_context(packed(stream, ".zst")), list(self._schema.names))
        else:
            self._writer = self._open.enter_context(_Groups(stream, self._schema))

    def _end(self) -> None:
        assert self._open
        self._open.close()
        self._open = None
        self.done.append(Shard(self._path, self._rows, self._path.stat().st_size, sha256_of(self._path)))


class _Lines:
    """JSON lines, columns in the order of the schema, times in ISO 8601 with their offset."""

    def __init__(self, stream: Any, columns: list[str]) -> None:
        self._stream, self._columns = stream, columns

    def write(self, row: Mapping[str, Any]) -> None:
        told = {name: row[name] for name in self._columns}
        self._stream.write((json.dumps(told, ensure_ascii=False, default=datetime.isoformat) + "\n").encode())


class _Groups:
    """Parquet, a row group as soon as there are rows enough for one."""

    def __init__(self, stream: Any, schema: pa.Schema) -> None:
        self._schema = schema
        self._rows: list[Mapping[str, Any]] = []
        self._batches: list[pa.RecordBatch] = []
        self._count = self._weight = self._waiting = 0
        self._file = pq.ParquetWriter(
            stream,
            schema,
            compression="zstd",
            compression_level=_LEVEL,
            use_dictionary=_REPEATING,
            write_statistics=True,
        )

    def write(self, row: Mapping[str, Any]) -> None:
        self._rows.append(row)
        self._count += 1
        self._waiting += weight(row)
        if self._waiting >= _BATCH_WEIGHT:
            self._pack()
        if self._count >= GROUP_ROWS or self._weight >= GROUP_WEIGHT:
            self._flush()

    def __enter__(self) -> _Groups:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._count and kind is None:
            self._flush()
        self._file.close()

    def _pack(self) -> None:
        self._batches.append(pa.RecordBatch.from_pylist(self._rows, schema=self._schema))
        self._weight += self._waiting
        self._rows, self._waiting = [], 0

    def _flush(self) -> None:
        self._pack()
        self._file.write_table(pa.Table.from_batches(self._batches).combine_chunks())
        self._batches, self._count, self._weight = [], 0, 0


def weight(value: Any) -> int:
    """About how much memory a value takes, in characters; what is in a list costs a little by itself.

    >>> weight({"body": ["江城", "老街"], "revision": 1})
    84
    """
    if isinstance(value, str):
        return 16 + len(value)
    if isinstance(value, Mapping):
        return 16 + sum(map(weight, value.values()))
    if isinstance(value, list):
        return 16 + sum(map(weight, value))
    return 16


def read_rows(path: Path, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a file of either form, with all columns or some.

    Raises `OSError`, `ValueError` (Arrow's errors are of both), `KeyError` or one of `packed.DAMAGE`.
    """
    if path.suffix == ".parquet":
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1_000, columns=columns):
                yield from batch.to_pylist()
        return
    for row in read_lines(path):
        yield {name: row[name] for name in columns} if columns else row


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(2**20):
            digest.update(block)
    return digest.hexdigest()
