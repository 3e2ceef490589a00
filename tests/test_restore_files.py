"""`scrapy restore` over files: packed ones, many processes, ends that come too soon, and where its output goes."""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from newscrawl.publish.written import written_whole

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd
from tests.restore_run import (
    CLEAN,
    COMMAND,
    ENV,
    MENDED,
    NO_JSON,
    REPOSITORY,
    SEEN,
    complaints,
    line_of,
    restore,
    statistics,
)

# ---- files, processes


PACKERS: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "gz": (gzip.compress, gzip.decompress),
    "zst": (zstd.compress, zstd.decompress),
}


@pytest.mark.parametrize("ending", PACKERS)
def test_packed_files(tmp_path: Path, ending: str) -> None:
    pack, unpack = PACKERS[ending]
    source, target = tmp_path / f"x.jsonl.{ending}", tmp_path / "new" / f"y.{ending}"
    data = "".join(map(line_of, range(100))).encode()
    source.write_bytes(pack(data[:5000]) + pack(data[5000:]))
    run = restore(source, "-o", target)
    assert (run.returncode, run.stdout) == (0, b"")
    assert unpack(target.read_bytes()) == restore(stdin=pack(data)).stdout
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert statistics(run)["damaged"] == "100: A 100"


@pytest.mark.parametrize("ending", PACKERS)
def test_a_packed_file_that_was_cut_off(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"x.txt.{ending}"
    path.write_bytes(PACKERS[ending][0](os.urandom(100_000).hex().encode() + CLEAN.encode())[:-1000])
    run = restore(path, tmp_path / "none.txt", "-", stdin=SEEN.encode())
    assert (run.returncode, statistics(run)["unreadable"]) == (1, "2")
    assert run.stdout.endswith(MENDED.encode()) and len(run.stdout) > 100_000
    assert f"cannot read {path} to its end: " in complaints(run)[0]
    assert complaints(run)[1] == f"scrapy restore: cannot read {tmp_path / 'none.txt'}: No such file or directory"


def test_the_order_is_kept_by_many_processes(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    lines = [line_of(n, SEEN * (1 + 40 * (n % 50 == 0)) if n % 2 else CLEAN) for n in range(10_000)]
    path.write_text("".join(lines) + "bad\n", encoding="utf-8")
    one, three = restore(path), restore(path, path, "--jobs", 3)
    assert [json.loads(line)["id"] for line in one.stdout.splitlines()[:-1]] == list(range(10_000))
    assert three.stdout == one.stdout * 2
    assert statistics(three)["damaged"] == "10,000: A 10,000"
    assert complaints(three) == [f"scrapy restore: {path}:10001: {NO_JSON}; passed through"] * 2


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, form: str) -> None:
    path = tmp_path / "big"
    piece = (CLEAN + "\n") * 500 if form == "text" else json.dumps({"text": CLEAN * 500}, ensure_ascii=False) + "\n"
    path.write_bytes(piece.encode() * (60_000_000 // len(piece.encode())))
    # a small process in between: what is started counts the memory of its parent for its own until it runs
    small = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); " + (
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    arguments = [path, "--format", form, "-o", tmp_path / "out"]
    run = subprocess.run(
        [sys.executable, "-c", small, *COMMAND, *arguments],
        capture_output=True,
        cwd=REPOSITORY,
        env=ENV,
        timeout=120,
        check=True,
    )
    assert int(run.stdout) / (1 if sys.platform == "darwin" else 1 / 1024) < 250 * 1024 * 1024
    assert (tmp_path / "out").read_bytes() == path.read_bytes()


MORE = line_of(0, CLEAN).encode() * 10_000  # 1 MB: more batches than two workers take at a time


@contextmanager
def under_way(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run that has given out its first line, and waits for more on standard input; in a group of its own."""
    run = subprocess.Popen(
        [*COMMAND, "--diff", *arguments],  # of clean lines it shows nothing, so that no pipe fills
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
        env=ENV,
        start_new_session=True,
    )
    assert run.stdin and run.stdout
    with run:
        try:
            run.stdin.write(line_of(1).encode() + MORE)
            run.stdin.flush()
            assert run.stdout.readline() == b"--- standard input:1\n"
            yield run
        finally:
            run.kill()  # nothing when it has ended; else it would be waited for without end


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_control_c_ends_it_with_all_its_processes(jobs: str) -> None:
    with under_way("--jobs", jobs) as run:
        os.killpg(run.pid, signal.SIGINT)
        assert run.stderr and run.stderr.read() == b"scrapy restore: interrupted\n"
        assert run.wait(60) == 130
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="nothing here tells the children of a process")
def test_a_worker_that_is_killed_is_an_error() -> None:
    with under_way("--jobs", "2") as run:
        parents = {int(path.parent.name): path.read_text().rpartition(")")[2].split()[1] for path in _processes()}
        worker = next(child for child, parent in parents.items() if parent == str(run.pid))
        os.kill(worker, signal.SIGKILL)
        assert run.stdin and run.stderr
        with suppress(BrokenPipeError):
            run.stdin.write(MORE)
        told = run.stderr.read().decode()
        assert re.fullmatch(
            rf"scrapy restore: worker process {worker} was killed by SIGKILL while at standard input:\d+\n", told
        )
        assert run.wait(60) == 2
    with pytest.raises(ProcessLookupError):
        os.killpg(run.pid, 0)


def test_workers_end_with_a_run_that_is_killed() -> None:
    with under_way("--jobs", "2") as run:
        run.kill()
        _, told = run.communicate(timeout=60)  # would not come to its end while a worker lives
        assert told == b""


def _processes() -> Iterator[Path]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        if path.exists():
            yield path


# ---- where it goes


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(map(line_of, range(20_000))), encoding="utf-8")
    for jobs in (1, 2):
        command = f"{shlex.join(COMMAND)} --jobs {jobs} {shlex.quote(str(path))} | head -1"
        run = subprocess.run(
            ["sh", "-c", command], capture_output=True, cwd=REPOSITORY, env=ENV, timeout=120, check=False
        )
        assert (json.loads(run.stdout)["id"], run.stderr) == (0, b"")


def test_what_is_not_written_to_its_end_is_not_there(tmp_path: Path) -> None:
    target = tmp_path / "y.txt"
    target.write_text("before", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt), written_whole(target) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert (target.read_text("utf-8"), list(tmp_path.iterdir())) == ("before", [target])


def test_it_does_not_write_over_what_it_reads(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(SEEN, encoding="utf-8")
    run = restore(path, "-o", path)
    assert (run.returncode, path.read_text("utf-8")) == (2, SEEN)
    assert b"written over" in run.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_an_error_of_its_own() -> None:
    run = restore("-o", "/dev/full", stdin=SEEN.encode())
    assert (run.returncode, complaints(run)) == (2, ["scrapy restore: cannot write /dev/full: No space left on device"])
    command = f"{shlex.join(COMMAND)} > /dev/full"
    full = subprocess.run(
        ["sh", "-c", command], input=b"a", capture_output=True, cwd=REPOSITORY, env=ENV, timeout=120, check=False
    )
    assert (full.returncode, full.stderr) == (
        2,
        b"scrapy restore: cannot write standard output: No space left on device\n",
    )
