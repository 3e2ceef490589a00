"""The links between the rows of a data set, found part by part and cluster by cluster.

The facts of the rows that have company are sorted by cluster into slices of some 25,000 rows, each slice is decided by
itself, and each part reads what was decided for its rows, a block of lines at a time: no task holds more rows than two
slices have.

    WORK/facts/00000    of a part: its rows with company, a slice for some of the clusters
    WORK/links/00000    of a task: a slice for each block of lines of each part
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # it has no types

from newscrawl.dataset.clusters import count_rows, read_clusters
from newscrawl.dataset.copies import links
from newscrawl.dataset.facts import Facts, facts_of
from newscrawl.dataset.large import large_links
from newscrawl.dataset.link import Link, block_key
from newscrawl.dataset.parts import read_part
from newscrawl.dataset.signatures import as_sketches, read_sketches
from newscrawl.dataset.slices import read_slice, write_slices

MOST_TASKS = 1000
"""Each of them reads a slice of every part: a billion rows come in some 10,000 parts."""
SLICE = 25_000
"""Rows that are decided in one go, more or less; of one cluster no more than these: 3 KB each while they are."""


def tasks(parts: int) -> int:
    """Among how many tasks the slices are shared out."""
    return max(1, min(parts, MOST_TASKS))


def _slices(work: Path) -> int:
    """Into how many slices the clusters are sorted."""
    return max(1, -(-count_rows(work / "clusters") // SLICE))


class GatherFacts(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """A task a part: the facts of its rows that have company, sorted by cluster."""

    type, name = "🫂 - DEDUP", "facts of rows with company"

    def __init__(self, work: Path) -> None:
        super().__init__()
        self.work = work

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> None:
        """Write the facts of part `rank`."""
        write_slices(self.work / "facts" / f"{rank:05}", self._facts(rank))

    def _facts(self, part: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        count, company = _slices(self.work), read_clusters(self.work / "clusters", part)
        rows = enumerate(zip(read_part(self.work, part), read_sketches(self.work / "signatures", part), strict=True))
        for wanted, cluster in company:
            line, (record, sketch) = next(row for row in rows if row[0] == wanted)
            told = {"cluster": cluster, "sketch": sketch.hex()}
            yield cluster % count, {**told, **asdict(facts_of(record, part, line))}


class DecideLinks(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """A task some slices: which rows of their clusters are kept, and how the others hang on them."""

    type, name = "🫂 - DEDUP", "links between copies"

    def __init__(self, work: Path, parts: int) -> None:
        super().__init__()
        self.work, self.parts = work, parts

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> None:
        """Write the links of the slices whose turn it is."""
        slices = range(rank, _slices(self.work), world_size)
        write_slices(self.work / "links" / f"{rank:05}", (told for one in slices for told in self._links(one)))

    def _links(self, number: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for row, link in self._decided(number):
            yield block_key(row.part, row.line), {"line": row.line, **asdict(link)}

    def _decided(self, number: int) -> Iterator[tuple[Facts, Link]]:
        """The rows of a slice with their links."""
        sizes = Counter(told["cluster"] for told in self._read(number))
        for clusters in _held_together(sizes):
            read = partial(self._of_clusters, number, clusters)
            if sizes[next(iter(clusters))] > SLICE:
                yield from large_links(read, SLICE, self.work)
            else:
                yield from _links(read())

    def _of_clusters(self, number: int, clusters: Container[int]) -> Iterator[dict[str, Any]]:
        return (told for told in self._read(number) if told["cluster"] in clusters)

    def _read(self, number: int) -> Iterator[dict[str, Any]]:
        """The facts of the rows of a slice, each with its cluster and its sketch."""
        for part in range(self.parts):
            yield from read_slice(self.work / "facts" / f"{part:05}", number)


def _held_together(sizes: Mapping[int, int]) -> Iterator[set[int]]:
    """Clusters in sets of two slices at most, for some slices have many rows; one of more than a slice by itself."""
    held, rows = set[int](), 0
    for cluster in sorted(sizes):
        if sizes[cluster] > SLICE:
            yield {cluster}
            continue
        if rows + sizes[cluster] > 2 * SLICE:
            yield held
            held, rows = set(), 0
        held.add(cluster)
        rows += sizes[cluster]
    if held:
        yield held


def _links(rows: Iterator[dict[str, Any]]) -> Iterator[tuple[Facts, Link]]:
    """The rows of clusters that can be held, with their links."""
    clusters: dict[int, tuple[list[Facts], bytearray]] = defaultdict(lambda: ([], bytearray()))
    for told in rows:
        facts, sketches = clusters[told.pop("cluster")]
        sketches += bytes.fromhex(told.pop("sketch"))
        facts.append(Facts(**told))
    while clusters:
        _, (facts, sketches) = clusters.popitem()
        yield from zip(facts, links(facts, as_sketches(sketches)), strict=True)
