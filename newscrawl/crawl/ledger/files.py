"""The ledger and the files of articles, made to agree: what is in one and not in the other after a crash."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from newscrawl.crawl.ledger.ledger import Ledger
from newscrawl.crawl.ledger.tables import ADDRESSES, ARTICLE, EXPORTED, FILES, FOUND
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


def settle(ledger: Ledger, output: Path) -> None:
    """Make files and ledger agree; the caller commits. `output` is the output folder.

    What a file holds beyond its committed end is cut off: the ledger has these articles waiting. Articles that a file
    has lost wait again. A file that is not there was taken away by its reader, and stays done.
    """
    if ledger.lease:
        _fence(ledger, ledger.lease, output)
    corrected: set[str] = set()
    for name, size in sizes(ledger).items():
        path = output / name
        if not path.exists():
            continue
        if (there := path.stat().st_size) > size:
            cut(path, size)
            logger.warning("%s: a killed run left %d bytes too many; they are cut off", path, there - size)
        elif there < size:
            corrected |= _take_back(ledger, path, name)
    if corrected:
        _look_up(ledger, output, corrected)


def _fence(ledger: Ledger, lease: Lease, output: Path) -> None:
    """Put copies in place of the files of holders who did not let go: one that was stopped, and wakes, writes the rest
    of its lines into a file that has no name any more."""
    for name, size in sizes(ledger).items():
        token, path = _TOKEN.search(name), output / name
        if token and int(token[1]) > lease.settled and path.exists():
            with path.open("rb") as old, written_whole(path) as copy:
                shutil.copyfileobj(old, copy)
                copy.truncate(min(size, copy.tell()))
                copy.flush()
                os.fsync(copy.fileno())
    lease.settle(ledger.connection)


def _take_back(ledger: Ledger, path: Path, name: str) -> set[str]:
    """Let the articles wait that a file has lost; returns those of which it had a later line than the first."""
    cut_torn_line(path)
    size = path.stat().st_size
    beyond = and_(_A.file == name, _A.offset + _A.length > size)
    corrected = {row.url for row in ledger.execute(select(_A.url).where(beyond, _A.revision > 1))}
    marks = dict.fromkeys(("page_hash", "content_hash", "record_hash", "headline", "etag", "last_modified", "file"))
    waits = {"state": FOUND, "revision": _A.revision - 1, **marks}
    lost = ledger.execute(update(ADDRESSES).where(beyond).values(**waits)).rowcount
    set_size(ledger, name, size)
    logger.warning("%s is shorter than the ledger says: %d articles are fetched again", path, lost)
    return corrected


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
    offset = 0
    with path.open("rb") as lines:
        for line in lines:
            if row := _row(line):
                yield row | {"file": name, "offset": offset, "length": len(line)}
            else:
                logger.warning("passed over a line of %s that is no article", path)
            offset += len(line)


def _row(line: bytes) -> dict[str, Any] | None:
    """An address as a line of articles tells it; None for a line that is no article."""
    try:
        record = json.loads(line)
        return {
            "url": record["url"],
            "content_hash": record["content_hash"],
            "record_hash": record_hash(record),
            "headline": headline_key(record["title"], record["published_at"]),
            "fetched_at": int(datetime.fromisoformat(record["fetched_at"]).timestamp()),
            "revision": int(record["revision"]),
        }
    except (ValueError, KeyError, TypeError):
        return None


def cut_torn_line(path: Path) -> int:
    """Cut a file of lines back to its last whole line; returns the bytes cut off, 0 for a file that is whole."""
    size = end = path.stat().st_size
    with path.open("rb") as file:
        while end:
            start = max(0, end - _BLOCK)
            file.seek(start)
            if (at := file.read(end - start).rfind(b"\n")) >= 0:
                end = start + at + 1
                break
            end = start
    if end < size:
        cut(path, end)
    return size - end
