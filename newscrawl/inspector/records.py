"""Files of articles and refusals: an index that a browser can hold, and any one line when it is asked for."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from io import BufferedReader, FileIO
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, NamedTuple, cast

from newscrawl.bulk import packed
from newscrawl.crawl.files import JSON_LINES
from newscrawl.page import MAX_BYTES

FIELDS = (
    "title",
    "subtitle",
    "published_at",
    "source",
    "reporters",
    "correspondents",
    "authors",
    "editors",
    "reviewers",
    "section",
    "body",
    "images",
    "mirror_of",
    "original_url",
)
"""The fields that can be asked for as missing; a row has a bit for each."""

MOST = 200_000
"""Lines shown at most: their index has 40 MB, which a browser takes in a second or two; nobody reads a million."""

_CHUNK = 1 << 20


class Row(NamedTuple):
    """What the list shows of a line, and what it is searched and filtered by."""

    title: str | None
    url: str | None
    site: str | None
    source: str | None
    day: str | None
    family: str | None
    """The damage; None for a clean article and for a refusal."""
    confidence: float | None
    doubts: int
    """Spots unresolved."""
    missing: int
    """A bit for each of `FIELDS` that is missing, the first one lowest; 0 for a refusal, which has none of them."""
    reason: str | None
    """Why it was refused; None for an article."""


class Place(NamedTuple):
    """Where a line is: the number of the file, and its bytes there."""

    file: int
    offset: int
    length: int


def is_records(path: str) -> bool:
    """Whether a name is that of JSON lines, packed or not.

    >>> is_records("a.jsonl"), is_records("a.jl.gz"), is_records("http://a.cn/1.html")
    (True, True, False)
    """
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if suffixes and suffixes[-1] in packed.ENDINGS:
        suffixes.pop()
    return bool(suffixes) and suffixes[-1] in JSON_LINES


class Records:
    """Lines of one or more files, kept open; packed ones are unpacked to a temporary file.

    Raises `OSError` for a file that cannot be read, `ValueError` when no line is an article or a refusal. A line that
    is neither has a row with the reason `bad_input`.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.rows: list[Row] = []
        self.left = 0
        """Lines beyond `MOST`, which are not shown."""
        self._places: list[Place] = []
        self._stack = ExitStack()
        self._lock = Lock()
        self._files: list[BinaryIO] = []
        try:
            for path in paths:
                self._add(path)
        except (OSError, ValueError):
            self.close()
            raise
        if not any(row.reason != "bad_input" for row in self.rows):
            self.close()
            raise ValueError("no line is an article or a refusal; `scrapy extract` makes articles of other lines")

    def close(self) -> None:
        """Close the files."""
        self._stack.close()

    def line(self, number: int) -> bytes:
        """A line, without its end. Raises `IndexError`."""
        place = self._places[number]
        with self._lock:  # a server asks from several threads
            file = self._files[place.file]
            file.seek(place.offset)
            return file.read(place.length).rstrip(b"\r\n")

    def holding(self, text: str) -> Iterator[int]:
        """The numbers of the articles whose paragraphs hold a text, whatever the case of its letters."""
        wanted = text.casefold()
        # most lines are passed over without being parsed, where the text can stand there in one way only
        plain = text.encode("utf-8", "replace") if text.upper() == text.lower() and not {'"', "\\"} & set(text) else b""
        for number, row in enumerate(self.rows):
            if row.reason is not None:
                continue
            line = self.line(number)
            if (plain in line or b"\\u" in line) and any(
                wanted in part.casefold() for part in json.loads(line).get("body") or ()
            ):
                yield number

    def _add(self, path: str) -> None:
        file = self._opened(path)
        number, offset = len(self._files), 0
        self._files.append(file)
        for line, length in _lines(file):
            if line.strip():
                if len(self.rows) < MOST:
                    self.rows.append(row_of(line))
                    self._places.append(Place(number, offset, min(length, MAX_BYTES)))
                else:
                    self.left += 1
            offset += length

    def _opened(self, path: str) -> BinaryIO:
        stream = self._stack.enter_context(BufferedReader(FileIO(path), _CHUNK))
        plain = packed.unpacked(stream)
        if plain is stream:
            return cast(BinaryIO, stream)
        kept = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (the stack closes it)
        try:
            while chunk := plain.read1(_CHUNK):
                kept.write(chunk)
        except packed.DAMAGE as error:
            raise ValueError(f"{path} is damaged: {error}") from error
        kept.seek(0)
        return cast(BinaryIO, kept)


def _lines(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """The lines, those beyond `MAX_BYTES` cut, each with how many bytes it has in the file."""
    while line := file.readline(MAX_BYTES + 1):
        length, rest = len(line), line
        while len(rest) >= MAX_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(MAX_BYTES)
            length += len(rest)
        yield line, length


def row_of(line: bytes) -> Row:
    """The row of a line.

    >>> row_of(b'{"url": "u", "reason": "too_short", "title": null}').reason
    'too_short'
    >>> row_of(b"[]").reason
    'bad_input'
    """
    try:
        record = json.loads(line) if len(line) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict) or not ("body" in record or "reason" in record):
        return Row(line[:60].decode("utf-8", "replace"), None, None, None, None, None, None, 0, 0, "bad_input")
    repairs = record["restored"] if isinstance(record.get("restored"), dict) else {}
    refused = _text(record, "reason")
    return Row(
        title=_text(record, "title"),
        url=_text(record, "url"),
        site=_text(record, "site"),
        source=_text(record, "source"),
        day=(_text(record, "published_at") or _text(record, "fetched_at") or "")[:10] or None,
        family=_text(repairs, "family"),
        confidence=repairs.get("confidence") if isinstance(repairs.get("confidence"), (int, float)) else None,
        doubts=len(repairs["unresolved"]) if isinstance(repairs.get("unresolved"), list) else 0,
        missing=0 if refused else sum(1 << bit for bit, name in enumerate(FIELDS) if not record.get(name)),
        reason=refused,
    )


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    return value if isinstance(value, str) and value else None
