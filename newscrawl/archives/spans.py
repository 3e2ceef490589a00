"""Parts of one large file that are read by themselves; each line, record or row group of the file by exactly one.

A span owns what begins in it. Its reader finds the first such place with nothing but the file and the span, and reads
what begins last to its end, however far behind the span that is.

Cut are plain JSON lines, Parquet, and .warc.gz with each record in a member of its own, as crawlers write them. All
else is the first span's: in packed lines nothing tells where one begins; frames of zstd are found by four bytes that
stand in pages, too, and no checksum need tell them apart; a plain WARC file may hold a page that holds a WARC record,
and from the middle nobody can tell the two apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import chain, islice, takewhile
from typing import BinaryIO, NamedTuple, cast

from newscrawl.archives.members import CHUNK, Piece, pieces
from newscrawl.archives.records import Lost, Record, read_records

SURE = 16 << 20
"""Bytes of records without a break, each at the head of a member, behind which a reader that came from the middle of a
file is where one that came from its begin would be. More than `records.MOST_BLOCK`, for so much a reader holds of a
record whose length lies; and more than any page that is read, for one may hold members of a WARC file itself."""
_HEAD = 1 << 20
"""Bytes in which the first two records of a file end, or it is not cut: the first tells of the crawl mostly, 1 KB."""


class Span(NamedTuple):
    """Bytes of a file."""

    start: int = 0
    end: int | None = None
    """Behind the last byte; None for the end of the file, wherever that is."""

    def owns(self, at: int) -> bool:
        """Whether what begins at a byte is the span's."""
        return at >= self.start and (self.end is None or at < self.end)


WHOLE = Span()


def make_spans(size: int, most: int) -> list[Span]:
    """A file of so many bytes in spans of `most`, but for the last. What grows at its end is cut where it was before.

    >>> make_spans(10, 4)
    [Span(start=0, end=4), Span(start=4, end=8), Span(start=8, end=None)]
    """
    starts = range(0, max(1, size), most)
    return [Span(*borders) for borders in zip(starts, [*starts[1:], None], strict=True)]


def lines_in(stream: BinaryIO, span: Span) -> Iterator[Piece]:
    """The lines of a plain file that begin in a span, whole, in pieces that need not end where a line does.

    Every byte of a file is looked at twice at most by all its spans together, however long a line is.
    """
    if not _find_line(stream, span):
        return
    for piece in cast("Iterator[Piece]", pieces(stream, None)):  # what is not packed has no damage
        last = -1 if span.end is None else piece.data.find(b"\n", max(0, span.end - 1 - piece.start))
        if last >= 0:
            yield piece._replace(data=piece.data[: last + 1])
            return
        yield piece


def _find_line(stream: BinaryIO, span: Span) -> bool:
    """Stand where the first line of a span begins; whether it has one. A pipe stands at its begin already."""
    if not span.start:
        return True
    stream.seek(span.start - 1)  # a line end there: the line behind it is the span's
    while part := stream.readline(CHUNK):
        if not span.owns(stream.tell()):
            break
        if part.endswith(b"\n"):
            return True
    return False


def records_in(stream: BinaryIO, span: Span, sure: int = SURE) -> Iterator[Record | Lost]:
    """What `read_records` gives of a file packed by gzip that begins in a span.

    Where members begin cannot be seen from the middle of a file: the bytes that they begin with stand everywhere, and a
    page that is itself a .warc.gz, which no packer makes smaller, shows whole members that are none of the file's. So
    reading begins before the span, and is believed behind `sure` bytes of records without a break; else it begins
    earlier, in the end with the file, from where all is sure. Members inside a page break off where the page ends, and
    before: where deflate stores, the head of a block stands among them at least every 65,535 bytes.

    What it costs: 18 MB more are unpacked for a span, 8 % of the time that 64 MB take to be read, before any
    page is extracted. A file that has no such run is unpacked from its begin for every span: slow, and right.

    What is left: a page of more than `sure` bytes made to deceive, with inner members that are fitted around those
    heads, checksums too, by somebody who knew to the byte where the crawler would put them.
    """
    back = sure + sure // 8 + 1  # the member that it begins in is no whole one
    while (found := _records_from(stream, max(0, span.start - back), span.start, sure)) is None:
        back *= 2
    return takewhile(lambda one: span.owns(one.start), found)


def _records_from(stream: BinaryIO, begin: int, start: int, sure: int) -> Iterator[Record | Lost] | None:
    """What begins at `start` or behind it, read from `begin` on; None when that is not sure."""
    stream.seek(begin)
    is_sure, since = not begin, None
    found = read_records(stream, "gzip")
    for one in found:
        if not is_sure:
            since = (one.start if since is None else since) if _begins_member(one) else None
            is_sure = since is not None and one.start - since >= sure
        if one.start >= start:
            return chain([one], found) if is_sure else None
    return iter(()) if is_sure else None


def _begins_member(one: Record | Lost) -> bool:
    return isinstance(one, Record) and not one.inside


def are_members_records(stream: BinaryIO) -> bool:
    """Whether the first two records of a gzip file begin a member each, as they do in what crawlers write."""
    found = list(islice(read_records(BytesIO(stream.read(_HEAD)), "gzip"), 2))
    return len(found) == 2 and all(map(_begins_member, found))
