"""The records of a WARC file, across damage: heads, blocks, and where they stand.

A record is believed when its block has the length it says and something sound stands behind it: the next record, or the
end of its member or file. Where that is not so the record is named as damage, and what the next record begins with is
looked for, from the head of the damaged one on. (Format: ISO 28500.)

Why not fastwarc or warcio: both end at the first damage of a gzip or zstd file, and of a plain one give out records
whose length lies as sound. Whoever reads on behind needs the end of every record, the search and the unpacking all the
same. tests/archives/test_peers.py holds that sound files are read as these two read them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import BinaryIO, NamedTuple

from newscrawl.archives.members import Damage, pieces
from newscrawl.page import MAX_BYTES

MOST_HEAD = 64 * 1024
"""Bytes of a record's head, and of the head of an answer in it: addresses have 2 KB at most."""
MOST_BLOCK = MAX_BYTES + MOST_HEAD + (1 << 20)
"""Bytes of a block that are held: the largest page, its head, and what chunks add. What is larger is no page."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BEGINS = re.compile(rb"WARC/[01]\.\d\r?\n(?=(?:WARC|Content)-[A-Za-z-]{2,30}:)")
_LINE = b"WARC/"
_BLANK = b"\r\n"
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_BEGIN = 64
"""Bytes that are surely enough for what a record is known again by."""
_DIGESTS = frozenset(("md5", "sha1", "sha256", "sha512"))
_MOST_DIGITS = 19
"""Of a length: there are no files of 10^18 bytes, and Python refuses to read numbers of thousands of digits."""
_YEARS = range(1990, 2200)
"""Of archives of the web: a date beyond them is a fault of the tool that wrote it."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?)?)?)?Z?$")


class Record(NamedTuple):
    """One record. Of a block larger than `MOST_BLOCK` only the first `MOST_HEAD` bytes are held: `length` tells."""

    start: int
    """Where it begins in the file; packed: where its member does."""
    head: dict[str, str]
    """Its fields, with names in small letters."""
    block: bytes
    length: int
    inside: int
    """How many plain bytes of its packed member stand before it: 0 where each record is packed by itself."""


class Lost(NamedTuple):
    """A place without a record that can be read."""

    start: int
    why: str
    url: str | None
    """The address in the head, when that much can be read."""


def read_records(stream: BinaryIO, packed: str | None) -> Iterator[Record | Lost]:
    """Every record, and every place that is lost, in the order of the file, from where the stream stands.

    `packed` is what `members.packing` says of the file.
    """
    for found in _Reader(stream, packed).records():
        # gzip has checked its own; of all else only the digest tells that a byte has changed
        if packed != "gzip" and isinstance(found, Record) and _is_wrong(found):
            yield Lost(found.start, "its WARC-Block-Digest is another one's", address(found))
        else:
            yield found


def address(record: Record) -> str | None:
    """What a record is about; old tools write it between < and >."""
    return _bare(record.head.get("warc-target-uri"))


def moment(record: Record) -> datetime | None:
    """Its WARC-Date, which may be a day, a month or a year only, and have fractions; None for what is no date."""
    found = _DATE.match(record.head.get("warc-date", ""))
    if not found:
        return None
    year, month, day, time, fraction = found.groups()
    if int(year) not in _YEARS:
        return None
    padded = f"{year}-{month or '01'}-{day or '01'}T{time or '00:00:00'}.{(fraction or '').ljust(6, '0')[:6]}"
    try:
        return datetime.fromisoformat(padded).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def parse_lines(head: bytes) -> list[tuple[bytes, bytes]]:
    """The lines of a head below its first, as names and values."""
    lines = (line.partition(b":") for line in _FOLDED.sub(b" ", head).splitlines()[1:])
    return [(name.strip(), value.strip()) for name, colon, value in lines if colon]


