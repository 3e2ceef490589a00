"""Clusters too large to be held: as many kept as in one that is held, and nothing told twice."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.dataset.copies import links
from newscrawl.dataset.facts import Facts, facts_of
from newscrawl.dataset.large import large_links
from newscrawl.dataset.link import Link
from newscrawl.dataset.records import row_id
from newscrawl.dataset.signatures import pieces, sketch
from tests.dataset.test_links import paragraph, record
from tests.live import ROOT

SKETCHES = {text: sketch(pieces("".join(map(paragraph, text)))) for text in ("ABCDEFGH", "ABCDEFGX", "UVWXYZ")}
Row = tuple[Facts, str]


def row(line: int, host: str, number: int, text: str, mirror: bool) -> Row:
    """A row of a cluster, and its text."""
    told = record(f"http://{host}.example/{number}.html", text, mirror_of="cnhubei" if mirror else None)
    return facts_of({**told, "id": row_id(told)}, 0, line), text


ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 4), st.sampled_from(sorted(SKETCHES)), st.booleans()),
    min_size=1,
    max_size=25,
).map(lambda told: [row(line, *one) for line, one in enumerate(told)])


def large(rows: list[Row], most: int) -> list[Link]:
    """The links in the order of the rows."""

    def read() -> Any:
        return ({**asdict(one), "sketch": SKETCHES[text].tobytes().hex(), "cluster": 1} for one, text in rows)

    with TemporaryDirectory() as folder:
        found = {one.line: link for one, link in large_links(read, most, Path(folder))}
        assert not list(Path(folder).iterdir())
    assert sorted(found) == [one.line for one, _ in rows]
    return [found[one.line] for one, _ in rows]


@given(ROWS, st.integers(1, 9))
def test_every_text_comes_to_one_kept_row(rows: list[Row], most: int) -> None:
    found = large(rows, most)
    facts = [one for one, _ in rows]
    kept = [one.id for one, link in zip(facts, found, strict=True) if link.kept_as is None]
    told = [one.id for one, link in zip(facts, found, strict=True) if link.kept_as != one.id]
    assert len(set(kept)) == len(kept)
    assert sorted(told) == sorted({one.id for one in facts})  # of a record that comes twice, one is told
    by_text = defaultdict(set)
    for one, link in zip(facts, found, strict=True):
        assert (link.cluster, link.since) == (min(row.id for row in facts), "2023-06-06")
        assert {link.kept_as, link.same_as} - {None} <= {*kept, one.id}
        assert {link.mirror_of} - {None} <= set(told)
        by_text[one.text].add(link.kept_as or one.id) if link.kept_as != one.id else None
    assert all(len(heads) == 1 for heads in by_text.values())


@given(ROWS.map(lambda rows: [one for one in rows if one[1] == rows[0][1]]), st.integers(1, 9))
def test_of_one_text_the_same_row_is_kept(rows: list[Row], most: int) -> None:
    sketches = np.array([SKETCHES[text] for _, text in rows])
    held = links([one for one, _ in rows], sketches)
    assert [(one.kept_as, one.similarity) for one in large(rows, most)] == [
        (one.kept_as, one.similarity) for one in held
    ]


def test_texts_of_a_group_are_held_against_one_another() -> None:
    rows = [row(0, "a", 1, "ABCDEFGH", False), row(1, "b", 2, "ABCDEFGX", True), row(2, "c", 3, "ABCDEFGX", False)]
    first, second, third = large(rows, 9)
    kept = rows[0][0].id
    assert first.kept_as is None
    assert (second.kept_as, second.mirror_of) == (third.kept_as, third.same_as) == (kept, kept)
    assert 0.75 < (second.similarity or 0) == third.similarity < 1


@pytest.mark.parametrize("ids", [100, 100_000])
def test_memory_does_not_grow_with_a_cluster(ids: int) -> None:
    """Held as a whole the seventeen thousand copies more would take 40 MB more."""
    command = [sys.executable, "-m", "tests.dataset.memory", "links", str(ids)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 15
