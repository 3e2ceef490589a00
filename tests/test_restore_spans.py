"""A file of JSON lines that workers read by spans comes out as one that is read from its begin to its end."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.archives import members, spans
from newscrawl.bulk import reading, work, written
from newscrawl.bulk.reading import Batch
from newscrawl.bulk.work import Done, Tally, Work
from newscrawl.bulk.written import write_restored
from tests.restore_run import CLEAN, COMMAND, ENV, REPOSITORY, SEEN, line_of

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
    """What goes out, what is said, and the numbers. More than one process reads by spans."""
    out, said = io.BytesIO(), io.StringIO()
    with redirect_stderr(said):
        tally = write_restored([str(path)], out, Work(), form="jsonl", jobs=jobs, shown=False)
    tally.consumed = 0  # of what is packed it is less
    return out.getvalue(), said.getvalue().replace(str(path), "FILE").splitlines(), tally


@contextmanager
def without_workers() -> Iterator[pytest.MonkeyPatch]:
    """The work of many processes is done by this one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(written, "in_order", lambda work, batches, _: (work(batch) for batch in batches))
        yield patched


@given(st.lists(st.sampled_from(sorted(LINES)), max_size=12), st.integers(1, 2_000))
@settings(deadline=None)
def test_spans_of_any_size_come_to_the_same(names: list[str], size: int) -> None:
    data = b"".join(LINES[name] for name in names)
    with TemporaryDirectory() as folder, without_workers() as patched:
        for module in (reading, work):
            patched.setattr(module, "MAX_BYTES", MOST)
        for module, name in ((reading, "_CHUNK"), (members, "CHUNK"), (spans, "CHUNK")):
            patched.setattr(module, name, MOST // 10)  # much smaller than a line may be, as they are
        patched.setattr(reading, "SPAN", size)
        plain, packed = Path(folder, "a.jsonl"), Path(folder, "a.jsonl.gz")
        plain.write_bytes(data)
        packed.write_bytes(gzip.compress(data))
        assert restored(plain, jobs=2) == restored(packed)


def test_many_processes_come_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SPAN", 300)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(LINES.values()) * 20)
    assert restored(path, jobs=3) == restored(path)


MORE = b"\n" + LINES["damaged"] * 20


def replaced(path: Path) -> None:
    path.with_suffix(".new").write_bytes(LINES["damaged"] * 200)
    path.with_suffix(".new").rename(path)


CHANGED = "it was changed meanwhile"
CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "replaced": (replaced, CHANGED),
    "rewritten": (lambda path: path.write_bytes(path.read_bytes()[::-1]), CHANGED),
    "taken away": (Path.unlink, "No such file or directory"),
    "shorter": (lambda path: os.truncate(path, len(LINES["damaged"]) * 4), CHANGED),
    "longer": (lambda path: path.write_bytes(path.read_bytes() + MORE), CHANGED),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_file_that_changes_is_told_once(change: str, before: bool, at: int, tmp_path: Path) -> None:
    """It changes before the work on a span, or behind it; the line that begins last ends behind the last border."""
    path = tmp_path / "a.jsonl"
    data = (LINES["damaged"] + LINES["clean"]) * 20 + LINES["no end"]
    path.write_bytes(data)
    os.utime(path, (1, 1))  # clocks of files tick in milliseconds
    alter, said = CHANGES[change]
    batches: list[Batch] = []

    def work_on(self: Work, batch: Batch) -> Done:
        batches.append(batch)
        if len(batches) == at + 1 and before:
            alter(path)
        done = once(self, batch)
        if len(batches) == at + 1 and not before:
            alter(path)
        return done

    with without_workers() as patched:
        patched.setattr(reading, "SPAN", (len(data) - 3) // 3)
        undisturbed = restored(path, jobs=2)[0]
        once = Work.__call__
        patched.setattr(Work, "__call__", work_on)
        found, complaints, tally = restored(path, jobs=2)
    assert len(batches) == 4
    assert undisturbed.startswith(found)
    assert len(found) < len(undisturbed) or at == 2
    assert complaints == [f"scrapy restore: cannot read FILE to its end: {said}"]
    assert tally.unreadable == len(complaints)


def test_an_error_that_is_not_the_files_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise OSError("no memory")

    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES["clean"])
    monkeypatch.setattr(work, "restore", broken)
    with without_workers(), pytest.raises(OSError, match="no memory"):
        restored(path, jobs=2)


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_standard_input_may_be_a_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES["damaged"] * 100)
    command = [*COMMAND, "--quiet", "--jobs", "2", "--format", "jsonl", name]
    with path.open("rb") as stream:
        run = subprocess.run(command, stdin=stream, capture_output=True, cwd=REPOSITORY, env=ENV, check=True)
    assert run.stdout == restored(path)[0]
