"""Pages of JSON lines, packed or not, across damage."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

from newscrawl.archives.columns import Columns, holds_page, source_of
from newscrawl.archives.members import Damage, Piece, pieces
from newscrawl.archives.source import Source, damaged
from newscrawl.archives.spans import WHOLE, Span, lines_in
from newscrawl.page import MAX_BYTES
from newscrawl.refused import Refused

_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line, without its end; one of more than `MAX_BYTES` is cut a little above."""

    data: bytes
    place: str


def read_lines(
    stream: BinaryIO, name: str, packed: str | None, columns: Columns, *, named: bool, span: Span = WHOLE
) -> Iterator[Source]:
    """The page of every line, and every damaged place. Of a file that is not packed, those that begin in the span.

    A file that nobody named, and whose first line holds no page, is passed over.
    """
    first = not named
    parts = pieces(stream, packed) if packed else lines_in(stream, span)
    for found in cut(parts, name, span.start):
        if isinstance(found, Damage):
            place = f"{name}, byte {found.start}"
            yield damaged(place, f"{found.why}; lines are lost there")
        elif found.data.strip():
            if first and len(found.data) <= MAX_BYTES and not holds_page(parse(found.data) or {}, columns):
                yield Source(name, error=f"{name} passed over: its lines hold no {columns.told()}", fatal=False)
                return
            yield _source(found, columns)
        first = False


def cut(found: Iterable[Piece | Damage], name: str, start: int = 0) -> Iterator[Line | Damage]:
    """The lines of a file that is read from `start` on. Behind it, and behind damage, they are counted from there.

    The last line before damage is lost with it; what is left of a line behind damage is one.
    """
    held, number, begin, size = [b""], 1, start or None, 0
    for piece in found:
        if isinstance(piece, Damage):
            yield piece
            held, number, begin, size = [b""], 1, piece.start, 0
            continue
        first, *others = piece.data.split(b"\n")
        if size <= MAX_BYTES:
            held.append(first[: MAX_BYTES + 1])
            size += len(first)
        for line in others:
            yield Line(b"".join(held), _place(name, begin, number))
            held, size, number = [line[: MAX_BYTES + 1]], len(line), number + 1
    if any(held):
        yield Line(b"".join(held), _place(name, begin, number))


def _place(name: str, begin: int | None, number: int) -> str:
    return f"{name}:{number}" if begin is None else f"{name}, behind byte {begin}, line {number}"


def parse(line: bytes) -> dict[str, Any] | None:
    """The object of a line; None for all else."""
    try:
        record = json.loads(line.removeprefix(_MARK).decode("utf-8", "surrogatepass"))  # bytes may be taken for UTF-16
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _source(line: Line, columns: Columns) -> Source:
    if len(line.data) > MAX_BYTES:
        refused = Refused("too_large", f"a line of more than {MAX_BYTES:,} bytes", url=line.place)
        return Source(line.place, refused=refused, place=line.place)
    record = parse(line.data)
    if record is None:
        refused = Refused("bad_input", f"no JSON object with {columns.told()}", url=line.place)
        return Source(line.place, refused=refused, place=line.place)
    return source_of(record, columns, line.place)
