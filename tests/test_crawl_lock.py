"""One run of a site at a time; torn lines; exit codes of `scrapy crawl`. Real processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.crawl.ledger.files import cut_torn_line
from tests.torture.crawls import free_port

ROOT = Path(__file__).parent.parent
PATIENCE = 60


def command(output: Path, *arguments: str) -> list[str]:
    ports = ["-s", f"DEMO_PORTAL_PORT={free_port()}", "-s", f"DEMO_MIRROR_PORT={free_port()}"]
    return [sys.executable, "-m", "scrapy", "crawl", "demo", "-s", f"OUTPUT_DIR={output}", *ports, *arguments]


def crawl(output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(output, "-L", "WARNING", *arguments), cwd=ROOT, capture_output=True, text=True, timeout=200, check=False
    )


def pid_in(lock: Path) -> str:
    """The process named in a lock file, waited for."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if lock.exists() and (pid := lock.read_text("ascii").strip()):
            return pid
        time.sleep(0.05)
    raise AssertionError(f"nothing locked {lock}")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run that takes minutes."""
    slow = command(tmp_path, "-L", "ERROR", "-s", "DOWNLOAD_DELAY=5")
    with subprocess.Popen(slow, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        yield process
        process.kill()


def test_a_second_run_ends_at_once_and_names_the_first(running: subprocess.Popen[bytes], tmp_path: Path) -> None:
    pid = pid_in(tmp_path / "state" / "demo.lock")
    assert pid == str(running.pid)
    second = crawl(tmp_path)
    assert second.returncode == 1
    assert f"demo is being crawled already, by process {pid}" in second.stderr
    assert running.poll() is None


def test_output_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    done = crawl(tmp_path / "file")
    assert done.returncode == 1
    assert f"cannot write to {tmp_path / 'file'}" in done.stderr
    assert "Not a directory" in done.stderr


def test_a_crawl_without_articles_exits_with_1(tmp_path: Path) -> None:
    assert crawl(tmp_path, "-a", "articles=0").returncode == 1


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (b"", b""),
        (b"a\n", b"a\n"),
        (b'a\n{"u', b"a\n"),
        (b'{"url": "http:', b""),
        (b'a\n{"url": ' + b"x" * 200_000, b"a\n"),
        (b"a\n\0\0", b"a\n"),
        (b"a\na note", b"a\na note"),
        (b"x" * 200_000 + b"\n", b"x" * 200_000 + b"\n"),
    ],
)
def test_cut_torn_line(tmp_path: Path, content: bytes, whole: bytes) -> None:
    path = tmp_path / "lines"
    path.write_bytes(content)
    assert cut_torn_line(path) == len(content) - len(whole)
    assert path.read_bytes() == whole
