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

from newscrawl.archives.paths import JSON_LINES
from newscrawl.bulk import packed
from newscrawl.items import CONTENT
from newscrawl.page import MAX_BYTES

FIELDS = (*CONTENT, "mirror_of", "original_url")
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
        self._fault: str | None = None
        """The first line that is no record: which, and why."""
        self._read = 0
        """Lines that are records."""
        self._stack = ExitStack()
        self._lock = Lock()
        self._files: list[BinaryIO] = []
        try:
            for path in paths:
                self._add(path)
        except (OSError, ValueError):
            self.close()
            raise
        if not self._read:
            self.close()
            why = self._fault or "there is none"
            raise ValueError(
                f"no line is an article or a refusal: {why}; `scrapy extract` makes articles of other lines"
            )

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
        """The numbers of the articles that hold all words of a text, each in a paragraph or in what the list shows.

        Words stand apart by white space; the case of letters does not matter.
        """
        wanted = text.casefold().split()
        # most lines are passed over without being parsed, where the words can stand there in one way only
        plain = [word.encode("utf-8", "replace") for word in text.split() if _is_plain(word)]
        for number, row in enumerate(self.rows):
            if row.reason is not None:
                continue
            line = self.line(number)
            if b"\\u" not in line and not all(word in line for word in plain):
                continue
            parts = [part.casefold() for part in (row.title, row.url, row.source, *json.loads(line)["body"]) if part]
            if all(any(word in part for part in parts) for word in wanted):
                yield number

    def _add(self, path: str) -> None:
        file = self._opened(path)
        number, offset = len(self._files), 0
        self._files.append(file)
        for at, (line, length) in enumerate(_lines(file), 1):
            if line.strip():
                if len(self.rows) < MOST:
                    self.rows.append(self._row(line, f"{path}, line {at}"))
                    self._places.append(Place(number, offset, min(length, MAX_BYTES)))
                else:
                    self.left += 1
            offset += length

    def _row(self, line: bytes, where: str) -> Row:
        try:
            record = record_of(line)
        except ValueError as problem:
            self._fault = self._fault or f"{where}: {problem}"
            return Row(line[:60].decode("utf-8", "replace"), None, None, None, None, None, None, 0, 0, "bad_input")
        self._read += 1
        return row_of(record)

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


def _is_plain(word: str) -> bool:
    """Whether JSON and every case write a word in one way."""
    return word.upper() == word.lower() and not {'"', "\\", "/"} & set(word)


def record_of(line: bytes) -> dict[str, Any]:
    """The article or the refusal of a line. Raises `ValueError`, which says why it is neither.

    The script asks the same of a line (store.js), so that the list and what is opened from it agree.
    """
    if len(line) > MAX_BYTES:
        raise ValueError(f"longer than {MAX_BYTES:,} bytes")
    try:
        record = json.loads(line, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        raise ValueError(f"no JSON: {problem.msg} (character {problem.pos + 1})") from problem
    except RecursionError as problem:
        raise ValueError("nested too deep") from problem
    except ValueError as problem:
        raise ValueError(f"no JSON: {problem}") from problem
    if not isinstance(record, dict):
        raise ValueError("no JSON object")
    body = record.get("body")
    if not _text(record, "reason") and not (isinstance(body, list) and all(isinstance(part, str) for part in body)):
        raise ValueError("neither a reason nor a body that is a list of paragraphs")
    return record


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number there")


def row_of(record: dict[str, Any]) -> Row:
    """What the list shows of a record.

    >>> row_of({"url": "u", "reason": "too_short", "title": None}).reason
    'too_short'
    """
    repairs = record["restored"] if isinstance(record.get("restored"), dict) else {}
    refused = _text(record, "reason")
    return Row(
        title=_text(record, "title"),
        url=_text(record, "url"),
        site=_text(record, "site"),
        source=_text(record, "source"),
        day=(_text(record, "published_at") or _text(record, "fetched_at") or "")[:10] or None,
        family=_text(repairs, "family"),
        confidence=_share(repairs.get("confidence")),
        doubts=len(repairs["unresolved"]) if isinstance(repairs.get("unresolved"), list) else 0,
        missing=0 if refused else sum(1 << bit for bit, name in enumerate(FIELDS) if not record.get(name)),
        reason=refused,
    )


def _share(value: Any) -> float | None:
    """A number from 0 to 1; None for all else, such as 1e999: it is read as infinity, which is no JSON."""
    return value if isinstance(value, (int, float)) and 0 <= value <= 1 else None


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    return value if isinstance(value, str) and value else None
