"""A file of JSON lines that workers read by spans comes out as one that is read from its begin to its end."""

from __future__ import annotations

import gzip
import io
from contextlib import redirect_stderr
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.archives import members, spans
from newscrawl.bulk import reading, work
from newscrawl.bulk.reading import Batch
from newscrawl.bulk.work import Done, Tally, Work
from newscrawl.bulk.written import write_restored
from tests.restore_run import CLEAN, SEEN, line_of

LINES = {
    "damaged": line_of(1).encode(),
    "clean": line_of(2, CLEAN).encode(),
    "windows": line_of(3, CLEAN).replace("\n", "\r\n").encode(),
    "marked": b"\xef\xbb\xbf" + line_of(4).encode(),
    "no json": b"{\n",
    "blank": b"\n",
    "not utf-8": b'{"text": "\xff"}\n',
    "long": line_of(5, CLEAN * 30).encode(),
    "no end": line_of(6, SEEN).rstrip().encode(),
}
MOST = 1_000
"""Bytes of a line here, instead of 8 MiB."""


def restored(path: Path, jobs: int = 1) -> tuple[bytes, list[str], Tally]:
    """What goes out, what is said, and the numbers."""
    out, said = io.BytesIO(), io.StringIO()
    with redirect_stderr(said):
        tally = write_restored([str(path)], out, Work(), form="jsonl", jobs=jobs, shown=False)
    tally.consumed = 0  # of what is packed it is less
    return out.getvalue(), said.getvalue().replace(str(path), "FILE").splitlines(), tally


@given(st.lists(st.sampled_from(sorted(LINES)), max_size=12), st.integers(1, 2_000))
@settings(deadline=None)
def test_spans_of_any_size_come_to_the_same(names: list[str], size: int) -> None:
    data = b"".join(LINES[name] for name in names)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        for module in (reading, work):
            patched.setattr(module, "MAX_BYTES", MOST)
        for module, name in ((reading, "_CHUNK"), (members, "CHUNK"), (spans, "CHUNK")):
            patched.setattr(module, name, MOST // 10)  # much smaller than a line may be, as they are
        patched.setattr(reading, "SPAN", size)
        plain, packed = Path(folder, "a.jsonl"), Path(folder, "a.jsonl.gz")
        plain.write_bytes(data)
        packed.write_bytes(gzip.compress(data))
        assert restored(plain) == restored(packed)


def test_many_processes_come_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SPAN", 300)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(LINES.values()) * 20)
    assert restored(path, jobs=3) == restored(path)


def test_a_file_that_becomes_shorter_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES["clean"] * 5_000)
    once = Work.__call__

    def emptied(self: Work, batch: Batch) -> Done:
        done = once(self, batch)
        path.write_bytes(b"")
        return done

    monkeypatch.setattr(Work, "__call__", emptied)
    data, said, tally = restored(path)
    assert data == b""
    assert said == ["scrapy restore: cannot read FILE to its end: it became shorter"]
    assert tally.unreadable == 1
