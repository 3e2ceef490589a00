"""Builds in processes of their own: `python -m tests.dataset.building OUT EXECUTOR JOBS PATH...`.

Each input file is a task. EXECUTOR is local, gated=FOLDER or ray=ADDRESS=FOLDER: with a folder the second task of
reading, on Ray the third one, too, stops in its middle the first time, tells its process in FOLDER/reached-1 or -2, and
waits to be killed.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from datatrove.data import Document
from datatrove.pipeline.base import PipelineStep

from newscrawl.blocks import ReadArchives
from newscrawl.dataset import build
from newscrawl.dataset.executors import Ray, Runner, Stage, Told, run_local
from newscrawl.dataset.options import Options

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60
"""Seconds that anything in these tests may take."""


class Gate(PipelineStep):
    """Lets documents through; the first time that one of some tasks comes to its second one, it waits for its end."""

    type, name = "test", "gate"

    def __init__(self, folder: Path, tasks: Sequence[int] = (1,)) -> None:
        super().__init__()
        self.folder, self.tasks = folder, tasks

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        for number, document in enumerate(data):
            if rank in self.tasks and number == 1 and not _told(self.folder, rank).exists():
                self._wait(rank)
            yield document

    def _wait(self, rank: int) -> None:
        told = self.folder / f"told-{rank}"
        told.write_text(str(os.getpid()))
        told.rename(_told(self.folder, rank))
        time.sleep(PATIENCE)
        raise TimeoutError("nobody killed this task")


def _told(folder: Path, task: int) -> Path:
    return folder / f"reached-{task}"


def gated(runner: Runner, folder: Path, tasks: Sequence[int] = (1,)) -> Runner:
    """The runner, with a gate behind the reader."""

    def run(stages: Sequence[Stage], logs: Path, jobs: int, told: Told) -> list[str]:
        read = stages[0]
        steps = [*read.steps[:1], Gate(folder, tasks), *read.steps[1:]]
        return runner([replace(read, steps=steps), *stages[1:]], logs, jobs, told)

    return run


def reached(folder: Path, task: int = 1) -> int:
    """The process at the gate."""
    wait_for(_told(folder, task).exists)
    return int(_told(folder, task).read_text())


def wait_for(done: Callable[[], Any], process: subprocess.Popen[str] | None = None) -> None:
    """Wait until it is done, or until the process is over."""
    end = time.monotonic() + PATIENCE
    while not done() and (process is None or process.poll() is None):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.005)


def build_files(paths: Sequence[Path], out: Path, executor: str | Runner = "local", jobs: int = 1) -> list[str]:
    """A build in which each file is a task."""
    read = ReadArchives([str(path) for path in paths])
    read.groups = [[one] for group in read.groups for one in group]
    return build.run(read, out, Options(), executor=executor, jobs=jobs)


def start(paths: Sequence[Path], out: Path, executor: str = "local", jobs: int = 1) -> subprocess.Popen[str]:
    """The same in a process, with its children in a group of their own."""
    command = [sys.executable, "-m", "tests.dataset.building", str(out), executor, str(jobs), *map(str, paths)]
    return subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def kill_group(process: subprocess.Popen[str]) -> None:
    """End a process and its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def bytes_of(out: Path) -> dict[str, str]:
    """File -> the SHA-256 of what is in it."""
    files = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write_lines(path: Path, records: Iterable[dict[str, Any]]) -> Path:
    """A file of records."""
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def _runner(name: str) -> str | Runner:
    kind, *told = name.split("=")
    if kind == "gated":
        return gated(run_local, Path(told[0]))
    return gated(Ray(told[0]), Path(told[1]), (1, 2)) if kind == "ray" else name


if __name__ == "__main__":
    _, out, executor, jobs, *paths = sys.argv
    build_files([Path(path) for path in paths], Path(out), _runner(executor), int(jobs))
