"""What is packed in a file, unpacked member by member, across damage.

A gzip member, or a zstd frame, that cannot be unpacked to its end is told as `Damage`; the next one is found by its
magic. Damage is named by where its member begins in the file, in bytes.
"""

from __future__ import annotations

import io
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from newscrawl.decode.unpack import GZIP, ZSTD

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHUNK = 256 * 1024
"""Bytes unpacked at a time: a member of any size takes no more memory than this and its decompressor."""
_FIRST = 512
"""Bytes unpacked first: what a decompressor holds when it meets damage is lost, and these tell a record's address."""
_READ = 64 * 1024
"""Bytes read at a time: a dozen packed pages; what is behind the end of each is copied."""

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_GZIP = GZIP + b"\x08"  # deflate is the only method there is
_SKIPPED = b"\x2a\x4d\x18"
"""Behind a byte from 0x50 to 0x5f: a frame of zstd to be skipped. 0x5d holds the dictionary of a .warc.zst
(https://iipc.github.io/warc-specifications/specifications/warc-zstd/)."""
_DICTIONARY = 0x5D
_MOST_DICTIONARY = 16 << 20
"""Bytes. Dictionaries in use have 100 KB to 1 MB."""
_AGAIN = 1 << 30
"""Bytes unpacked in vain that may be read again from where they began, beside ten times what was read of the file. A
member that was cut off runs into the next one, which is then found inside; a file made of nothing but heads of members
would be read for ever."""


class Piece(NamedTuple):
    """Some plain bytes of one member."""

    data: bytes
    start: int
    """Where the member begins in the file; of a file that is not packed, where the bytes do."""
    first: bool
    """Whether they are the first of their member."""


class Damage(NamedTuple):
    """The rest of a member is lost."""

    start: int
    why: str


def packing(head: bytes, name: str) -> str | None:
    """How a file is packed that begins with these bytes, a kilobyte or more: gzip, zstd, or None.

    The name tells when the first bytes are damaged; files that were unpacked often keep it, and are text.

    >>> packing(b"\\x1f\\x8b\\x08\\0", "a"), packing(b"\\0\\0\\x08\\0", "a.gz"), packing(b"WARC", "a.gz")
    ('gzip', 'gzip', None)
    """
    if head.startswith(GZIP):
        return "gzip"
    if head.startswith(ZSTD) or _is_skipped(head):
        return "zstd"
    is_text = not _CONTROL.search(head)
    return None if is_text else "gzip" if name.endswith(".gz") else "zstd" if name.endswith(".zst") else None


def pieces(stream: BinaryIO, packed: str | None) -> Iterator[Piece | Damage]:
    """The plain bytes of a stream from where it stands, the begin of a member; with the places that are lost."""
    begin = start = stream.tell() if stream.seekable() else 0
    if packed:
        yield from _Unpacker(stream, packed, begin).pieces()
        return
    while data := stream.read1(CHUNK):  # type: ignore[attr-defined]  # a slow pipe is not waited for
        yield Piece(data, start, first=start == begin)
        start += len(data)


def _is_skipped(head: bytes) -> bool:
    return len(head) >= 4 and head[0] & 0xF0 == 0x50 and head[1:4] == _SKIPPED


@dataclass(slots=True)
class _Gzip:
    """One member; zlib checks its CRC."""

    _inner: zlib._Decompress
    _left: bytes = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        plain = self._inner.decompress(self._left + data, max_length)
        self._left = self._inner.unconsumed_tail
        return plain


