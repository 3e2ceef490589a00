"""The answers in WARC files, ours and others': .warc and .warc.gz, whatever tool wrote them.

fastwarc reads; it stops for good where a file is damaged, so reading begins anew behind the damage, at the next record
that is whole.
"""

from __future__ import annotations

import base64
import hashlib
import io
import mmap
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawl.crawl.warc.members import begins_record, whole_size
from newscrawl.page import MAX_BYTES

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

# Of a record that is read: the largest page and its head. What is larger was no page when it was fetched.
_LONGEST = MAX_BYTES + 65_536
_GZIP, _PLAIN = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]"), re.compile(rb"(?<=\r\n\r\n)WARC/[01]\.\d\r\n")
_ANSWERS = ("response", "resource", "revisit")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})")
_LENGTH = re.compile(rb"WARC/(?:.+\r\n)+?content-length: *(\d+) *\r\n(?:.+\r\n)*\r\n", re.IGNORECASE)
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_FOLDED = re.compile(rb"\r?\n[ \t]+")

Damage = Callable[[str], object]


@dataclass(slots=True, kw_only=True)
class Answer:
    """What one record says of an address."""

    url: str
    at: datetime
    """WARC-Date, in UTC."""
    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    """Without the frame of chunks; packed as the headers say."""
    truncated: str = ""
    """Why the body is not whole, as WARC-Truncated says it; length for a record that is too large to be read."""
    digest: str = ""
    """Of the payload; for a revisit, of the one it stands for."""
    refers_to: str | None = None
    """For a revisit: the address whose record holds the body."""


class DamagedError(Exception):
    """A record that is not what it says; the message says why."""


@dataclass(slots=True)
class _Way:
    """How far the reading of a file has come, and what it passes over."""

    path: Path
    damaged: Damage
    last: int = -1
    """Where the last record begins that was reached; -1 before the first."""
    lost: str = ""
    """Behind what it is damaged, while nothing whole was found behind that."""

    def reach(self, place: int) -> None:
        """There is a record again."""
        self.last = place
        if self.lost:
            self.say(f"damaged behind {self.lost}; passed over up to byte {place:,}")
            self.lost = ""

    def lose(self, place: int, why: object) -> None:
        """Nothing can be read any more."""
        self.lost = self.lost or f"byte {max(place, 0):,} ({why})"

    def say(self, what: str) -> None:
        """Tell of damage."""
        self.damaged(f"{self.path}: {what}")


def answers(path: Path, damaged: Damage) -> Iterator[tuple[int, Answer]]:
    """Every answer in a file, with the place of its record in bytes. `damaged` is told, in words for people, of each
    place that could not be read. Raises `OSError` when the file cannot be opened."""
    begin, size, way = 0, path.stat().st_size, _Way(path, damaged)
    while begin < size:
        try:
            yield from _answers_from(begin, size, way)
            begin = size
        except OSError as problem:
            way.lose(way.last, problem)
            begin = _next_record(path, max(way.last, begin) + 1, size)
    if way.lost:
        way.say(f"damaged behind {way.lost}; passed over up to its end")


def _answers_from(begin: int, size: int, way: _Way) -> Iterator[tuple[int, Answer]]:
    """The answers behind a place, up to the first damage of the file, which raises `OSError`."""
    for record in _records(way.path, begin):
        if record.stream_pos in (way.last, size):
            way.say("all records are packed as one: `warcio recompress` makes a WARC of it")
            return
        way.reach(record.stream_pos)
        try:
            answer = _answer(record)
        except DamagedError as problem:
            way.say(f"the record at byte {way.last:,} is damaged ({problem}); passed over")
            continue
        if answer:
            yield way.last, answer
    end = _torn_end(way.path, max(way.last, 0))
    if end is not None and end > way.last:  # else it is that record, and told of already
        way.lose(end, "the last record is torn")


def answer_at(path: Path, offset: int) -> Answer:
    """The answer at a place that `answers` gave. Raises `OSError`, `DamagedError`."""
    for record in _records(path, offset):
        if answer := _answer(record):
            return answer
        break
    raise DamagedError("there is no answer any more")


def _records(path: Path, offset: int) -> Iterator[WarcRecord]:
    from fastwarc.warc import ArchiveIterator  # only a replay reads WARC

    with path.open("rb") as file:
        file.seek(offset)
        yield from ArchiveIterator(file, parse_http=False)


