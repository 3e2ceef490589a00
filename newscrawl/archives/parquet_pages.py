"""The pages inside a Parquet file: how large they are, read off their heads.

Arrow unpacks a page whole, and does not tell how large it is before it has. A page holds what its writer put into it:
pyarrow and pandas write the values of 1,024 rows, 60 MB of web pages; a hostile file says what it likes.
(Format: github.com/apache/parquet-format, parquet.thrift; Thrift's compact protocol.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

_HEADS = (512, 1 << 20)
"""Bytes that are read for a head: most have 30; one that tells the smallest and the largest value may have many."""
_DEEPEST = 8
"""Structs in one another: a page's head has three."""

# Types of Thrift's compact protocol.
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 12
# Fields of PageHeader; in each of the last three structs field 1 is the number of values.
_UNPACKED_SIZE, _PACKED_SIZE, _DATA, _DICTIONARY, _DATA_2 = 2, 3, 5, 7, 8


@dataclass(frozen=True, slots=True)
class PageHead:
    """What a page says of itself."""

    size: int
    """Bytes, unpacked."""
    values: int
    dictionary: bool
    taken: int
    """Bytes of the page with its head in the file."""


class BadPageError(ValueError):
    """The head of a page cannot be read."""


def page_heads(stream: BinaryIO, start: int, length: int) -> Iterator[PageHead]:
    """The heads of the pages of one column in one row group, which takes so many bytes from `start` on.

    Raises `BadPageError`.
    """
    at, end = start, start + length
    while at < end:
        page = _head_at(stream, at, end)
        yield page
        at += page.taken


def _head_at(stream: BinaryIO, at: int, end: int) -> PageHead:
    for size in _HEADS:
        stream.seek(at)
        head = BytesIO(stream.read(min(size, end - at)))
        try:
            return _page(_struct(head, 0), head.tell())
        except EOFError:
            continue
        except (ValueError, KeyError, TypeError) as error:
            raise BadPageError(f"no page at byte {at}") from error
    raise BadPageError(f"no page at byte {at}")


def _page(fields: dict[int, Any], head: int) -> PageHead:
    inner = next(fields[kind] for kind in (_DATA, _DATA_2, _DICTIONARY) if kind in fields)
    size, packed = fields[_UNPACKED_SIZE], fields[_PACKED_SIZE]
    if size < 0 or packed < 0 or inner[1] < 0:
        raise ValueError("a negative size")
    return PageHead(size, inner[1], _DICTIONARY in fields, head + packed)


def _struct(data: BytesIO, depth: int) -> dict[int, Any]:
    """The fields of a struct by their numbers. Raises `EOFError`, `ValueError`."""
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    fields: dict[int, Any] = {}
    number = 0
    while head := _byte(data):
        number = number + (head >> 4) if head >> 4 else _zigzag(data)
        fields[number] = _value(data, head & 15, depth)
    return fields


def _value(data: BytesIO, kind: int, depth: int) -> Any:
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE
    if kind == _BYTE:
        return _byte(data)
    if kind in (_I16, _I32, _I64):
        return _zigzag(data)
    if kind in (_DOUBLE, _BINARY):
        size = 8 if kind == _DOUBLE else _varint(data)
        if len(data.read(size)) < size:
            raise EOFError
        return None
    if kind == _STRUCT:
        return _struct(data, depth + 1)
    raise ValueError(f"type {kind}")  # lists and maps: no page's head has one


def _byte(data: BytesIO) -> int:
    found = data.read(1)
    if not found:
        raise EOFError
    return found[0]


def _varint(data: BytesIO) -> int:
    value = shift = 0
    while shift < 64:
        byte = _byte(data)
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value
    raise ValueError("a number of more than 64 bits")


def _zigzag(data: BytesIO) -> int:
    value = _varint(data)
    return (value >> 1) ^ -(value & 1)
