"""Pages that are already here: files, folders, standard input, as the flow takes them."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from newscrawl.decode.charset import decode
from newscrawl.items import Article
from newscrawl.page import MAX_BYTES, Page
from newscrawl.refused import Refused

_HTML = frozenset((".html", ".htm", ".shtml", ".xhtml", ".mhtml", ".php", ".asp", ".aspx", ".jsp"))
JSON_LINES = frozenset((".jsonl", ".jl", ".ndjson"))
_READ = _HTML | JSON_LINES | {".txt"}
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|meta|div|p|title)\b", re.IGNORECASE)


@dataclass(slots=True)
class Source:
    """One page to read; or what was wrong with it (`refused`), or with the whole path (`error`)."""

    name: str
    """The file, or the address that a JSON line gives."""
    page: Page = field(default_factory=Page)
    refused: Refused | None = None
    error: str | None = None
    status: int | None = None
    """The answer's, for a page that was fetched."""
    fatal: bool = True
    """Whether the error is the caller's: a path that cannot be read (a folder's odd file is only passed over)."""

    def article(self) -> Article:
        """A new article to be read from the page."""
        return Article(url=self.name, pages=[self.page])


def open_paths(paths: list[str]) -> Iterator[Source]:
    """Every page below the paths, in their order, folders sorted by name; `-` is standard input."""
    for path in paths:
        if path == "-":
            yield from _from_stream(sys.stdin.buffer, "standard input")
        elif Path(path).is_dir():
            yield from _from_folder(Path(path))
        else:
            yield from _from_file(Path(path), named=True)


def count_pages(paths: list[str]) -> int | None:
    """How many pages are below the paths; None when that cannot be told without reading: of lines, and of pipes."""
    files: list[Path] = []
    for path in map(Path, paths):
        files += _pages_in(path, []) if path.is_dir() else [path]
    counted = all(file.is_file() and file.suffix.lower() not in JSON_LINES for file in files)
    return len(files) if counted else None


def _pages_in(folder: Path, unreadable: list[OSError]) -> list[Path]:
    """The files of a folder that can hold pages, by name; what could not be looked into is added to `unreadable`."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in names if not name.startswith(".")]
    return [path for path in sorted(found) if path.is_file() and path.suffix.lower() in _READ]


def _from_folder(folder: Path) -> Iterator[Source]:
    unreadable: list[OSError] = []
    pages = _pages_in(folder, unreadable)
    for path in pages:
        yield from _from_file(path, named=False)
    if not pages:
        yield Source(str(folder), error=f"{folder} passed over: no file named {' '.join(sorted(_READ))}", fatal=False)
    for error in unreadable:
        yield Source(str(error.filename), error=f"cannot read {error.filename}: {error.strerror}")


def _from_file(path: Path, *, named: bool) -> Iterator[Source]:
    name = os.fsencode(path).decode("utf-8", "replace")  # names of files are bytes, records are text
    try:
        with path.open("rb") as stream:
            if path.suffix.lower() in JSON_LINES:
                yield from _from_lines(stream, name, named=named)
            else:
                yield _from_bytes(stream.read(MAX_BYTES + 1), name, flat=path.suffix.lower() == ".txt")
    except OSError as error:
        yield Source(name, error=f"cannot read {name}: {error.strerror}")


def _from_stream(stream: BinaryIO, name: str) -> Iterator[Source]:
    """Standard input: JSON lines when the first line is an object, else one page."""
    first = _next_line(stream)
    if _object(first) is not None:
        yield _from_line(first, f"{name}:1")
        yield from _from_lines(stream, name, named=True, start=2)
        return
    body = first + stream.read(max(0, MAX_BYTES + 1 - len(first)))
    yield _from_bytes(body, name, flat=not _MARKUP.search(body[:4096]))


def _from_bytes(body: bytes, name: str, *, flat: bool) -> Source:
    if not flat or _MARKUP.match(body.lstrip()[:64]):
        return Source(name, Page(url=name, body=body))
    try:
        return Source(name, Page(url=name, text=decode(body).text, flat=True))
    except Refused as refused:
        return Source(name, refused=refused)


def _from_lines(stream: BinaryIO, name: str, *, named: bool, start: int = 1) -> Iterator[Source]:
    number = start
    while line := _next_line(stream):
        if not named and number == 1 and "text" not in (_object(line) or {}):
            yield Source(name, error=f'{name} passed over: its lines hold no "text"', fatal=False)
            return
        if line.strip():
            yield _from_line(line, f"{name}:{number}")
        number += 1


def _next_line(stream: BinaryIO) -> bytes:
    """The next line, cut a little above the limit when it is longer; the rest of it is passed over."""
    line = rest = stream.readline(MAX_BYTES + 1)
    while len(rest) >= MAX_BYTES and not rest.endswith(b"\n"):
        rest = stream.readline(MAX_BYTES)
    return line


def _from_line(line: bytes, place: str) -> Source:
    if len(line) > MAX_BYTES:
        return Source(place, refused=Refused("too_large", f"a line of more than {MAX_BYTES:,} bytes", url=place))
    record = _object(line)
    text = record.get("text") if record else None
    if record is None or not isinstance(text, str):
        return Source(place, refused=Refused("bad_input", 'no JSON object with a "text"', url=place))
    url = record.get("url")
    name = url if isinstance(url, str) and url else place
    return Source(name, Page(url=name, text=text, flat=True))


def _object(line: bytes) -> dict[str, object] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
