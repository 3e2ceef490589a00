"""Clusters too large to be held: a page that an archive has a million times, a series of many years.

Such a cluster is decided text by text. The best row of each text stands for all with that text, and the texts are held
against one another in groups of as many as can be held. So a copy is always found; what is near a text of another group
is kept beside it, and rows that are versions by their address alone are not told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from newscrawl.dataset.copies import NEAR, links, once, rank
from newscrawl.dataset.facts import Facts
from newscrawl.dataset.link import Link
from newscrawl.dataset.signatures import as_sketches
from newscrawl.dataset.slices import read_slice, write_slices

Told = dict[str, Any]
"""The facts of a row, and its sketch in hex."""
_Decided = dict[str, tuple[str, Link]]
"""Text -> the id of the row that stands for it, and that row's link."""


def large_links(read: Callable[[], Iterator[Told]], most: int, work: Path) -> Iterator[tuple[Facts, Link]]:
    """The rows of a cluster with their links; `read` gives the rows each time it is called.

    At most about `most` rows are held. What is sorted on the way waits in the folder `work`.
    """
    cluster, since, count = _whole(read())
    groups = -(-count // most)
    with TemporaryDirectory(dir=work) as folder:
        path = Path(folder, "texts")
        write_slices(path, ((_key(told, groups), told) for told in read()))
        for group in range(groups):
            keys = range(group * groups, (group + 1) * groups)
            decided = _decided(path, keys)
            for key in keys:
                for row, link in _links(_rows(path, key), decided):
                    yield row, replace(link, cluster=cluster, since=since)


def _whole(rows: Iterator[Told]) -> tuple[str, str | None, int]:
    """The smallest id, the earliest day, and how many rows there are."""
    first = next(rows)
    cluster, since, count = first["id"], first["day"], 1
    for told in rows:
        cluster, count = min(cluster, told["id"]), count + 1
        since = min(filter(None, (since, told["day"])), default=None)
    return cluster, since, count


def _key(told: Told, groups: int) -> int:
    """Rows with one text are in one group, and rows with one id in one slice of it: a text may have a million rows."""
    return int(_text(told["text"], told["id"])[:8], 16) % groups * groups + int(told["id"][:8], 16) % groups


def _text(text: str | None, row_id: str) -> str:
    return text or row_id


def _rows(path: Path, key: int) -> list[tuple[Facts, bytes]]:
    """The rows of a slice, each with its sketch."""
    return [
        (Facts(**{name: told[name] for name in Facts.__slots__}), bytes.fromhex(told["sketch"]))
        for told in read_slice(path, key)
    ]


def _decided(path: Path, keys: range) -> _Decided:
    """The links of the rows that stand for the texts of a group."""
    best: dict[str, tuple[Facts, bytes]] = {}
    for key in keys:
        rows = _rows(path, key)
        for number in once([row for row, _ in rows]):
            row, _ = rows[number]
            known = best.get(text := _text(row.text, row.id))
            if known is None or rank(row, False) < rank(known[0], False):
                best[text] = rows[number]
    sketches = as_sketches(b"".join(one for _, one in best.values()))
    found = links([row for row, _ in best.values()], sketches) if best else []
    return {text: (row.id, link) for (text, (row, _)), link in zip(best.items(), found, strict=True)}


def _links(rows: list[tuple[Facts, bytes]], decided: _Decided) -> Iterator[tuple[Facts, Link]]:
    facts = [row for row, _ in rows]
    told = set(once(facts))
    for number, row in enumerate(facts):
        best, link = decided[_text(row.text, row.id)]
        if number not in told:
            yield row, replace(link, kept_as=row.id, same_as=None, mirror_of=None, revision_of=None, similarity=1.0)
        elif row.id == best:
            yield row, link
        else:
            yield row, _copy(row, best, link)


def _copy(row: Facts, best: str, link: Link) -> Link:
    """The link of a row for which the best one of its text stands, or what that one hangs on."""
    kept, similarity = link.kept_as or best, 1.0 if link.similarity is None else link.similarity
    copied = replace(link, kept_as=kept, similarity=similarity, same_as=None, mirror_of=None, revision_of=None)
    if row.mirror:
        return replace(copied, mirror_of=kept)
    return replace(copied, same_as=kept) if similarity >= NEAR else copied
