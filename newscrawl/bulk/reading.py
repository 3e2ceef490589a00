"""Files and standard input, packed or not, cut into documents without ever holding more than one of them."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader, BytesIO, FileIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Literal

from newscrawl.archives.paths import JSON_LINES
from newscrawl.archives.spans import Span, lines_in
from newscrawl.bulk import packed
from newscrawl.page import MAX_BYTES

Form = Literal["text", "jsonl"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_CHUNK = 64 * 1024
"""Bytes read at a time; also about what one batch holds, so that a process is not bothered for every short line."""
SPAN = 512 * 1024
"""Bytes of a span: seven milliseconds of clean text, two seconds of text that is damaged all through. With a quarter of
that workers wait for the process that writes."""
LARGE = 1024 * 1024
"""A text document longer than this comes in pieces: no article page seen is longer."""
PIECE = 256 * 1024
"""Bytes of a piece at most: 80,000 characters are more than enough to recognise a family by."""
_OURS = ("/dev/", "/proc/")
"""How paths begin that may be other files in another process."""


class UnreadableError(Exception):
    """A file that cannot be read, or not to its end, and why."""


class ChangedError(OSError):
    """A file that is not as it was when its spans were made."""


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a file that other processes open, too."""

    span: Span
    stood: tuple[int, ...]
    """What the file was when its spans were made, by `_stands`."""

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """The file. Raises `OSError` when it is not there, or not the same."""
        with Path(name).open("rb") as stream:
            self.check(stream)
            yield stream

    def check(self, stream: BinaryIO) -> None:
        """Raise `ChangedError` when a file is not as it was. What only grew is refused, too: a longer one with the same
        inode may as well be another file that was written in its place."""
        if _stands(stream.fileno()) != self.stood:
            raise ChangedError(errno.ESTALE, "it was changed meanwhile")


