"""Files in slices: lines for each of many readers, of which each reads its own slice of every file.

What a shuffle leaves is one file a writer instead of one a writer and reader: a number of slices (8 bytes), where each
begins and the last one ends (8 bytes each, from the file's beginning), and the slices, zstd.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

from newscrawl.dataset.parts import to_bytes
from newscrawl.publish.written import written_whole

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_NUMBER = struct.Struct("<Q")


_MOST_WAITING = 32 * 2**20
"""Bytes of lines that wait to be packed, in all slices together. Packed they take a third."""


class Slices:
    """Lines on their way into a file in slices."""

    def __init__(self, count: int) -> None:
        """Into so many slices."""
        self._lines: list[list[bytes]] = [[] for _ in range(count)]
        self._packed: list[list[bytes]] = [[] for _ in range(count)]
        self._waiting = 0

    def add(self, number: int, record: Mapping[str, Any]) -> None:
        """Put a record behind the others of a slice."""
        line = to_bytes(record)
        self._lines[number].append(line)
        self._waiting += len(line)
        if self._waiting > _MOST_WAITING:
            self._pack()

    def write(self, path: Path) -> None:
        """Write the file; empty slices take no room."""
        self._pack()
        sizes = [sum(map(len, frames)) for frames in self._packed]
        ends = accumulate(sizes, initial=_NUMBER.size * (len(sizes) + 2))
        with written_whole(path, shared=True) as stream:
            stream.write(struct.pack(f"<{len(sizes) + 2}Q", len(sizes), *ends))
            stream.writelines(chain.from_iterable(self._packed))

    def _pack(self) -> None:
        for lines, frames in zip(self._lines, self._packed, strict=True):
            if lines:
                frames.append(zstd.compress(b"".join(lines)))
                lines.clear()
        self._waiting = 0


def read_slice(path: Path, number: int) -> Iterator[dict[str, Any]]:
    """The records of a slice."""
    with path.open("rb") as stream:
        stream.seek(_NUMBER.size * (number + 1))
        start, end = struct.unpack("<2Q", stream.read(2 * _NUMBER.size))
        stream.seek(start)
        packed = stream.read(end - start)
    if packed:  # of nothing zstd says that it was cut off
        with zstd.ZstdFile(BytesIO(packed)) as lines:
            yield from map(json.loads, lines)