def fields(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The lines of a head as fields, names in small letters; joined when twice.

    >>> fields(parse_lines(b"WARC/1.0\\r\\nWARC-Type: response\\r\\nX: 1\\r\\n 2\\r\\n"))
    {'warc-type': 'response', 'x': '1 2'}
    """
    found: dict[str, str] = {}
    for name, value in lines:
        key, text = name.decode("utf-8", "replace").lower(), value.decode("utf-8", "replace")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _is_wrong(record: Record) -> bool:
    """Whether a block is not the one that was written. WARC-Payload-Digest does not tell: tools do not agree on what it
    is taken of."""
    kind, _, told = record.head.get("warc-block-digest", "").partition(":")
    if kind.lower() not in _DIGESTS or record.length > MOST_BLOCK:
        return False
    digest = hashlib.new(kind.lower(), record.block, usedforsecurity=False).digest()
    return told.lower().rstrip("=") not in (digest.hex(), base64.b32encode(digest).decode().lower().rstrip("="))


def _bare(written: str | None) -> str | None:
    return (written or "").strip().removeprefix("<").removesuffix(">") or None


class _Reader:
    def __init__(self, stream: BinaryIO, packed: str | None) -> None:
        self._pieces, self._packed = pieces(stream, packed), packed is not None
        self._held = bytearray()
        self._passed = 0
        """Plain bytes before `_held`."""
        self._marks: deque[tuple[int, int]] = deque()
        """(Plain bytes before a member, where it begins in the file), for what is held. A plain file is one."""
        self._damage: Damage | None = None
        self._searching = False
        """Whether the last place is told as lost, and the next record is looked for."""

    def records(self) -> Iterator[Record | Lost]:
        while True:
            yield from self._stretch()
            if self._damage is None:
                return
            damage, self._damage = self._damage, None
            if not self._searching:
                yield Lost(damage.start, damage.why, None)
            self._searching = True

    def _stretch(self) -> Iterator[Record | Lost]:
        """The records up to the next damage of the packing, or to the end."""
        while self._skip_blank():
            if self._held.startswith(_LINE):
                found = self._record()
                self._searching = isinstance(found, Lost)
                yield found
            elif not self._searching:
                self._searching = True
                yield Lost(self._place()[0], "no record begins there", None)
            if self._searching:
                self._search()

    def _record(self) -> Record | Lost:
        """The record at the head of what is held, taken off; of a lost one only its first letters are."""
        start, inside = self._place()
        size = self._head_size()
        if size is None:
            begun = fields(parse_lines(bytes(self._held[:MOST_HEAD]).rpartition(b"\n")[0]))
            return self._lost(start, f"no end of its head within {MOST_HEAD:,} bytes", begun.get("warc-target-uri"))
        head = fields(parse_lines(bytes(self._held[:size])))
        url = head.get("warc-target-uri")
        told = head.get("content-length", "")
        if not (told.isascii() and told.isdecimal() and len(told) < _MOST_DIGITS):
            return self._lost(start, f"its Content-Length is {told[:40]!r}", url)
        length = int(told)
        if length > MOST_BLOCK:
            return self._large(Record(start, head, b"", length, inside), size)
        if not self._need(size + length):
            return self._lost(start, "the file ends before it does", url)
        if not self._ends_well(size + length):
            return self._lost(start, f"no record stands behind its {length:,} bytes", url)
        with memoryview(self._held) as view:
            block = bytes(view[size : size + length])
        self._drop(size + length)
        return Record(start, head, block, length, inside)

    def _lost(self, start: int, why: str, url: str | None) -> Lost:
        self._drop(len(_LINE))
        return Lost(start, self._damage.why if self._damage else why, _bare(url))

    def _large(self, record: Record, size: int) -> Record | Lost:
        """Pass over a block that no page has, unless another record begins before it ends: then its length lies."""
        self._drop(size)
        start, left = record.start, record.length
        self._need(MOST_HEAD)
        block = bytes(self._held[:MOST_HEAD])
        while left:
            if not self._need(min(left, _BEGIN)):
                return Lost(
                    start, self._damage.why if self._damage else "the file ends before it does", address(record)
                )
            if found := _BEGINS.search(self._held, 0, left):
                self._drop(found.start())
                return Lost(start, f"another record begins within its {record.length:,} bytes", address(record))
            passed = left if left <= len(self._held) else len(self._held) - _BEGIN + 1
            self._drop(passed)
            left -= passed
        return record._replace(block=block)

    def _ends_well(self, end: int) -> bool:
        self._need(end + 2 * len(_BLANK) + len(_LINE))
        behind = bytes(self._held[end : end + _BEGIN])
        next_one = behind.lstrip(_BLANK)
        if not next_one:
            return self._damage is None or self._damage.start != self._marks[-1][1]  # another member's
        return behind.startswith(_BLANK * 2) or _LINE.startswith(next_one[: len(_LINE)])

    def _search(self) -> None:
        """Pass over everything before the next record."""
        while not (found := _BEGINS.search(self._held)):
            self._drop(max(0, len(self._held) - _BEGIN))
            if not self._fill():
                self._drop(len(self._held))
                return
        self._drop(found.start())

    def _head_size(self) -> int | None:
        while not (found := _HEAD_END.search(self._held, 0, MOST_HEAD)):
            if len(self._held) >= MOST_HEAD or not self._fill():
                return None
        return found.end()

    def _skip_blank(self) -> bool:
        """Pass over line ends; whether anything stands behind them."""
        while self._held or self._fill():
            blank = len(self._held) - len(self._held.lstrip(_BLANK))
            self._drop(blank)
            if self._held:
                return self._need(len(_LINE)) or True
        return False

    def _need(self, size: int) -> bool:
        """Whether so many bytes are held, if need be after more were read."""
        while len(self._held) < size and self._fill():
            pass
        return len(self._held) >= size

    def _fill(self) -> bool:
        if self._damage is not None:
            return False
        piece = next(self._pieces, None)
        self._damage = piece if isinstance(piece, Damage) else None
        if piece is None or isinstance(piece, Damage):
            return False
        if piece.first:
            self._marks.append((self._passed + len(self._held), piece.start))
        self._held += piece.data
        return True

    def _drop(self, size: int) -> None:
        del self._held[:size]
        self._passed += size
        while len(self._marks) > 1 and self._marks[1][0] <= self._passed:
            self._marks.popleft()

    def _place(self) -> tuple[int, int]:
        """Where what is held begins in the file; packed: where its member does, and how many plain bytes before it."""
        plain, start = self._marks[0]
        inside = self._passed - plain
        return (start, inside) if self._packed else (start + inside, 0)
