"""Files in slices: lines for each of many readers, of which each reads its own slice of every file.

What a shuffle leaves is one file a writer instead of one a writer and reader. It begins with an index: how many slices
there are (8 bytes), and of each, in the order of their keys, its key, where it begins in the file, and how many bytes
it has (8 bytes each). The slices behind it are zstd. A slice without a line takes no room.
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from io import FileIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from newscrawl.dataset.parts import to_bytes
from newscrawl.publish.written import written_whole

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_NUMBER = struct.Struct("<Q")
_ENTRY = struct.Struct("<3Q")
_MOST_WAITING = 32 * 2**20
"""Bytes of lines that wait to be packed, in all slices together."""
_AT_ONCE = 2**20


def write_slices(path: Path, lines: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Write a file in slices: of each line the key of its slice, and the record.

    What is packed waits in a file beside the one it goes into; of each frame 24 bytes stay in memory.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=path.parent) as aside:
        frames = _spooled(aside, lines)
        with written_whole(path, shared=True) as stream:
            stream.write(_index(frames))
            for _, start, size in frames:
                _copy(aside, int(start), int(size), stream)


def read_slice(path: Path, key: int) -> Iterator[dict[str, Any]]:
    """The records of a slice, in the order they were written; none when there is no such slice."""
    with FileIO(path) as stream:
        index = _Index(stream)
        at = bisect_left(index, key)
        if at == len(index) or index[at] != key:
            return
        with zstd.ZstdFile(cast(BinaryIO, _Part(stream, *index.place(at)))) as lines:
            yield from map(json.loads, lines)


_Frames = npt.NDArray[np.uint64]
"""A row a frame: the key of its slice, where it begins in the file aside, and how many bytes it has."""


def _spooled(aside: BinaryIO, lines: Iterable[tuple[int, Mapping[str, Any]]]) -> _Frames:
    """Pack the lines; returns the frames, sorted by their keys, those of a slice in the order they were written."""
    frames = array("Q")
    waiting: dict[int, list[bytes]] = defaultdict(list)
    size = 0
    for key, record in lines:
        waiting[key].append(line := to_bytes(record))
        size += len(line)
        if size > _MOST_WAITING:
            _pack(waiting, aside, frames)
            size = 0
    _pack(waiting, aside, frames)
    found = np.array(frames, np.uint64).reshape(-1, 3)
    return found[np.argsort(found[:, 0], kind="stable")]


def _pack(waiting: dict[int, list[bytes]], aside: BinaryIO, frames: array[int]) -> None:
    """Write a frame for each slice that has lines, and empty it."""
    for key, lines in waiting.items():
        packed = zstd.compress(b"".join(lines))
        frames.extend((key, aside.tell(), len(packed)))
        aside.write(packed)
    waiting.clear()


def _index(frames: _Frames) -> bytes:
    """The head of the file."""
    keys, first = np.unique(frames[:, 0], return_index=True)
    sizes = np.add.reduceat(frames[:, 2], first) if keys.size else keys
    starts = np.cumsum(sizes) - sizes + np.uint64(_NUMBER.size + _ENTRY.size * keys.size)
    return _NUMBER.pack(keys.size) + np.stack((keys, starts, sizes), axis=1).astype("<u8").tobytes()


def _copy(source: BinaryIO, start: int, size: int, target: BinaryIO) -> None:
    source.seek(start)
    while block := source.read(min(size, _AT_ONCE)):
        target.write(block)
        size -= len(block)


class _Part:
    """Some bytes of a file, as a file that can be read."""

    def __init__(self, stream: FileIO, start: int, size: int) -> None:
        self._stream, self._left = stream, size
        stream.seek(start)

    def read(self, most: int) -> bytes:
        found = self._stream.read(min(most, self._left))
        self._left -= len(found)
        return found


class _Index:
    """The keys in the head of a file, read where a search looks: there may be many thousands."""

    def __init__(self, stream: FileIO) -> None:
        self._stream = stream
        (self._count,) = _NUMBER.unpack(stream.read(_NUMBER.size))

    def __len__(self) -> int:
        return int(self._count)

    def __getitem__(self, at: int) -> int:
        return self._entry(at)[0]

    def place(self, at: int) -> tuple[int, int]:
        """Where a slice begins, and how many bytes it has."""
        _, start, size = self._entry(at)
        return start, size

    def _entry(self, at: int) -> tuple[int, int, int]:
        self._stream.seek(_NUMBER.size + at * _ENTRY.size)
        key, start, size = _ENTRY.unpack(self._stream.read(_ENTRY.size))
        return key, start, size
