"""Packed bytes unpacked, with an eye on the end: half a page must not pass for a page."""

from __future__ import annotations

import sys
import zlib
from io import BytesIO

import brotli  # type: ignore[import-untyped]

from newscrawl.refused import Refused

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"  # of a frame of zstd that holds no data; a byte of any value stands before
_CHUNK = 65536

MOST_RATIO = 200
"""How many times larger than it came a body may get, beyond `HARMLESS`. Pages shrink to a tenth, monotonous lists to a
fiftieth; zeros shrink to a thousandth."""
MOST_MEMBERS = 1_000
"""Members of gzip, or frames of zstd, in one body. Servers send one, logs are put together of some; a body of nothing
but empty ones holds a crawl for a minute."""
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

    Raises `Refused`: too_large beyond `max_size` bytes (0: no limit), for a bomb and for more than `MOST_MEMBERS`,
    truncated when the end is missing; `zlib.error` when the bytes are damaged.
    """
    pieces: list[bytes] = []
    size = at = 0
    for _ in range(MOST_MEMBERS):
        stream, data = zlib.decompressobj(wbits), b""
        while not stream.eof:
            if not data:  # in small pieces: what is handed in and not used is copied with every call
                data = body[at : at + _CHUNK]
                at += len(data)
            ended = not data
            piece = stream.decompress(data, _CHUNK)
            data = stream.unconsumed_tail
            size = _checked(len(body), size + len(piece), max_size)
            if ended and not piece and not stream.eof:
                raise Refused("truncated", f"the stream has no end after {size} bytes unpacked")
            pieces.append(piece)
        at -= len(stream.unused_data)
        if not body.startswith(GZIP, at):  # what else stands behind the end is padding
            return b"".join(pieces)
    raise Refused("too_large", f"more than {MOST_MEMBERS:,} members of gzip")


def undo(body: bytes, encoding: bytes, max_size: int) -> bytes:
    """The body that was sent under a content-encoding; itself when it is not packed that way, whatever the header says.

    Raises as `unpack` does; damage in br and zstd is told as truncated.
    """
    if encoding in {b"gzip", b"x-gzip"}:
        # a server that names gzip and sends the page as it is
        return unpack(body, max_size, zlib.MAX_WBITS | 16) if body.startswith(GZIP) else body
    if encoding == b"deflate":
        # By the book it is zlib's format; some servers send the bare stream, which has no two-byte head.
        zlib_head = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
        return unpack(body, max_size, zlib.MAX_WBITS if zlib_head else -zlib.MAX_WBITS)
    if encoding == b"br":
        return _unbrotli(body, max_size)
    return _unzstd(body, max_size) if encoding == b"zstd" and body.startswith(ZSTD) else body


def _unbrotli(body: bytes, max_size: int) -> bytes:
    stream, pieces, size = brotli.Decompressor(), [], 0
    data = body
    try:
        while not stream.is_finished():
            piece = stream.process(data, output_buffer_limit=_CHUNK)
            data = b""
            size = _checked(len(body), size + len(piece), max_size)
            pieces.append(piece)
            if not piece and stream.can_accept_more_data():
                raise Refused("truncated", f"the stream has no end after {size} bytes unpacked")
    except brotli.error as error:
        raise Refused("truncated", f"damaged br: {error}") from error
    return b"".join(pieces)


def _unzstd(body: bytes, max_size: int) -> bytes:
    pieces, size = [], 0
    # some too many: data may hold these bytes, too, but not so often
    if body.count(ZSTD) + body.count(_SKIPPABLE) > MOST_MEMBERS:
        raise Refused("too_large", f"more than {MOST_MEMBERS:,} frames of zstd")
    try:
        with zstd.ZstdFile(BytesIO(body)) as stream:
            while piece := stream.read(_CHUNK):
                size = _checked(len(body), size + len(piece), max_size)
                pieces.append(piece)
    except (EOFError, zstd.ZstdError) as error:
        raise Refused("truncated", f"damaged zstd: {error}") from error
    return b"".join(pieces)


def _checked(packed: int, size: int, max_size: int) -> int:
    if max_size and size > max_size:
        raise Refused("too_large", f"more than {max_size} bytes unpacked")
    if is_bomb(packed, size):
        raise Refused("too_large", f"{packed} bytes that unpack to more than {MOST_RATIO} times as many")
    return size
