"""The records of a WARC file, across damage: heads, blocks, and where they stand.

A record is believed when its block has the length it says and something sound stands behind it: the next record, or the
end of its member or file. Where that is not so the record is named as damage, and what the next record begins with is
looked for, from the head of the damaged one on. (Format: ISO 28500.)
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from newscrawl.archives.members import Damage, Piece
from newscrawl.page import MAX_BYTES

MOST_HEAD = 64 * 1024
"""Bytes of a record's head, and of the head of an answer in it: addresses have 2 KB at most."""
MOST_BLOCK = MAX_BYTES + MOST_HEAD + (1 << 20)
"""Bytes of a block that are held: the largest page, its head, and what chunks add. What is larger is no page."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BEGINS = re.compile(rb"WARC/[01]\.\d\r?\n(?=(?:WARC|Content)-[a-z-]{2,30}:)", re.IGNORECASE)
_LINE = b"WARC/"
_BLANK = b"\r\n"
_BEGIN = 64
"""Bytes that are surely enough for what a record is known again by."""
_MOST_DIGITS = 19
"""Of a length: there are no files of 10^18 bytes, and Python refuses to read numbers of thousands of digits."""


class Record(NamedTuple):
    """One record. Of a block larger than `MOST_BLOCK` only the first `MOST_HEAD` bytes are held: `length` tells."""

    start: int
    """Where it begins in the file; packed: where its member does."""
    head: dict[str, str]
    """Its fields, with names in small letters."""
    block: bytes
    length: int


class Lost(NamedTuple):
    """A place without a record that can be read."""

    start: int
    why: str
    url: str | None
    """The address in the head, when that much can be read."""


def read_records(pieces: Iterable[Piece | Damage], *, packed: bool) -> Iterator[Record | Lost]:
    """Every record, and every place that is lost, in the order of the file."""
    return _Reader(pieces, packed).records()


def parse_fields(head: bytes) -> dict[str, str]:
    """The fields of a head below its first line, as `name: value` a line, names in small letters; joined when twice.

    >>> parse_fields(b"WARC/1.0\\r\\nWARC-Type: response\\r\\nX: 1\\r\\n 2\\r\\n")
    {'warc-type': 'response', 'x': '1 2'}
    """
    found: dict[str, str] = {}
    name = ""
    for line in head.decode("utf-8", "replace").split("\n")[1:]:
        if line[:1] in (" ", "\t") and name:
            found[name] += f" {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower() if colon else ""
        if name:
            found[name] = f"{found[name]}, {value.strip()}" if name in found else value.strip()
    return found


class _Reader:
    def __init__(self, pieces: Iterable[Piece | Damage], packed: bool) -> None:
        self._pieces, self._packed = iter(pieces), packed
        self._held = bytearray()
        self._passed = 0
        """Plain bytes before `_held`."""
        self._marks: deque[tuple[int, int]] = deque()
        """(Plain bytes before a piece, where its member begins in the file), for what is held."""
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
                yield Lost(self._place(), "no record begins there", None)
            if self._searching:
                self._search()

    def _record(self) -> Record | Lost:
        """The record at the head of what is held, taken off; of a lost one only its first letters are."""
        start = self._place()
        size = self._head_size()
        if size is None:
            begun = parse_fields(bytes(self._held[:MOST_HEAD]).rpartition(b"\n")[0])
            return self._lost(start, f"no end of its head within {MOST_HEAD:,} bytes", begun.get("warc-target-uri"))
        head = parse_fields(bytes(self._held[:size]))
        url = head.get("warc-target-uri")
        told = head.get("content-length", "")
        if not (told.isascii() and told.isdecimal() and len(told) < _MOST_DIGITS):
            return self._lost(start, f"its Content-Length is {told[:40]!r}", url)
        length = int(told)
        if length > MOST_BLOCK:
            return self._large(start, head, size, length)
        if not self._need(size + length):
            return self._lost(start, "the file ends before it does", url)
        if not self._ends_well(size + length):
            return self._lost(start, f"no record stands behind its {length:,} bytes", url)
        with memoryview(self._held) as view:
            block = bytes(view[size : size + length])
        self._drop(size + length)
        return Record(start, head, block, length)

    def _lost(self, start: int, why: str, url: str | None) -> Lost:
        self._drop(len(_LINE))
        return Lost(start, self._damage.why if self._damage else why, url)

    def _large(self, start: int, head: dict[str, str], size: int, length: int) -> Record | Lost:
        """Pass over a block that no page has, unless another record begins before it ends: then its length lies."""
        self._drop(size)
        url, left = head.get("warc-target-uri"), length
        self._need(MOST_HEAD)
        block = bytes(self._held[:MOST_HEAD])
        while left:
            if not self._need(min(left, _BEGIN)):
                return Lost(start, self._damage.why if self._damage else "the file ends before it does", url)
            if found := _BEGINS.search(self._held, 0, left):
                self._drop(found.start())
                return Lost(start, f"another record begins within its {length:,} bytes", url)
            passed = left if left <= len(self._held) else len(self._held) - _BEGIN + 1
            self._drop(passed)
            left -= passed
        return Record(start, head, block, length)

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
        if isinstance(piece, Damage):
            self._damage = piece
        if not isinstance(piece, Piece):
            return False
        self._marks.append((self._passed + len(self._held), piece.start))
        self._held += piece.data
        return True

    def _drop(self, size: int) -> None:
        del self._held[:size]
        self._passed += size
        while len(self._marks) > 1 and self._marks[1][0] <= self._passed:
            self._marks.popleft()

    def _place(self) -> int:
        """Where what is held begins in the file."""
        plain, start = self._marks[0]
        return start if self._packed else start + self._passed - plain