def _stands(descriptor: int) -> tuple[int, ...]:
    """Device, inode, size and time of an open file."""
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes of a JSON line with its end, or of a text document with the form feed behind it.

    On their way to a worker JSON lines go together, as many as end in one chunk: `documents_of` parts them.
    """

    line: int
    """The number of its first line in the file, from 1."""
    data: bytes
    part: int = 0
    """0: all of it; 1, 2, ...: the parts of a JSON line of more than `MAX_BYTES`."""


@dataclass(slots=True)
class Batch:
    """Some documents of one file, in order; or, in `error`, why there are no more."""

    name: str
    form: Form = "text"
    documents: list[Document] = field(default_factory=list)
    place: Place | None = None
    """Where its lines begin in the file: then there are no documents here, and the worker reads them itself."""
    consumed: int = 0
    """Bytes read for it, as they stand in the file: packed ones when the file is packed."""
    error: str | None = None

    def __str__(self) -> str:
        if self.place:
            return f"{self.name}, byte {self.place.span.start}"
        return f"{self.name}:{self.documents[0].line}" if self.documents else self.name


def total_size(paths: Iterable[str]) -> int | None:
    """Bytes of all the files; None when one of them has no size (a pipe) or is not there."""
    try:
        found = [Path(path).stat() for path in paths]
    except OSError:
        return None
    return sum(one.st_size for one in found) if all(stat.S_ISREG(one.st_mode) for one in found) else None


def read(paths: Iterable[str], form: Form | None = None, *, spans: bool = False) -> Iterator[Batch]:
    """The documents of all the files, in order; `-` is standard input, `form` overrules what the names say.

    Whether a file is packed is told by its first bytes. A file that cannot be read, or not to its end, ends with a
    batch that says so; what could be read comes before it. With `spans` JSON lines that are not packed come as spans.
    """
    for path in paths:
        try:
            with FileIO(sys.stdin.fileno(), closefd=False) if path == "-" else FileIO(path) as raw:
                name = "standard input" if path == "-" else path
                reader = _Reader(raw, name)
                told = form or _form_of(path)
                by_spans = (
                    spans and told == "jsonl" and path != "-" and not path.startswith(_OURS) and reader.is_plain()
                )
                yield from reader.spans() if by_spans else reader.batches(told)
        except OSError as error:
            yield Batch(path, error=f"cannot read {path}: {error.strerror}")


def _form_of(path: str) -> Form | None:
    """What the name says; None for pipes, whose names say nothing."""
    if path == "-" or not Path(path).is_file():
        return None
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if suffixes and suffixes[-1] in packed.ENDINGS:
        suffixes.pop()
    return "jsonl" if suffixes and suffixes[-1] in JSON_LINES else "text"


class _Reader:
    """One open file."""

    def __init__(self, raw: FileIO, name: str) -> None:
        self._raw, self._name = raw, name
        self._stream = BufferedReader(raw, _CHUNK)  # kept, for it closes the file when it goes
        self._at = raw.tell() if raw.seekable() else 0
        self._plain = 0
        self._error: str | None = None

    def is_plain(self) -> bool:
        """Whether it is a file that others can read from anywhere on."""
        is_file = stat.S_ISREG(os.fstat(self._raw.fileno()).st_mode) and self._at == 0
        return is_file and packed.unpacked(self._stream) is self._stream

    def spans(self) -> Iterator[Batch]:
        stood = _stands(self._raw.fileno())
        size = stood[2]
        for start in range(0, max(1, size), SPAN):
            end = min(start + SPAN, size)
            yield Batch(self._name, "jsonl", place=Place(Span(start, end), stood), consumed=end - start)

    def batches(self, form: Form | None) -> Iterator[Batch]:
        chunks = self._chunks()
        if form is None:
            form, chunks = _form_by_bytes(chunks)
        for documents in (cut_lines if form == "jsonl" else cut_text)(chunks):
            yield Batch(self._name, form, documents, consumed=self._consumed())
        if self._error:
            yield Batch(self._name, form, error=f"cannot read {self._name} to its end: {self._error}")

    def _chunks(self) -> Iterator[bytes]:
        """What there is to read, as it comes: a slow pipe is not waited for until a chunk is full."""
        try:
            stream = packed.unpacked(self._stream)
            while chunk := stream.read1(_CHUNK):
                self._plain += len(chunk)
                yield chunk
        except (OSError, *packed.DAMAGE) as error:
            self._error = getattr(error, "strerror", None) or str(error)

    def _consumed(self) -> int:
        before, self._at = self._at, self._raw.tell() if self._raw.seekable() else self._plain
        return self._at - before


def _form_by_bytes(chunks: Iterator[bytes]) -> tuple[Form, Iterator[bytes]]:
    """JSON lines when the first byte that is not blank is `{`; the chunks come back whole."""
    seen: list[bytes] = []
    form: Form = "text"
    for chunk in chunks:
        seen.append(chunk)
        if start := chunk.removeprefix(_BYTE_ORDER_MARK).lstrip():
            form = "jsonl" if start.startswith(b"{") else "text"
            break
    return form, chain(seen, chunks)


def cut_lines(chunks: Iterable[bytes]) -> Iterator[list[Document]]:
    """JSON lines, those that end in one chunk together. A line of more than `MAX_BYTES` comes in parts."""
    waiting: list[bytes] = []
    number, part = 1, 0
    for chunk in chunks:
        first, end, rest = chunk.partition(b"\n")
        waiting.append(first + end)
        if not end and sum(map(len, waiting)) <= MAX_BYTES:
            continue
        part += bool(part) or sum(map(len, waiting)) > MAX_BYTES
        behind = rest.rfind(b"\n") + 1
        lines = rest[:behind]
        if part:
            yield [Document(number, b"".join(waiting), part), *([Document(number + 1, lines)] if lines else [])]
        else:
            yield [Document(number, b"".join([*waiting, lines]))]
        waiting = [rest[behind:]] if behind < len(rest) else []
        if end:
            number, part = number + 1 + lines.count(b"\n"), 0
    if waiting:
        yield [Document(number, b"".join(waiting), part + bool(part))]


def documents_of(batch: Batch) -> Iterator[Document]:
    """The documents of a batch; JSON lines each by itself. Raises `UnreadableError`."""
    if batch.place is None:
        yield from chain.from_iterable(map(_lines_of, batch.documents)) if batch.form == "jsonl" else batch.documents
        return
    try:
        with batch.place.opened(batch.name) as stream:
            for documents in cut_lines(piece.data for piece in lines_in(stream, batch.place.span)):
                yield from chain.from_iterable(map(_lines_of, documents))
            batch.place.check(stream)
    except OSError as error:
        raise UnreadableError(f"cannot read {batch.name} to its end: {error.strerror}") from error


def _lines_of(document: Document) -> Iterator[Document]:
    """JSON lines that go together, each by itself."""
    if document.part:
        yield document
        return
    for number, line in enumerate(BytesIO(document.data), document.line):
        yield Document(number, line)


def cut_text(chunks: Iterable[bytes]) -> Iterator[list[Document]]:
    """Documents end with a form feed; one of more than `LARGE` bytes is cut into pieces at the best place.

    Where is told by the bytes alone, however they arrive.
    """
    waiting = bytearray()
    line = 1
    for chunk in chunks:
        waiting += chunk
        found: list[Document] = []
        while end := _end(waiting):
            found.append(Document(line, bytes(waiting[:end])))
            line += waiting.count(b"\n", 0, end)
            del waiting[:end]
        if found:
            yield found
    if waiting:
        yield [Document(line, bytes(waiting))]


def _end(waiting: bytearray) -> int:
    """Where the first document, or piece of one, ends; 0 when more must be read to tell."""
    if end := waiting.find(b"\f", 0, LARGE) + 1:
        return end
    return _best_cut(waiting) if len(waiting) > LARGE else 0


def _best_cut(waiting: bytearray) -> int:
    """At a blank line, else at a line's end, else behind a full stop, else between two characters."""
    for marks in ((b"\n\n", b"\n\r\n"), (b"\n",), ("。".encode(),)):
        ends = [at + len(mark) for mark in marks if (at := waiting.rfind(mark, PIECE // 2, PIECE)) >= 0]
        if ends:
            return max(ends)
    return next(at for at in (PIECE, PIECE - 1, PIECE - 2, PIECE - 3) if waiting[at] & 0xC0 != 0x80 or at == PIECE - 3)
