"""Clusters: what a union-find over the pairs, one by one, comes to."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.dataset import clusters
from newscrawl.dataset.clusters import FindClusters, count_rows, read_clusters

Row = tuple[int, int]
ROW = st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 2, 3, 5, 9, 2**32 - 1]))


def of(pairs: list[tuple[Row, Row]], at_once: int) -> tuple[dict[Row, int], int]:
    """Row -> cluster, by way of files of pairs, three of them; and how many rows are told to have company."""
    folder = Path(mkdtemp())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "_AT_ONCE", at_once)
        for number in range(3):
            found = np.array([[*one, *other] for one, other in pairs[number::3]], "<u4")
            found.tofile(folder / f"{number:05}_00.dups")
        FindClusters(str(folder), str(folder / "clusters")).run()
    told = {(part, line): number for part in range(4) for line, number in read_clusters(folder / "clusters", part)}
    count = count_rows(folder / "clusters")
    shutil.rmtree(folder)
    return told, count


def one_by_one(pairs: list[tuple[Row, Row]]) -> dict[Row, int]:
    """The same, slowly."""
    first: dict[Row, Row] = {}
    for one, other in pairs:
        least = min(first.setdefault(one, one), first.setdefault(other, other))
        met = {first[one], first[other]}
        first = {row: least if head in met else head for row, head in first.items()}
    heads = sorted(set(first.values()))
    return {row: heads.index(head) for row, head in first.items()}


@given(st.lists(st.tuples(ROW, ROW), max_size=30), st.integers(1, 7))
def test_rows_that_hang_together(pairs: list[tuple[Row, Row]], at_once: int) -> None:
    expected = one_by_one(pairs)
    assert of(pairs, at_once) == (expected, len(expected))


@pytest.mark.parametrize("at_once", [1000, 2**18])
def test_a_long_chain_is_one_cluster(at_once: int) -> None:
    order = np.random.default_rng(1).permutation(20_000).tolist()
    told, _ = of([((0, line), (0, line + 1)) for line in order], at_once)
    assert set(told.values()) == {0}
    assert len(told) == 20_001
