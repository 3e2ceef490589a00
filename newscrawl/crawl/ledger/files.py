"""The ledger and the files of articles, made to agree: what is in one and not in the other after a crash."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from newscrawl.crawl.ledger.ledger import Ledger
from newscrawl.crawl.ledger.tables import ADDRESSES, ARTICLE, EXPORTED, FILES, FOUND, MOVED
from newscrawl.judge.repeat import headline_key, record_hash
from newscrawl.publish.lines import cut
from newscrawl.publish.written import written_whole

if TYPE_CHECKING:
    from newscrawl.crawl.ledger.lease import Lease

logger = logging.getLogger(__name__)

_A = ADDRESSES.c
_BLOCK = 65_536
_BATCH = 1_000
# SQLAlchemy has no insert of its own that minds what is there.
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_TOKEN = re.compile(r"-(\d+)\.jsonl$")
# Every line of ours: by it half a line that a killed run left is told from what somebody else wrote.
_BEGINS = b'{"url": '
_PLACE = update(ADDRESSES).where(_A.url == bindparam("address"))
_PLACE = _PLACE.values(offset=bindparam("at"), length=bindparam("bytes"))


def settle(ledger: Ledger, output: Path) -> None:
    """Make files and ledger agree; the caller commits. `output` is the output folder.

    What a killed run has left beyond the committed end of a file is cut off: the ledger has these articles waiting.
    Articles that a file has lost wait again. A file that is not there was taken away by its reader, and stays done. One
    that others have changed is read anew, and nothing is cut off it.
    """
    if ledger.lease:
        _fence(ledger, ledger.lease, output)
    corrected: set[str] = set()
    for name, size in sizes(ledger).items():
        path = output / name
        if not path.exists() or (there := path.stat().st_size) == size:
            continue
        if not _is_as_written(ledger, path, name, size):
            corrected |= _read_anew(ledger, path, name)
        elif there > size:
            cut(path, size)
            logger.warning("%s: a killed run left %d bytes too many; they are cut off", path, there - size)
        elif there < size:
            corrected |= _take_back(ledger, path, name)
    if corrected:
        _look_up(ledger, output, corrected)


def _fence(ledger: Ledger, lease: Lease, output: Path) -> None:
    """Put copies in place of the files of holders who did not let go: one that was stopped, and wakes, writes the rest
    of its lines into a file that has no name any more."""
    for name in sizes(ledger):
        token, path = _TOKEN.search(name), output / name
        if token and int(token[1]) > lease.settled and path.exists():
            with path.open("rb") as old, written_whole(path) as copy:
                shutil.copyfileobj(old, copy)
                copy.flush()
                os.fsync(copy.fileno())
    lease.settle(ledger.connection)


def _is_as_written(ledger: Ledger, path: Path, name: str, size: int) -> bool:
    """Whether a file was written by runs only, as far as its end tells: the last line that the ledger knows stands in
    its place, and behind what is committed, or left of it, stands nothing but what a killed run leaves."""
    there = path.stat().st_size
    held = (_A.file == name, _A.offset + _A.length <= min(size, there))
    places = select(_A.offset, _A.length, _A.content_hash).where(*held).order_by(_A.offset.desc())
    with path.open("rb") as file:
        if last := ledger.execute(places.limit(1)).first():
            file.seek(last.offset)
            row = _row(file.read(last.length))
            if not row or row["content_hash"] != last.content_hash:
                return False
        if there > size > 0:
            file.seek(size - 1)
            if file.read(1) != b"\n":
                return False
        return all(_is_left_by_a_kill(ledger, line) for line in file)


def _is_left_by_a_kill(ledger: Ledger, line: bytes) -> bool:
    """Whether it is a line that was not committed, or the beginning of one. One that the ledger knows was put there by
    others."""
    if not line.endswith(b"\n"):
        return _is_torn(line)
    if (row := _row(line)) is None:
        return b"\0" in line
    known = ledger.known(row["url"])
    return not known or known.record_hash != row["record_hash"]


def _read_anew(ledger: Ledger, path: Path, name: str) -> set[str]:
    """Take down where the articles of a file stand that others have changed; those it does not hold wait again.

    Returns as `_take_back` does.
    """
    size = path.stat().st_size
    # behind the end, until they are found
    ledger.execute(update(ADDRESSES).where(_A.file == name).values(offset=size))
    rows = _rows(path, name)
    while batch := list(islice(rows, _BATCH)):
        known = _known(ledger, [row["url"] for row in batch])
        placed, new = [], []
        for row in batch:
            before = known.get(row["url"])
            if before and before.file == name:
                placed.append({"address": before.url, "at": row["offset"], "bytes": row["length"]})
            elif not before or before.revision < row["revision"]:
                new.append(row | {"url": before.url if before else row["url"]})
        if placed:
            ledger.execute(_PLACE, placed)
        _add(ledger, iter(new))
    lost, corrected = _lose_lines(ledger, name, size)
    set_size(ledger, name, size)
    logger.warning("%s was changed by others: nothing is cut off; %d articles that it lost wait again", path, lost)
    return corrected


def _known(ledger: Ledger, urls: Sequence[str]) -> dict[str, Any]:
    """Address -> what is known of it; of one that another address led to, what is known of that."""
    some = select(_A.url, _A.state, _A.reason, _A.file, _A.revision)
    rows = {row.url: row for row in ledger.execute(some.where(_A.url.in_(urls)))}
    moved = {url: row.reason for url, row in rows.items() if row.state == MOVED and not row.file}
    asked = {row.url: row for row in ledger.execute(some.where(_A.url.in_(list(moved.values()))))}
    return rows | {url: asked[other] for url, other in moved.items() if other in asked}


def _take_back(ledger: Ledger, path: Path, name: str) -> set[str]:
    """Let the articles wait that a file has lost; returns those of which it had a later line than the first."""
    cut_torn_line(path)
    size = path.stat().st_size
    lost, corrected = _lose_lines(ledger, name, size)
    set_size(ledger, name, size)
    logger.warning("%s is shorter than the ledger says: %d articles are fetched again", path, lost)
    return corrected


def _lose_lines(ledger: Ledger, name: str, size: int) -> tuple[int, set[str]]:
    """Let the articles wait whose line stood beyond the end of a file; returns how many, and those that are corrected
    ones."""
    beyond = and_(_A.file == name, _A.offset + _A.length > size)
    corrected = {row.url for row in ledger.execute(select(_A.url).where(beyond, _A.revision > 1))}
    marks = dict.fromkeys(("page_hash", "content_hash", "record_hash", "headline", "etag", "last_modified", "file"))
    waits = {"state": FOUND, "revision": _A.revision - 1, **marks}
    return ledger.execute(update(ADDRESSES).where(beyond).values(**waits)).rowcount, corrected


def _look_up(ledger: Ledger, output: Path, urls: set[str]) -> None:
    """Let articles be known by the last line that there is of them, as far as their files were not taken away."""
    for name in sizes(ledger):
        if (output / name).exists():
            _add(ledger, (row for row in _rows(output / name, name) if row["url"] in urls))


def adopt(ledger: Ledger, output: Path, files: list[Path]) -> int:
    """Take down the articles of files that are older than the ledger; returns how many. The caller commits."""
    return sum(_adopt_file(ledger, path, path.relative_to(output).as_posix()) for path in files)


def _adopt_file(ledger: Ledger, path: Path, name: str) -> int:
    cut_torn_line(path)
    count = _add(ledger, _rows(path, name))
    set_size(ledger, name, path.stat().st_size)
    return count


def sizes(ledger: Ledger) -> dict[str, int]:
    """File of articles, relative to the output folder -> the bytes of it that are committed."""
    return {row.name: row.size for row in ledger.execute(select(FILES))}


def set_size(ledger: Ledger, name: str, size: int) -> None:
    """Say how many bytes of a file count."""
    known = update(FILES).where(FILES.c.name == name)
    if not ledger.execute(known.values(size=size)).rowcount:
        ledger.execute(insert(FILES).values(name=name, size=size))


def _add(ledger: Ledger, rows: Iterator[dict[str, Any]]) -> int:
    """Take articles down as their lines have them; returns how many lines. Of an article with several, the last counts;
    one that the ledger has stays in the state it is in."""
    new = _INSERTS[ledger.connection.dialect.name](ADDRESSES)
    count, common = 0, {"kind": ARTICLE, "state": EXPORTED, "run": 0}
    while batch := list(islice(rows, _BATCH)):
        line = {name: new.excluded[name] for name in batch[0] if name != "url"}
        later = new.on_conflict_do_update(
            index_elements=[_A.url], set_=line, where=new.excluded.revision >= _A.revision
        )
        seen = [{"first_seen": row["fetched_at"], "last_seen": row["fetched_at"]} for row in batch]
        ledger.execute(later, [{**row, **common, **times} for row, times in zip(batch, seen, strict=True)])
        count += len(batch)
    return count


def _rows(path: Path, name: str) -> Iterator[dict[str, Any]]:
    offset = others = first = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if row := _row(line):
                yield row | {"file": name, "offset": offset, "length": len(line)}
            else:
                others, first = others + 1, first or number
            offset += len(line)
    if others:
        logger.warning("%s: %d lines are no articles, and passed over; the first is line %d", path, others, first)


def _row(line: bytes) -> dict[str, Any] | None:
    """An address as a line of articles tells it; None for a line that is no article."""
    try:
        record = json.loads(line)
        row = {
            "url": record["url"],
            "content_hash": record["content_hash"],
            "record_hash": record_hash(record),
            "headline": headline_key(record["title"], record["published_at"]),
            "fetched_at": int(datetime.fromisoformat(record["fetched_at"]).timestamp()),
            "revision": int(record.get("revision", 1)),
        }
        texts = (row["content_hash"], row["headline"])
        "".join([row["url"], *(text for text in texts if text is not None)]).encode()  # as a database can hold them
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return row


def cut_torn_line(path: Path) -> int:
    """Cut a file of lines back to its last whole line; returns the bytes cut off, 0 for a file that is whole.

    What is no line of ours stays.
    """
    size = end = path.stat().st_size
    with path.open("rb") as file:
        while end:
            start = max(0, end - _BLOCK)
            file.seek(start)
            if (at := file.read(end - start).rfind(b"\n")) >= 0:
                end = start + at + 1
                break
            end = start
        file.seek(end)
        if end == size or not _is_torn(file.read()):
            return 0
    cut(path, end)
    return size - end


def _is_torn(line: bytes) -> bool:
    """Whether it is the beginning of a line of ours. A power cut leaves zeros in place of what was not yet on the
    disk."""
    return b"\0" in line or line[: len(_BEGINS)] == _BEGINS[: len(line)]
