"""The answers in WARC files, ours and others': what each record says of an address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from newscrawl.archives.http import read_answer, sent_body
from newscrawl.archives.members import packing
from newscrawl.archives.records import Lost, Record, address, moment, read_records
from newscrawl.refused import Refused

_ANSWERS = ("response", "resource", "revisit")
_TOGETHER = "several records are packed as one, and only the first is read: `warcio recompress` makes a WARC of it"

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


def answers(path: Path, damaged: Damage) -> Iterator[tuple[int, Answer]]:
    """Every answer in a file, with the place of its record in bytes. `damaged` is told, in words for people, of each
    place that could not be read. Raises `OSError` when the file cannot be opened."""
    told = False
    for found in _records(path):
        if isinstance(found, Record) and found.inside:  # which has no place to go back to
            if not told:
                damaged(f"{path}, byte {found.start}: {_TOGETHER}")
            told = True
            continue
        try:
            if answer := _answer(found):
                yield found.start, answer
        except DamagedError as problem:
            damaged(f"{path}, byte {found.start}: {problem}")


def answer_at(path: Path, offset: int) -> Answer:
    """The answer at a place that `answers` gave. Raises `OSError`, `DamagedError`."""
    for found in _records(path, offset):
        if answer := _answer(found):
            return answer
        break
    raise DamagedError("there is no answer any more")


def _records(path: Path, offset: int = 0) -> Iterator[Record | Lost]:
    with path.open("rb") as file:
        packed = packing(file.peek(), path.name)
        file.seek(offset)
        yield from read_records(file, packed)


def _answer(found: Record | Lost) -> Answer | None:
    """What a record says; None when it is about no page. Raises `DamagedError`."""
    if isinstance(found, Lost):
        raise DamagedError(f"{found.why} ({found.url})" if found.url else found.why)
    kind, url = found.head.get("warc-type", "").lower(), address(found) or ""
    if kind not in _ANSWERS or not url.lower().startswith(("http://", "https://")):
        return None
    at, named = moment(found), found.head.get
    if not at:
        raise DamagedError(f"its WARC-Date is {named('warc-date', '')[:40]!r}")
    answer = Answer(url=url, at=at, truncated=named("warc-truncated", ""), digest=named("warc-payload-digest", ""))
    if kind == "revisit":
        answer.refers_to = named("warc-refers-to-target-uri", url).strip("<>")
    if found.length > len(found.block):
        answer.truncated = "length"
    elif kind == "resource":
        answer.body = found.block
        answer.headers = [(b"Content-Type", named("content-type", "").encode("latin-1", "replace"))]
    elif not _read_http(found.block, answer):
        return None
    return answer


def _read_http(block: bytes, answer: Answer) -> bool:
    """Fill in an answer of HTTP; returns whether it is one. A revisit may have no block at all."""
    try:
        sent = read_answer(block)
    except Refused as refused:
        if refused.reason != "too_large":
            return answer.refers_to is not None
        answer.truncated = "length"
        return True
    answer.status, answer.headers = sent.status, sent.lines
    if sent.status == 304 and not answer.refers_to:  # some tools make no revisit of it
        answer.refers_to = answer.url
    try:
        answer.body = sent_body(sent)
    except Refused:
        answer.truncated = answer.truncated or "disconnect"  # within a chunk
    return True
