"""Whether a data set is whole and holds together: its files, their sums and rows, and the links between rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # as above

from newscrawl.bulk.packed import DAMAGE
from newscrawl.dataset import card, manifest
from newscrawl.dataset.check_links import check_links
from newscrawl.dataset.fit import fitted
from newscrawl.dataset.manifest import File
from newscrawl.dataset.rows import ROW_VERSION, schema
from newscrawl.dataset.shards import read_rows, sha256_of

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, *DAMAGE)


def check(folder: Path) -> Iterator[str]:
    """What is wrong with a data set, a line each, nothing when it is as it was built.

    Raises `ValueError` or `OSError` when there is no manifest that can be read.
    """
    told = json.loads((folder / manifest.NAME).read_bytes())
    try:
        files = [File(**file) for file in told["files"]]
        people = not told["options"]["without_people"]
        version = told["row_version"]
    except (KeyError, TypeError) as problem:
        raise ValueError(f"{manifest.NAME} is not one of a data set: {problem!r}") from None
    if version != ROW_VERSION:
        raise ValueError(f"the rows are of version {version}, and this newscrawl knows version {ROW_VERSION}")
    problems = [*_listing(folder, files), *_sums(folder, files)]
    for file in files:
        problems += _file(folder, file, people)
    yield from problems
    if not problems:  # links are of use only among rows that can be read
        yield from check_links(folder, files)


def _listing(folder: Path, files: list[File]) -> Iterator[str]:
    """Files that are there and stand in no manifest; those that are not there are told with their sums."""
    known = {*(file.path for file in files), card.NAME, manifest.NAME, manifest.SUMS}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    # what version control and the hub keep there begins with a dot
    yield from (f"{path}: not in the manifest" for path in sorted(found - known) if not path.startswith("."))


def _sums(folder: Path, files: list[File]) -> Iterator[str]:
    """Whether every file is there, and has the sum that SHA256SUMS tells, and the manifest."""
    try:
        lines = (folder / manifest.SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        yield f"{manifest.SUMS}: cannot be read"
        lines = []
    told = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    listed = {file.path: file.sha256 for file in files} | dict.fromkeys((card.NAME, manifest.NAME), "")
    for path, digest in listed.items():
        try:
            found = sha256_of(folder / path)
        except OSError as problem:
            yield f"{path}: {problem.strerror}"
            continue
        if {told.get(path), digest} - {None, "", found}:
            yield f"{path}: not what was written: its SHA-256 is {found}"
        elif lines and path not in told:
            yield f"{path}: not in {manifest.SUMS}"


def _file(folder: Path, file: File, people: bool) -> Iterator[str]:
    """Whether a file has the columns and as many rows as it should."""
    path, wanted = folder / file.path, schema(people=people)
    if not path.exists():
        return
    try:
        rows = _rows_of(path, wanted)
    except _UNREADABLE as problem:
        yield f"{file.path}: cannot be read: {problem}"
        return
    if isinstance(rows, str):
        yield f"{file.path}: {rows}"
    elif rows != file.rows:
        yield f"{file.path}: {rows:,} rows, and the manifest tells {file.rows:,}"


def _rows_of(path: Path, wanted: pa.Schema) -> int | str:
    """How many rows a file has, or what is wrong with its columns."""
    if path.suffix == ".parquet":
        found = pq.read_schema(path)
        return pq.read_metadata(path).num_rows if found.equals(wanted) else _difference(found, wanted)
    rows, fits = 0, {column.name: fitted(column) for column in wanted}
    for row in read_rows(path):
        rows += 1
        if list(row) != wanted.names:
            return f"row {rows}: other columns than a row has"
        for name, value in row.items():
            fits[name](value)
    return rows


def _difference(found: pa.Schema, wanted: pa.Schema) -> str:
    if found.names != wanted.names:
        other = sorted(set(found.names) ^ set(wanted.names))
        return f"other columns than a row has: {', '.join(other) or 'in another order'}"
    first = next((one.name for one in wanted if not one.equals(found.field(one.name))), "")
    return (
        f"column {first} is {found.field(first).type}, and not {wanted.field(first).type}" if first else "other notes"
    )