class _Unpacker:
    """One packed file."""

    def __init__(self, stream: BinaryIO, packed: str, begin: int) -> None:
        self._stream = stream
        self._kind, self._gzip = packed, packed == "gzip"
        self._data, self._at = b"", begin
        """What was read and is not unpacked yet, and where it begins in the file."""
        self._in_vain = 0
        self._guessed = False
        """Whether the member was looked for behind damage: then nothing that comes of it is no second damage."""
        self._dictionary: zstd.ZstdDict | None = None
        if begin and not self._gzip:
            self._learn(begin)

    def pieces(self) -> Iterator[Piece | Damage]:
        while self._fill(8):
            start = self._at
            if _is_skipped(self._data[:4]) and not self._gzip:
                self._skip_frame()
            elif not self._data.startswith(_GZIP if self._gzip else ZSTD):
                if self._find_magic():  # zeros at the end are the padding of a tape or a disk
                    yield Damage(start, f"{self._at - start:,} bytes between members that are none")
            else:
                yield from self._member(start)

    def _member(self, start: int) -> Iterator[Piece | Damage]:
        unpacked = 0
        try:
            for plain in self._unpacked():
                yield Piece(plain, start, first=not unpacked)
                unpacked += len(plain)
        except (EOFError, zlib.error, zstd.ZstdError) as error:
            if unpacked or not self._guessed:
                yield Damage(start, f"damaged {self._kind}: {_why(error)}")
            self._go_back(start, unpacked)
            self._find_magic()
            self._guessed = True
        else:
            self._guessed = False

    def _unpacked(self) -> Iterator[bytes]:
        inner = _Gzip(zlib.decompressobj(31)) if self._gzip else zstd.ZstdDecompressor(self._dictionary)
        most = _FIRST
        while not inner.eof:
            plain = inner.decompress(self._data, most)
            most = CHUNK
            self._at += len(self._data)
            self._data = b""
            if plain:
                yield plain
            elif not inner.eof and not self._fill(1):
                raise EOFError("it ends before its time")
        self._at -= len(inner.unused_data)
        self._data = inner.unused_data

    def _fill(self, least: int) -> bool:
        """Whether there are bytes left; at least so many are in hand unless the file has no more."""
        while len(self._data) < least and (more := self._stream.read(_READ)):
            self._data += more
        return bool(self._data)

    def _go_back(self, start: int, unpacked: int) -> None:
        """Stand behind the head of a damaged member, where the next may begin, if that was not done too often."""
        self._in_vain += unpacked
        if self._in_vain <= _AGAIN + 10 * self._at and self._stream.seekable():
            self._at, self._data = start + 1, b""
            self._stream.seek(self._at)

    def _find_magic(self) -> bool:
        """Pass over everything before the next member; whether any of it was more than zeros."""
        magic, found_any = _GZIP if self._gzip else ZSTD, False
        while self._fill(4):
            found = self._data.find(magic)
            passed = self._data[:found] if found >= 0 else self._data[: max(1, len(self._data) - 3)]
            found_any = found_any or bool(passed.strip(b"\0"))
            self._at += len(passed)
            self._data = self._data[len(passed) :]
            if found >= 0:
                break
        return found_any

    def _learn(self, begin: int) -> None:
        """Look for the dictionary, which is in the first frame, before the file is read from somewhere else on."""
        self._stream.seek(0)
        if self._fill(8) and _is_skipped(self._data[:4]):
            self._skip_frame()
        self._at, self._data = begin, b""
        self._stream.seek(begin)

    def _skip_frame(self) -> None:
        """Pass over a frame that is to be skipped; take the dictionary out of the one that holds it."""
        kind, size = self._data[0], int.from_bytes(self._data[4:8], "little")
        self._at += 8
        self._data = self._data[8:]
        wanted = kind == _DICTIONARY and size <= _MOST_DICTIONARY
        kept = io.BytesIO()
        while size and self._fill(1):
            part = self._data[:size]
            self._at, self._data, size = self._at + len(part), self._data[len(part) :], size - len(part)
            if wanted:
                kept.write(part)
        if wanted:
            self._dictionary = _dictionary(kept.getvalue())


def _why(error: Exception) -> str:
    """What a decompressor says, without zlib's own number for it."""
    return str(error).rpartition("decompressing data: ")[2]


def _dictionary(data: bytes) -> zstd.ZstdDict | None:
    """A dictionary, which may itself be packed; None for what is none: then its frames are damaged."""
    try:
        if data.startswith(ZSTD):
            data = zstd.ZstdDecompressor().decompress(data, _MOST_DICTIONARY)
        return zstd.ZstdDict(data)
    except (ValueError, zstd.ZstdError):
        return None
