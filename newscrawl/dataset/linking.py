"""The links between the rows of a data set, found part by part and cluster by cluster.

datatrove's clusters say which rows may have company. The facts of those rows alone are sorted by cluster into as many
partitions as there are parts (1,000 at most), each partition is decided by a task of its own, and each part reads what
was decided for its rows: no task holds more than a partition, and none but datatrove's clustering sees all rows.

    WORK/facts/00000    of a part: a slice for each partition
    WORK/links/00000    of a partition: a slice for each part
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # it has no types

from newscrawl.dataset.copies import links
from newscrawl.dataset.facts import Facts, facts_of
from newscrawl.dataset.parts import read_part
from newscrawl.dataset.signatures import Sketches, read_sketches
from newscrawl.dataset.slices import Slices, read_slice

MOST_PARTITIONS = 1000
"""A billion rows of which a fifth has company: 200,000 rows of a kilobyte in each."""


def partitions(parts: int) -> int:
    """Into how many partitions the clusters of so many parts are sorted."""
    return max(1, min(parts, MOST_PARTITIONS))


class GatherFacts(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """A task a part: the facts of its rows that have company, sorted by cluster."""

    type, name = "🫂 - DEDUP", "facts of rows with company"

    def __init__(self, work: Path) -> None:
        super().__init__()
        self.work = work

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> None:
        """Write the facts of part `rank`."""
        count = partitions(world_size)
        slices = Slices(count)
        if clusters := _clusters(self.work, rank):
            sketches = read_sketches(self.work / "signatures", rank)
            for line, record in enumerate(read_part(self.work, rank)):
                if (cluster := clusters.get(line)) is not None:
                    told = {"cluster": cluster, "sketch": sketches[line].tobytes().hex()}
                    slices.add(cluster % count, {**told, **asdict(facts_of(record, rank, line))})
        slices.write(self.work / "facts" / f"{rank:05}")


def _clusters(work: Path, number: int) -> dict[int, int]:
    """Line -> cluster, of the rows of a part that have company, from datatrove's file."""
    path = work / "clusters" / f"{number:06}.clusters"
    pairs = np.fromfile(path, "<u4").reshape(-1, 2) if path.exists() else np.zeros((0, 2), "<u4")
    return dict(pairs.tolist())


class DecideLinks(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """A task a partition: which rows of its clusters are kept, and how the others hang on them."""

    type, name = "🫂 - DEDUP", "links between copies"

    def __init__(self, work: Path, parts: int) -> None:
        super().__init__()
        self.work, self.parts = work, parts

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> None:
        """Write the links of partition `rank`, a slice a part."""
        slices = Slices(self.parts)
        for rows, sketches in self._read(rank):
            for row, link in zip(rows, links(rows, sketches), strict=True):
                slices.add(row.part, {"line": row.line, **asdict(link)})
        slices.write(self.work / "links" / f"{rank:05}")

    def _read(self, partition: int) -> Iterator[tuple[list[Facts], Sketches]]:
        """The rows of each cluster, with their sketches."""
        clusters: dict[int, tuple[list[Facts], bytearray]] = defaultdict(lambda: ([], bytearray()))
        for part in range(self.parts):
            for told in read_slice(self.work / "facts" / f"{part:05}", partition):
                rows, sketches = clusters[told.pop("cluster")]
                sketches += bytes.fromhex(told.pop("sketch"))
                rows.append(Facts(**told))
        for rows, sketches in clusters.values():
            yield rows, np.frombuffer(sketches, "<u4").reshape(len(rows), -1)
