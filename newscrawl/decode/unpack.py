"""Packed bytes unpacked, with an eye on the end: half a page must not pass for a page."""

from __future__ import annotations

import zlib

from newscrawl.refused import Refused

GZIP = b"\x1f\x8b"
_CHUNK = 65536

MOST_RATIO = 200
"""How many times larger than it came a body may get, beyond `HARMLESS`. Pages shrink to a tenth, monotonous lists to a
fiftieth; zeros shrink to a thousandth."""
HARMLESS = 1 << 20
"""Bytes that a body may unpack to at any ratio: a page of nothing but spaces is small, and no bomb."""


def is_bomb(packed: int, unpacked: int) -> bool:
    """Whether sizes in bytes are those of a bomb: a small body that gets large.

    >>> is_bomb(8_000, 8_000_000), is_bomb(8_000, 80_000), is_bomb(1_000, 500_000)
    (True, False, False)
    """
    return unpacked > HARMLESS and unpacked > MOST_RATIO * packed


def unpack(body: bytes, max_size: int, wbits: int) -> bytes:
    """Unpack a zlib, gzip (of several members too) or bare deflate stream, told apart by `wbits` as in `zlib`.

    Raises `Refused`: too_large beyond `max_size` bytes (0: no limit) and for a bomb, truncated when the end is missing;
    `zlib.error` when the bytes are damaged.
    """
    pieces: list[bytes] = []
    size, packed = 0, len(body)
    while True:
        stream = zlib.decompressobj(wbits)
        while not stream.eof:
            piece = stream.decompress(body, _CHUNK)
            body = stream.unconsumed_tail
            size += len(piece)
            if max_size and size > max_size:
                raise Refused("too_large", f"more than {max_size} bytes unpacked")
            if is_bomb(packed, size):
                raise Refused("too_large", f"{packed} bytes that unpack to more than {MOST_RATIO} times as many")
            if not piece and not body and not stream.eof:
                raise Refused("truncated", f"the stream has no end after {size} bytes unpacked")
            pieces.append(piece)
        body = stream.unused_data
        if not body.startswith(GZIP):  # what else stands behind the end is padding
            return b"".join(pieces)
