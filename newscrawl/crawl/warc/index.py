"""Which record of which file answers an address: an index in a temporary database, so that its memory is bounded
whatever the number of addresses; SQLite puts it on the disk when it grows, and takes it away with the process.

An address is looked up in its canonical form (crawl/links.py), in which a crawl asks for it: without fragment, tracking
parameters and session ids, the host in small letters. http and https are one address when only one of them has a page.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from newscrawl.crawl.links import canonical
from newscrawl.crawl.warc.reading import Answer, Damage, answer_at, answers

# What answers an address that is there several times: the highest rank, and of these the newest.
_PAGE, _VISIT, _REDIRECT, _OTHER = 3, 2, 1, 0

_TABLES = """
CREATE TABLE answers (key TEXT, tls INT, rank INT, at INT, file INT, offset INT, PRIMARY KEY (key, tls)) WITHOUT ROWID;
CREATE TABLE payloads (digest TEXT PRIMARY KEY, file INT, offset INT) WITHOUT ROWID;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -64000;
"""
_ADD = """
INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    rank = excluded.rank, at = excluded.at, file = excluded.file, offset = excluded.offset
    WHERE (excluded.rank, excluded.at) >= (rank, at)
"""
_ADD_PAYLOAD = "INSERT OR IGNORE INTO payloads VALUES (?, ?, ?)"
_FIND = "SELECT rank, file, offset FROM answers WHERE key = ? AND (tls = ? OR rank = 3) ORDER BY tls = ? DESC LIMIT 1"
_FIND_PAYLOAD = "SELECT file, offset FROM payloads WHERE digest = ?"
_FIND_PAGE = "SELECT file, offset FROM answers WHERE key = ? AND rank = 3 ORDER BY tls = ? DESC LIMIT 1"


class Index:
    """The answers of some files. `build` gives way after each record, so that others can work meanwhile."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._db = sqlite3.connect("")
        self._db.executescript(_TABLES)
        self.records = 0
        """How many answers were read."""

    def build(self, damaged: Damage) -> Iterator[None]:
        """Read all files; `damaged` is told of each place that could not be read."""
        for number, path in enumerate(self._files):
            try:
                for offset, answer in answers(path, damaged):
                    self._add(answer, number, offset)
                    yield
            except OSError as problem:
                damaged(f"{path}: cannot be read: {problem.strerror or problem}")

    def addresses(self) -> int:
        """How many addresses have an answer."""
        count: int = self._db.execute("SELECT count(*) FROM answers").fetchone()[0]
        return count

    def find(self, url: str) -> Answer | None:
        """The answer to an address; None when it has none. Raises `OSError`, `DamagedError` when its file has changed
        since."""
        key, tls = _key(url)
        row = self._db.execute(_FIND, (key, tls, tls)).fetchone()
        if row is None:
            return None
        answer = answer_at(self._files[row[1]], row[2])
        return self._visited(answer) if answer.refers_to else answer

    def close(self) -> None:
        """Let the database go."""
        self._db.close()

    def _add(self, answer: Answer, file: int, offset: int) -> None:
        self.records += 1
        key, tls = _key(answer.url)
        at = int(answer.at.timestamp() * 1_000_000)
        rank = _PAGE if answer.refers_to and self._same_payload(answer) else _rank(answer)
        self._db.execute(_ADD, (key, tls, rank, at, file, offset))
        if answer.digest and not answer.refers_to and answer.status == 200:
            self._db.execute(_ADD_PAYLOAD, (answer.digest, file, offset))

    def _same_payload(self, revisit: Answer) -> tuple[int, int] | None:
        """Where the payload is that a revisit says it is the same as. A 304 has none of its own."""
        if revisit.status == 304:
            return None
        found: tuple[int, int] | None = self._db.execute(_FIND_PAYLOAD, (revisit.digest,)).fetchone()
        return found

    def _visited(self, revisit: Answer) -> Answer | None:
        """The page that a revisit stands for. One with the same payload was sent anew, at its own time and with its own
        head; "not modified" is the earlier answer."""
        key, tls = _key(revisit.refers_to or "")
        row = self._same_payload(revisit) or self._db.execute(_FIND_PAGE, (key, tls)).fetchone()
        page = answer_at(self._files[row[0]], row[1]) if row else None
        if page is None or page.refers_to:  # not here, or a revisit itself whose page is not here
            return None
        if revisit.status != 304:
            page.at, page.headers = revisit.at, revisit.headers or page.headers
        return page


def _key(url: str) -> tuple[str, int]:
    """An address without its scheme, and whether that is https."""
    address = canonical(url) or url.partition("#")[0]
    scheme, _, rest = address.partition("://")
    return rest, int(scheme.lower() == "https")


def _rank(answer: Answer) -> int:
    if answer.refers_to:
        return _VISIT
    if answer.truncated:
        return _OTHER
    if 200 <= answer.status < 300:
        return _PAGE
    return _REDIRECT if 300 <= answer.status < 400 else _OTHER
