"""Clusters too large to be held: a page that an archive has a million times, a series of many years.

Such a cluster is decided text by text. The best row of each text stands for all with that text, and the texts are held
against one another in groups of as many as can be held. So a copy is always found; what is near a text of another group
is kept beside it, and of versions with different texts none is told, so that an outdated one may be kept, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from newscrawl.dataset.copies import NEAR, links, rank, told_best
from newscrawl.dataset.facts import Facts
from newscrawl.dataset.link import Link
from newscrawl.dataset.signatures import as_sketches
from newscrawl.dataset.slices import read_slice, write_slices

Told = dict[str, Any]
"""The facts of a row, and its sketch in hex."""
_Row = tuple[Facts, bytes]
"""The same, read."""


def large_links(read: Callable[[], Iterator[Told]], most: int, work: Path) -> Iterator[tuple[Facts, Link]]:
    """The rows of a cluster with their links; `read` gives the rows each time it is called.

    At most about `most` rows are held. What is sorted on the way waits in the folder `work`.
    """
    cluster, since, count = _whole(read())
    groups = -(-count // most)
    with TemporaryDirectory(dir=work) as folder:
        path = Path(folder, "texts")
        write_slices(path, ((_turn(told["text"] or told["id"], groups), told) for told in read()))
        for group in range(groups):
            for row, link in _group(partial(read_slice, path, group), most, Path(folder, "ids")):
                yield row, replace(link, cluster=cluster, since=since, revision_of=None)


def _whole(rows: Iterator[Told]) -> tuple[str, str | None, int]:
    """The smallest id, the earliest day, and how many rows there are."""
    first = next(rows)
    cluster, since, count = first["id"], first["day"], 1
    for told in rows:
        cluster, count = min(cluster, told["id"]), count + 1
        since = min(filter(None, (since, told["day"])), default=None)
    return cluster, since, count


def _turn(digits: str, turns: int) -> int:
    return int(digits[:8], 16) % turns


def _group(read: Callable[[], Iterator[Told]], most: int, path: Path) -> Iterator[tuple[Facts, Link]]:
    """The rows of some texts. One text may have a million: they are gone through by their ids, some at a time."""
    count = -(-sum(1 for _ in read()) // most)
    write_slices(path, ((_turn(told["id"], count), told) for told in read()))
    decided = _decided(row for turn in range(count) for row in _once(_rows(path, turn)))
    for turn in range(count):
        chosen = {row.id: (row.part, row.line) for row, _ in _once(_rows(path, turn))}
        for row, _ in _rows(path, turn):
            kept, link = decided[row.text or row.id]
            if chosen[row.id] != (row.part, row.line):
                yield row, replace(link, kept_as=row.id, same_as=None, mirror_of=None, similarity=1.0)
            else:
                yield row, link if row.id == kept else _copy(row, kept, link)


def _rows(path: Path, key: int) -> Iterator[_Row]:
    """The rows of a slice."""
    for told in read_slice(path, key):
        yield Facts(**{name: told[name] for name in Facts.__slots__}), bytes.fromhex(told["sketch"])


def _once(rows: Iterator[_Row]) -> Iterable[_Row]:
    """Each record once, as it is told best."""
    best: dict[str, _Row] = {}
    for row in rows:
        known = best.get(row[0].id)
        if known is None or told_best(row[0]) < told_best(known[0]):
            best[row[0].id] = row
    return best.values()


def _decided(rows: Iterator[_Row]) -> dict[str, tuple[str, Link]]:
    """Text -> the id of the row that stands for it, and that row's link."""
    best: dict[str, _Row] = {}
    for row in rows:
        known = best.get(text := row[0].text or row[0].id)
        if known is None or rank(row[0], False) < rank(known[0], False):
            best[text] = row
    facts, sketches = [row for row, _ in best.values()], as_sketches(b"".join(one for _, one in best.values()))
    found = links(facts, sketches) if best else []
    return {text: (row.id, link) for text, row, link in zip(best, facts, found, strict=True)}


def _copy(row: Facts, best: str, link: Link) -> Link:
    """The link of a row for which the best one of its text stands, or what that one hangs on."""
    kept, similarity = link.kept_as or best, 1.0 if link.similarity is None else link.similarity
    copied = replace(link, kept_as=kept, similarity=similarity, same_as=None, mirror_of=None)
    if row.mirror:
        return replace(copied, mirror_of=kept)
    return replace(copied, same_as=kept) if similarity >= NEAR else copied
