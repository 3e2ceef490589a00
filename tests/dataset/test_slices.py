"""Files in slices: every reader finds its lines, in their order, however often they were packed on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl.dataset import slices
from newscrawl.dataset.slices import Slices, read_slice


@pytest.mark.parametrize("most", [0, 100, 2**20])
def test_each_reader_finds_its_lines(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "_MOST_WAITING", most)
    written = Slices(4)
    for at in range(60):
        written.add(at % 3, {"at": at, "text": "老\u2028街\ud83d"})
    written.write(tmp_path / "facts" / "00000")
    found = [[one["at"] for one in read_slice(tmp_path / "facts" / "00000", number)] for number in range(4)]
    assert found == [[*range(0, 60, 3)], [*range(1, 60, 3)], [*range(2, 60, 3)], []]
