"""The gzip members of a packed WARC file, a record each."""

from __future__ import annotations

import zlib
from mmap import mmap
from pathlib import Path

_GZIP = zlib.MAX_WBITS | 16
_BLOCK = 1 << 16  # the rest of a block is copied for each member in it
# Enough of a member to unpack its first bytes: Huffman tables take some 300.
_SAMPLE = 4_096


def whole_size(path: Path, start: int = 0) -> int:
    """Where the whole members of a file end, of which one begins at `start`: what stands behind is torn."""
    read = whole = start
    member = zlib.decompressobj(_GZIP)
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(_BLOCK):
            read += len(block)
            try:
                more = False
                while block or more:
                    more = len(member.decompress(block, _BLOCK)) == _BLOCK  # a bomb would fill the memory at once
                    block = member.unused_data if member.eof else member.unconsumed_tail
                    if member.eof:
                        whole, member, more = read - len(block), zlib.decompressobj(_GZIP), False
            except zlib.error:
                break
    return whole


def begins_record(data: mmap, at: int) -> bool:
    """Whether a member that holds a record begins at a place."""
    try:
        return zlib.decompressobj(_GZIP).decompress(data[at : at + _SAMPLE], 5) == b"WARC/"
    except zlib.error:
        return False
