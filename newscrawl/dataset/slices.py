"""Files in slices: lines for each of many readers, of which each reads its own slice of every file.

What a shuffle leaves is one file a writer instead of one a writer and reader: a number of slices (8 bytes), where each
begins and the last one ends (8 bytes each, from the file's beginning), and the slices, zstd.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from newscrawl.dataset.parts import to_bytes
from newscrawl.publish.written import written_whole

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_NUMBER = struct.Struct("<Q")


def write_slices(path: Path, slices: Sequence[Sequence[Mapping[str, Any]]]) -> None:
    """Write a slice for each list of records; empty ones take no room."""
    packed = [zstd.compress(b"".join(map(to_bytes, records))) if records else b"" for records in slices]
    at = _NUMBER.size * (len(packed) + 2)
    ends = [at := at + len(one) for one in [b"", *packed]]
    with written_whole(path, shared=True) as stream:
        stream.write(struct.pack(f"<{len(ends) + 1}Q", len(packed), *ends))
        stream.writelines(packed)


def read_slice(path: Path, number: int) -> Iterator[dict[str, Any]]:
    """The records of a slice."""
    with path.open("rb") as stream:
        stream.seek(_NUMBER.size * (number + 1))
        start, end = struct.unpack("<2Q", stream.read(2 * _NUMBER.size))
        stream.seek(start)
        lines = stream.read(end - start)
    yield from map(json.loads, zstd.decompress(lines).splitlines() if lines else ())
