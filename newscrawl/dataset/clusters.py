"""The rows that hang together, found from the pairs that datatrove's buckets leave.

    WORK/pairs/00000_00.dups           of a bucket: pairs of rows, each as its part and its line (4 x 4 bytes)
    WORK/clusters/00000                of a part: its rows that have company, as line and cluster (2 x 4 bytes)
    WORK/clusters/rows                 how many rows have company

Why not datatrove's MinhashDedupCluster: it keeps every row as a tuple in two dictionaries, 140 bytes and more. This is
the one task that holds all rows with company, and 25 bytes of each are what it takes here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from datatrove.io import get_datafolder  # type: ignore[import-untyped]  # it has no types
from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # as above

_ROWS = "rows"
_AT_ONCE = 2**18
"""Pairs that are looked at together: 4 MB, and ten times that for what is made of them."""

_Codes = npt.NDArray[np.uint64]
"""Rows: the part in the upper half, the line in the lower."""
_Numbers = npt.NDArray[np.uint32]


class FindClusters(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """One task: pairs of rows to clusters, each with a number."""

    type, name = "🫂 - DEDUP", "clusters of rows"

    def __init__(self, pairs: str, clusters: str) -> None:
        """`pairs` is the folder that MinhashDedupBuckets writes, `clusters` the one that `read_clusters` reads."""
        super().__init__()
        self.pairs, self.output_folder = Path(pairs), get_datafolder(clusters)

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> None:
        """Write the clusters of all parts."""
        codes = _codes(self.pairs)
        found = _joined(self.pairs, codes)
        start = 0
        while start < codes.size:
            part = int(codes[start]) >> 32
            end = int(np.searchsorted(codes, np.uint64(part + 1 << 32)))
            self._write_part(part, codes[start:end], found[start:end])
            start = end
        with self.output_folder.open(_ROWS, "wb") as stream:
            stream.write(str(codes.size).encode())

    def _write_part(self, part: int, codes: _Codes, found: _Numbers) -> None:
        with self.output_folder.open(f"{part:05}", "wb") as stream:
            for rows in _stretches(codes.size):
                lines = codes[rows].astype(np.uint32)  # the lower half
                stream.write(np.stack((lines, found[rows]), axis=1).astype("<u4").tobytes())


def read_clusters(folder: Path, part: int) -> Iterator[tuple[int, int]]:
    """The rows of a part that have company, in their order: line and cluster."""
    path = folder / f"{part:05}"
    pairs = np.fromfile(path, "<u4").reshape(-1, 2) if path.exists() else np.zeros((0, 2), "<u4")
    return ((int(line), int(cluster)) for line, cluster in pairs)


def count_rows(folder: Path) -> int:
    """How many rows have company."""
    return int((folder / _ROWS).read_text())


def _pairs(folder: Path) -> Iterator[tuple[_Codes, _Codes]]:
    """All pairs, many at a time."""
    for path in sorted(folder.glob("*.dups")):
        with path.open("rb") as stream:
            while block := stream.read(_AT_ONCE * 16):
                rows = np.frombuffer(block, "<u4").astype(np.uint64).reshape(-1, 2, 2)
                codes = rows[:, :, 0] << np.uint64(32) | rows[:, :, 1]
                yield codes[:, 0], codes[:, 1]


def _codes(folder: Path) -> _Codes:
    """The rows that are in a pair, sorted."""
    found, waiting, count = np.zeros(0, np.uint64), [np.zeros(0, np.uint64)], 0
    for pair in _pairs(folder):
        new = _once(np.concatenate(pair))
        new = new[found[np.minimum(np.searchsorted(found, new), found.size - 1)] != new] if found.size else new
        waiting.append(new)
        count += new.size
        if count > max(_AT_ONCE, found.size // 4):  # to sort in a few of them would copy all of the others each time
            found, waiting, count = _once(np.concatenate([found, *waiting])), [], 0
    return _once(np.concatenate([found, *waiting]))


def _once(codes: _Codes) -> _Codes:
    """The codes, which are sorted where they stand, each once. np.unique takes ten times as long."""
    codes.sort()
    is_first = np.ones(codes.size, np.bool_)
    np.not_equal(codes[1:], codes[:-1], out=is_first[1:])
    return codes[is_first]


def _joined(folder: Path, codes: _Codes) -> _Numbers:
    """The number of each row's cluster, from 0 in the order of their first rows.

    Every row points at an earlier one of its cluster or at itself, as in a union-find, which is done here for many
    pairs at once: of two that meet, the later root is hung on the earlier one, until there are no two roots left.
    """
    above = np.arange(codes.size, dtype=np.uint32)
    for one, other in _pairs(folder):
        left, right = _places(codes, one), _places(codes, other)
        while left.size:
            left, right = _root(above, left), _root(above, right)
            apart = left != right
            left, right = left[apart], right[apart]
            later = np.maximum(left, right)
            np.minimum.at(above, later, np.minimum(left, right).astype(np.uint32))
            _shorten(above, later)
    return _numbered(above)


def _numbered(above: _Numbers) -> _Numbers:
    """The numbers of the clusters; `above` is used up."""
    is_root = np.empty(above.size, np.bool_)
    for rows in _stretches(above.size):
        is_root[rows] = _root(above, rows) == rows
    number = np.cumsum(is_root, dtype=np.uint32)
    for rows in _stretches(above.size):
        above[rows] = number[above[rows]] - 1
    return above


def _places(codes: _Codes, rows: _Codes) -> npt.NDArray[np.int64]:
    """Where the rows are among the codes; looked up in their order, which keeps to the cache."""
    order = np.argsort(rows)
    found = np.empty(rows.size, np.int64)
    found[order] = np.searchsorted(codes, rows[order])
    return found


def _root(above: _Numbers, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """What the rows lead to in the end; from now on they point there."""
    found = above[rows]
    while np.any((higher := above[found]) != found):
        found = higher
    above[rows] = found
    return found.astype(np.int64)


def _shorten(above: _Numbers, roots: npt.NDArray[np.int64]) -> None:
    """Let roots that were hung on one another point at the last of them, in as many steps as the length has bits."""
    found = above[roots]
    while np.any((higher := above[found]) != found):
        above[roots] = found = higher


def _stretches(count: int) -> Iterator[npt.NDArray[np.int64]]:
    return (np.arange(start, min(start + _AT_ONCE, count)) for start in range(0, count, _AT_ONCE))
