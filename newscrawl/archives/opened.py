"""What a file is, by its first bytes and its name, and the reader for it."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterable, Iterator
from enum import Enum
from io import BufferedReader, BytesIO, FileIO
from pathlib import Path
from typing import cast

from newscrawl.archives.columns import Columns
from newscrawl.archives.joined import joined
from newscrawl.archives.lines import read_lines
from newscrawl.archives.members import Piece, packing, pieces
from newscrawl.archives.pages import read_page
from newscrawl.archives.paths import HTML, JSON_LINES, PARQUET, TEXT, WARC, expand, pages_in, suffix_of
from newscrawl.archives.source import Source
from newscrawl.archives.spans import WHOLE, Span, are_members_records
from newscrawl.archives.warc import read_warc

HEAD = 64 * 1024
"""Bytes that are looked at to tell what a file is."""
_ARC = b"filedesc:"
_ADVICE = "the form before WARC, which is not read: `warcio recompress IN.arc.gz OUT.warc.gz` makes a WARC of it"
_UTF16 = re.compile(rb"(?:\xff\xfe)?(?:\s\0)*\{\0|(?:\xfe\xff)?(?:\0\s)*\0\{")
"""How UTF-16 begins that holds JSON lines."""
_RECODED = "JSON lines in UTF-16, which are not read: `iconv -f UTF-16 -t UTF-8 IN > OUT` makes them UTF-8"
_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*[\"}]")
"""How a line of JSON begins."""


def open_sources(paths: Iterable[str], columns: Columns | None = None) -> Iterator[Source]:
    """Every page below the paths, in their order; folders and patterns sorted by name, `-` is standard input."""
    columns = columns or Columns()
    for path in expand(paths):
        if path == "-":
            yield from _from_standard_input(columns)
        elif Path(path).is_dir():
            yield from _from_folder(Path(path), columns)
        else:
            yield from _from_file(Path(path), columns, named=True)


def _from_standard_input(columns: Columns) -> Iterator[Source]:
    name = "standard input"
    if sys.stdin is None:  # `<&-`
        yield Source(name, error=f"cannot read {name}: it is closed")
        return
    stream = cast("BufferedReader[FileIO]", sys.stdin.buffer)
    yield from joined(_from_stream(stream, name, "", columns, named=True))


def _from_folder(folder: Path, columns: Columns) -> Iterator[Source]:
    unreadable: list[OSError] = []
    pages = pages_in(folder, unreadable)
    for path in pages:
        yield from _from_file(path, columns, named=False)
    if not pages:
        names = ".html, .txt, .jsonl, .parquet, .warc or the like"
        yield Source(str(folder), error=f"{folder} passed over: no file named {names} is in it", fatal=False)
    for error in unreadable:
        yield Source(str(error.filename), error=f"cannot read {error.filename}: {error.strerror}")


def open_span(path: str, span: Span, columns: Columns | None = None) -> Iterator[Source]:
    """Every page of a file that begins in a span. The spans of a file give each page and each damaged place once.

    Articles of several pages are put together within a span only. Of a file in which nothing tells where a page begins
    (see spans.py) everything is the first span's. A file that cannot be opened is told by every span.
    """
    return _from_file(Path(path), columns or Columns(), named=True, span=span)


def can_be_cut(path: str) -> bool:
    """Whether the spans of a file can be read side by side; by its name and its first bytes, one MB at most."""
    try:
        with BufferedReader(FileIO(path), HEAD) as stream:
            form, packed = _form(stream.peek(HEAD)[:HEAD], path, suffix_of(path))
            return _has_borders(form, packed) and (form is not _Form.WARC or are_members_records(stream))
    except OSError:  # told when it is read
        return False


def _from_file(path: Path, columns: Columns, *, named: bool, span: Span = WHOLE) -> Iterator[Source]:
    name = os.fsencode(path).decode("utf-8", "replace")  # names of files are bytes, records are text
    try:
        with BufferedReader(FileIO(path), HEAD) as stream:
            yield from joined(_from_stream(stream, name, suffix_of(path), columns, named=named, span=span))
    except OSError as error:
        why = "no file matches it" if glob.has_magic(name) and not path.exists() else error.strerror
        yield Source(name, error=f"cannot read {name}: {why}")


class _Form(Enum):
    """What a file is."""

    PARQUET, ARC, WARC, UTF16, LINES, PAGE = range(6)


def _form(head: bytes, name: str, suffix: str) -> tuple[_Form, str | None]:
    """What a file is, and how it is packed."""
    packed = packing(head, name)
    plain = _plain_head(head, packed)
    if suffix in PARQUET or head.startswith(b"PAR1"):
        return _Form.PARQUET, packed
    if plain.startswith(_ARC):
        return _Form.ARC, packed
    if suffix in WARC or plain.startswith(b"WARC/"):
        return _Form.WARC, packed
    if suffix in JSON_LINES and _UTF16.match(plain):
        return _Form.UTF16, packed
    if suffix in JSON_LINES or (suffix not in HTML | TEXT and _OBJECT.match(plain)):
        return _Form.LINES, packed
    return _Form.PAGE, packed


def _has_borders(form: _Form, packed: str | None) -> bool:
    """Whether it can be seen from the middle of a file where something begins."""
    return form is _Form.PARQUET or (form, packed) in {(_Form.WARC, "gzip"), (_Form.LINES, None)}


def _from_stream(
    stream: BufferedReader[FileIO], name: str, suffix: str, columns: Columns, *, named: bool, span: Span = WHOLE
) -> Iterator[Source]:
    form, packed = _form(stream.peek(HEAD)[:HEAD], name, suffix)
    if not _has_borders(form, packed):
        if span.start:
            return
        span = WHOLE
    if form is _Form.PARQUET and not stream.seekable():
        yield Source(name, error=f"{name} is Parquet, which cannot be read from a pipe: name the file")
    elif form is _Form.PARQUET:
        from newscrawl.archives.parquet import read_parquet  # Arrow takes a moment, and most files are none

        yield from read_parquet(stream, name, columns, named=named, span=span)
    elif form is _Form.ARC:
        yield Source(name, error=f"{name} is an ARC file, {_ADVICE}", fatal=named)
    elif form is _Form.UTF16:
        yield Source(name, error=f"{name} is {_RECODED}", fatal=named)
    elif form is _Form.WARC:
        yield from read_warc(stream, name, packed, span)
    elif form is _Form.LINES:
        yield from read_lines(stream, name, packed, columns, named=named, span=span)
    else:
        yield read_page(stream, name, packed, flat=suffix in TEXT if suffix in HTML | TEXT else None)


def _plain_head(head: bytes, packed: str | None) -> bytes:
    """The first plain bytes of a file."""
    first = next(pieces(BytesIO(head), packed), None) if packed else Piece(head, 0, True)
    return first.data if isinstance(first, Piece) else b""
