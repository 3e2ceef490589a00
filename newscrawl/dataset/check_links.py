"""Whether the rows of a data set hang together: ids, links, clusters; in bounded memory, by passes over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from newscrawl.dataset.manifest import File
from newscrawl.dataset.shards import read_rows
from newscrawl.dataset.tally import RELATIONS
from newscrawl.dataset.write import DUPLICATES

AT_ONCE = 2_000_000
"""Rows whose ids and links are in memory at once, some 300 MB; a larger set is gone through as often as needed."""

_LINKS = ("kept_as", *RELATIONS)
_COLUMNS = ("id", "cluster", *_LINKS)
_BATCH = 50_000
Ids = npt.NDArray[np.bytes_]


def check_links(folder: Path, files: Sequence[File], at_once: int = AT_ONCE) -> Iterator[str]:
    """What is wrong, a line each, with one example: ids that come twice, links that lead nowhere, clusters that are in
    two splits, rows in the wrong folder."""
    passes = -(-sum(file.rows for file in files) // at_once)
    for number in range(passes):
        yield from _pass(folder, files, number, passes)


def _pass(folder: Path, files: Sequence[File], number: int, passes: int) -> Iterator[str]:
    """One pass: the ids, links and clusters whose turn it is by their last digits."""
    ids: dict[bool, list[Ids]] = {True: [], False: []}
    targets: dict[str, list[Ids]] = {name: [] for name in _LINKS}
    clusters: dict[str, list[Ids]] = {}
    for file in files:
        kept = file.split != DUPLICATES
        for columns in _batches(folder / file.path):
            yield from _misplaced(columns, file, kept) if number == 0 else ()
            ids[kept].append(_turn(columns["id"], number, passes))
            if kept:
                clusters.setdefault(file.split, []).append(np.unique(_turn(columns["cluster"], number, passes)))
            for name in _LINKS:
                targets[name].append(_turn(columns[name][columns[name] != b""], number, passes))
    yield from _astray(_all(ids[True]), _all(ids[False]), {name: _all(found) for name, found in targets.items()})
    yield from _told(_repeated([np.unique(_all(found)) for found in clusters.values()]), "clusters are in two splits")


def _astray(kept: Ids, others: Ids, targets: dict[str, Ids]) -> Iterator[str]:
    """Ids that come twice, and links to none of them."""
    yield from _told(_repeated([kept, others]), "ids come twice")
    for name, found in targets.items():
        known = kept if name == "kept_as" else np.concatenate((kept, others))
        where = "a row that is kept" if name == "kept_as" else "a row"
        yield from _told(found[~np.isin(found, known)], f"links {name} do not lead to {where}")


def _misplaced(columns: dict[str, Ids], file: File, kept: bool) -> Iterator[str]:
    wrong = columns["id"][(columns["kept_as"] == b"") != kept]
    yield from _told(wrong, f"rows of {file.path} {'have' if kept else 'lack'} kept_as")


def _told(found: Ids, what: str) -> Iterator[str]:
    if len(found):
        yield f"{len(found):,} {what}, such as {np.sort(found)[0].decode()}"


def _repeated(found: Sequence[Ids]) -> Ids:
    values, counts = np.unique(_all(found), return_counts=True)
    repeated: Ids = values[counts > 1]
    return repeated


def _all(found: Sequence[Ids]) -> Ids:
    return np.concatenate([np.empty(0, "S32"), *found])


def _turn(ids: Ids, number: int, passes: int) -> Ids:
    """Those whose turn it is."""
    digits = np.frombuffer(ids.tobytes(), np.uint8).reshape(-1, 32)[:, -8:].astype(np.uint64)
    turns: npt.NDArray[np.bool_] = (digits @ (17 ** np.arange(8, dtype=np.uint64))) % passes == number
    return ids[turns]


def _batches(path: Path) -> Iterator[dict[str, Ids]]:
    """The columns of ids, some rows at a time; null is empty."""
    rows: Iterator[dict[str, Any]] = read_rows(path, list(_COLUMNS))
    while batch := list(islice(rows, _BATCH)):
        yield {name: np.array([_bytes(row[name]) for row in batch], "S32") for name in _COLUMNS}


def _bytes(value: str | None) -> bytes:
    return (value or "").encode("ascii", "replace")
