"""Files in slices: every reader finds its lines, in their order, however often they were packed on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl.dataset import slices
from newscrawl.dataset.slices import read_slice, write_slices

KEYS = (7, 0, 2**40)


@pytest.mark.parametrize("most", [0, 100, 2**20])
def test_each_reader_finds_its_lines(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "_MOST_WAITING", most)
    path = tmp_path / "facts" / "00000"
    write_slices(path, ((KEYS[at % 3], {"at": at, "text": "老\u2028街\ud83d"}) for at in range(60)))
    found = {key: [one["at"] for one in read_slice(path, key)] for key in (*KEYS, 1, 2**41)}
    assert found == {7: [*range(0, 60, 3)], 0: [*range(1, 60, 3)], 2**40: [*range(2, 60, 3)], 1: [], 2**41: []}
    assert [one.name for one in path.parent.iterdir()] == ["00000"]


def test_nothing_to_write(tmp_path: Path) -> None:
    write_slices(tmp_path / "facts", ())
    assert list(read_slice(tmp_path / "facts", 0)) == []
