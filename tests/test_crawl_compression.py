"""Unpacking: whole streams, streams that were cut, and bombs."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest

from newscrawl.bulk.packed import zstd
from newscrawl.crawl.compression import CompressionMiddleware
from newscrawl.decode.unpack import unpack
from newscrawl.refused import Refused

TEXT = "".join(f"第{number}段：江水流过小城。" for number in range(20_000)).encode()
GZIP, ZLIB, BARE = 31, 15, -15


def bare(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(text) + packer.flush()


@pytest.mark.parametrize(
    ("packed", "wbits"),
    [
        (gzip.compress(TEXT), GZIP),
        (gzip.compress(TEXT[:50_000]) + gzip.compress(TEXT[50_000:]), GZIP),
        (gzip.compress(TEXT) + b"\0" * 20, GZIP),
        (zlib.compress(TEXT), ZLIB),
        (bare(TEXT), BARE),
    ],
    ids=["gzip", "members", "padded", "zlib", "bare"],
)
def test_whole_streams(packed: bytes, wbits: int) -> None:
    assert unpack(packed, 0, wbits) == TEXT


@pytest.mark.parametrize("share", [0.01, 0.3, 0.66, 0.99])
@pytest.mark.parametrize(
    ("packed", "wbits"), [(gzip.compress(TEXT), GZIP), (zlib.compress(TEXT), ZLIB), (bare(TEXT), BARE)]
)
def test_cut_streams(packed: bytes, wbits: int, share: float) -> None:
    with pytest.raises(Refused) as caught:
        unpack(packed[: int(len(packed) * share)], 0, wbits)
    assert caught.value.reason == "truncated"


def test_gzip_without_its_trailer_is_cut() -> None:
    with pytest.raises(Refused, match="truncated"):
        unpack(gzip.compress(TEXT)[:-1], 0, GZIP)


def test_bomb() -> None:
    with pytest.raises(Refused) as caught:
        unpack(gzip.compress(b"\0" * 30_000_000), 1_000_000, GZIP)
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"br", b"zstd"])
def test_ratio(encoding: bytes) -> None:
    """Beyond a mebibyte a body may unpack to two hundred times its size, within it to any."""
    pack = {b"gzip": gzip.compress, b"deflate": zlib.compress, b"br": brotli.compress, b"zstd": zstd.compress}[encoding]
    assert CompressionMiddleware._decode(pack(b" " * 1_000_000), encoding, 1 << 23) == b" " * 1_000_000
    with pytest.raises(Refused) as caught:
        CompressionMiddleware._decode(pack(b" " * 2_000_000), encoding, 1 << 23)
    assert (caught.value.reason, "unpack to" in caught.value.detail) == ("too_large", True)
    assert CompressionMiddleware._decode(pack(TEXT * 4), encoding, 1 << 23) == TEXT * 4


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(TEXT), b"gzip"),
        (gzip.compress(TEXT), b"x-gzip"),
        (TEXT, b"gzip"),
        (zlib.compress(TEXT), b"deflate"),
        (bare(TEXT), b"deflate"),
    ],
    ids=["gzip", "x-gzip", "not-packed-at-all", "deflate", "bare-deflate"],
)
def test_encodings(body: bytes, encoding: bytes) -> None:
    assert CompressionMiddleware._decode(body, encoding, 0) == TEXT


@pytest.mark.parametrize("encoding", [b"gzip", b"zstd"])
def test_a_body_of_empty_members(encoding: bytes) -> None:
    """Eight megabytes of them took a minute, in which nothing else was fetched."""
    packed = (gzip.compress(b"") if encoding == b"gzip" else zstd.compress(b"")) * 300_000
    with pytest.raises(Refused) as caught:
        CompressionMiddleware._decode(packed, encoding, 1 << 23)
    assert caught.value.reason == "too_large"


def test_members_that_end_within_a_piece_and_between_pieces() -> None:
    noise = bytes(number * number % 251 for number in range(200_000))
    packed = b"".join(gzip.compress(noise[at : at + 9_973], 0) for at in range(0, len(noise), 9_973))
    assert unpack(packed, 0, GZIP) == noise


def test_damage_is_an_error() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[len(packed) // 2 : len(packed) // 2 + 50] = b"\xff" * 50
    with pytest.raises((zlib.error, Refused)):
        unpack(bytes(packed), 0, GZIP)
