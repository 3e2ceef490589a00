"""What a file is, by its first bytes and its name, and the reader for it."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterable, Iterator
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
from newscrawl.archives.warc import read_warc

HEAD = 64 * 1024
"""Bytes that are looked at to tell what a file is."""
_ARC = b"filedesc:"
_ADVICE = "the form before WARC, which is not read: `warcio recompress IN.arc.gz OUT.warc.gz` makes a WARC of it"
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


def _from_file(path: Path, columns: Columns, *, named: bool) -> Iterator[Source]:
    name = os.fsencode(path).decode("utf-8", "replace")  # names of files are bytes, records are text
    try:
        with BufferedReader(FileIO(path), HEAD) as stream:
            yield from joined(_from_stream(stream, name, suffix_of(path), columns, named=named))
    except OSError as error:
        why = "no file matches it" if glob.has_magic(name) and not path.exists() else error.strerror
        yield Source(name, error=f"cannot read {name}: {why}")


def _from_stream(
    stream: BufferedReader[FileIO], name: str, suffix: str, columns: Columns, *, named: bool
) -> Iterator[Source]:
    head = stream.peek(HEAD)[:HEAD]
    packed = packing(head, name)
    plain = _plain_head(head, packed)
    if suffix in PARQUET or head.startswith(b"PAR1"):
        if not stream.seekable():
            return iter([Source(name, error=f"{name} is Parquet, which cannot be read from a pipe: name the file")])
        from newscrawl.archives.parquet import read_parquet  # Arrow takes a moment, and most files are none

        return read_parquet(stream, name, columns, named=named)
    if plain.startswith(_ARC):
        return iter([Source(name, error=f"{name} is an ARC file, {_ADVICE}", fatal=named)])
    if suffix in WARC or plain.startswith(b"WARC/"):
        return read_warc(stream, name, packed)
    if suffix in JSON_LINES or (suffix not in HTML | TEXT and _OBJECT.match(plain)):
        return read_lines(stream, name, packed, columns, named=named)
    return iter([read_page(stream, name, packed, flat=suffix in TEXT if suffix in HTML | TEXT else None)])


def _plain_head(head: bytes, packed: str | None) -> bytes:
    """The first plain bytes of a file."""
    first = next(pieces(BytesIO(head), packed), None) if packed else Piece(head, 0, True)
    return first.data if isinstance(first, Piece) else b""