def _answer(record: WarcRecord) -> Answer | None:
    """What a record says; None when it is about no page. Raises `DamagedError`, and `OSError` for damaged gzip."""
    named = record.headers.get
    if named("WARC-Date") is None or named("Content-Length") is None:
        raise DamagedError("its head is torn")
    kind = (named("WARC-Type") or "").lower()
    if kind not in _ANSWERS:
        return None
    url = (named("WARC-Target-URI") or "").strip().strip("<>")
    if not url.lower().startswith(("http://", "https://")):
        return None
    at = record.record_date or _date(named("WARC-Date") or "")
    answer = Answer(url=url, at=at, truncated=named("WARC-Truncated") or "", digest=named("WARC-Payload-Digest") or "")
    if kind == "revisit":
        answer.refers_to = (named("WARC-Refers-To-Target-URI") or url).strip("<>")
    if record.content_length > _LONGEST:
        answer.truncated = "length"
        return answer
    block = _block(record)
    if kind == "resource":
        answer.body = block
        answer.headers = [(b"Content-Type", (named("Content-Type") or "").encode("latin-1", "replace"))]
        return answer
    return answer if _read_http(block, answer) else None


def _date(text: str) -> datetime:
    """A date that fastwarc does not read: of a day, a month or a year only, which WARC 1.1 allows. Raises
    `DamagedError`."""
    padded = text + {4: "-01-01", 7: "-01"}.get(len(text), "")
    try:
        at = datetime.fromisoformat(padded.replace("Z", "+00:00"))
    except ValueError as problem:
        raise DamagedError(f"WARC-Date: {problem}") from problem
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def _block(record: WarcRecord) -> bytes:
    """All that a record holds. Raises `DamagedError` when it is cut, or another than its digest tells of."""
    block = record.reader.read()
    if len(block) < record.content_length:
        raise DamagedError(f"{len(block):,} of {record.content_length:,} bytes")
    told = record.headers.get("WARC-Block-Digest") or ""
    algorithm, _, digest = told.partition(":")
    if algorithm.lower() in ("sha1", "sha256", "md5") and not _is_digest(digest, algorithm.lower(), block):
        raise DamagedError(f"its block is not {told}")
    return block


def _is_digest(told: str, algorithm: str, block: bytes) -> bool:
    """Whether a digest, in base 32 or hexadecimal, is that of a block."""
    digest = hashlib.new(algorithm, block, usedforsecurity=False)
    return told.lower() == digest.hexdigest() or told.upper().rstrip("=") == base64.b32encode(
        digest.digest()
    ).decode().rstrip("=")


def _read_http(block: bytes, answer: Answer) -> bool:
    """Fill in an answer of HTTP; returns whether it is one. A revisit may have no block at all."""
    end = _HEAD_ENDS.search(block)
    head, answer.body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    if status := _STATUS.match(head):
        answer.status = int(status[1])
    elif not answer.refers_to:
        return False
    if answer.status == 304 and not answer.refers_to:  # some tools make no revisit of it
        answer.refers_to = answer.url
    for line in _FOLDED.sub(b" ", head).splitlines()[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            answer.headers.append((name.strip(), value.strip()))
    if any(name.lower() == b"transfer-encoding" and b"chunked" in value.lower() for name, value in answer.headers):
        answer.body = _without_frame(answer.body)
    return True


def _without_frame(body: bytes) -> bytes:
    """A body without the frame of its chunks. Some tools take the frame off and leave the header."""
    from fastwarc.stream_io import ChunkedReader

    try:
        return ChunkedReader(io.BytesIO(body)).read()
    except OSError:
        return body


def _next_record(path: Path, start: int, size: int) -> int:
    """Where the next record begins that can be read; `size` when there is none."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        packed = path.suffix == ".gz" or bool(_GZIP.match(data))
        for found in (_GZIP if packed else _PLAIN).finditer(data, start):
            if not packed or begins_record(data, found.start()):
                return found.start()
    return size


def _torn_end(path: Path, last: int) -> int | None:
    """Where the torn record begins that stands behind the last one that was read; None when nothing does: fastwarc
    takes half a head for the end of the file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if path.suffix == ".gz" or _GZIP.match(data):
            end = whole_size(path, last)
        elif told := _LENGTH.match(data, last):
            end = told.end() + int(told[1])
        else:
            end = last
        return end if data[end:].strip() else None
