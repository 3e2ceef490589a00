"""The parts a data set is built from: the records of a group of input files, a line each, and where they lie.

    WORK/parts/00000.jsonl.zst      every record with "id" and "quality"
    WORK/refused/00000.jsonl.zst    every refusal, as `publish.rejects` writes them

A file takes its name when it is whole. Two processes that write the same part (one was given up and lives on) write
the same bytes, each under a name of its own until then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any, BinaryIO

from newscrawl.bulk.packed import packed, unpacked
from newscrawl.publish.written import written_whole

_ENDING = ".zst"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def part_path(work: Path, number: int) -> Path:
    """Where the records of a part are."""
    return work / "parts" / f"{number:05}.jsonl{_ENDING}"


def refused_path(work: Path, number: int) -> Path:
    """Where the refusals of a part are."""
    return work / "refused" / f"{number:05}.jsonl{_ENDING}"


def write_part(work: Path, number: int, records: Iterable[Mapping[str, Any]]) -> None:
    """Write all records of a part."""
    with writing(part_path(work, number)) as stream:
        stream.writelines(map(to_bytes, records))


def read_part(work: Path, number: int) -> Iterator[dict[str, Any]]:
    """The records of a part, in the order they were written."""
    yield from read_lines(part_path(work, number))


def read_refused(work: Path, number: int) -> Iterator[dict[str, Any]]:
    """The refusals of a part."""
    yield from read_lines(refused_path(work, number))


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A packed file that takes its name when it is whole."""
    with written_whole(path, shared=True) as stream, packed(stream, _ENDING) as lines:
        yield lines


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a packed file of JSON lines. Raises `OSError` when it is not there."""
    with BufferedReader(FileIO(path)) as stream, unpacked(stream) as lines:
        yield from map(json.loads, lines)


def to_bytes(record: Mapping[str, Any]) -> bytes:
    """A record as a line; half a surrogate pair, which no encoding has, is escaped."""
    return (_ENCODER.encode(record) + "\n").encode("utf-8", "backslashreplace")
