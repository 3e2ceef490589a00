"""Packed bytes unpacked, with an eye on the end: half a page must not pass for a page."""

from __future__ import annotations

import zlib

from newscrawl.refused import Refused

GZIP = b"\x1f\x8b"
_CHUNK = 65536


def unpack(body: bytes, max_size: int, wbits: int) -> bytes:
    """Unpack a zlib, gzip (of several members too) or bare deflate stream, told apart by `wbits` as in `zlib`.

    Raises `Refused`: too_large beyond `max_size` bytes (0: no limit), truncated when the end is missing;
    `zlib.error` when the bytes are damaged.
    """
    pieces: list[bytes] = []
    size = 0
    while True:
        stream = zlib.decompressobj(wbits)
        while not stream.eof:
            piece = stream.decompress(body, _CHUNK)
            body = stream.unconsumed_tail
            size += len(piece)
            if max_size and size > max_size:
                raise Refused("too_large", f"more than {max_size} bytes unpacked")
            if not piece and not body and not stream.eof:
                raise Refused("truncated", f"the stream has no end after {size} bytes unpacked")
            pieces.append(piece)
        body = stream.unused_data
        if not body.startswith(GZIP):  # what else stands behind the end is padding
            return b"".join(pieces)
