"""gzip and zstd: told by a file's first bytes when it is read, by its name when it is written."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, FileIO
from typing import BinaryIO, cast

from newscrawl.decode.unpack import GZIP, ZSTD

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ENDINGS = frozenset((".gz", ".zst"))
DAMAGE = (EOFError, zlib.error, zstd.ZstdError)
"""What reading raises, beside `OSError`, when a packed file is cut off or damaged."""

_LEVEL = 6
"""Of gzip: the command's own; Python's 9 takes several times as long for a hundredth of the size."""


def unpacked(stream: BufferedReader[FileIO]) -> BufferedReader[FileIO]:
    """A stream of what is packed in `stream`; itself when nothing is."""
    magic = stream.peek(len(ZSTD))
    found: object = stream
    if magic.startswith(GZIP):
        found = gzip.GzipFile(fileobj=stream)
    elif magic.startswith(ZSTD):
        found = zstd.ZstdFile(stream)
    return cast("BufferedReader[FileIO]", found)  # all three have read1, and no more is used


@contextmanager
def packed(stream: BinaryIO, ending: str) -> Iterator[BinaryIO]:
    """A stream that packs into `stream` as `ending` (.gz, .zst) has it; itself for every other ending."""
    if ending == ".gz":
        with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=stream, mtime=0) as gzipped:
            yield cast(BinaryIO, gzipped)
    elif ending == ".zst":
        with zstd.ZstdFile(stream, "w") as zipped:
            yield cast(BinaryIO, zipped)
    else:
        yield stream
