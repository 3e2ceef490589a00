"""Work spread over processes: results in the order of the tasks, a bounded number of tasks at a time.

Why not concurrent.futures: up to Python 3.11.4 a worker that is killed while a task of more than a pipe's 64 KiB is on
its way to it leaves the pool hanging (fixed in 3.12 and 3.11.5, never in 3.10), and no pool says which task it was at.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

AHEAD = 4
"""Tasks for each worker that may be under way or done before their turn: enough to bridge one slow task."""


class WorkerLostError(RuntimeError):
    """A worker process ended before its work did; says which one, how, and at what."""


def in_order(work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int) -> Generator[Result]:
    """`map(work, tasks)`, on `jobs` processes when there are more than one.

    Close it, or run it to its end: then no process is left. Raises `WorkerLostError`.
    """
    if jobs == 1:
        yield from map(work, tasks)
        return
    team = _Team(work, jobs)
    try:
        yield from team.run(tasks)
    finally:
        team.end()


class _Worker(Generic[Task, Result]):
    """One process, with one task at most."""

    def __init__(self, work: Callable[[Task], Result]) -> None:
        self.pipe, far_end = multiprocessing.Pipe()
        self.task: tuple[int, Task] | None = None
        self.process: BaseProcess = multiprocessing.Process(target=_serve, args=(far_end, self.pipe, work), daemon=True)
        # a Ctrl-C between its start and its first line would print a traceback; it is ours to hear
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.process.start()
        except OSError as error:
            raise WorkerLostError(f"cannot start a worker process: {error.strerror}") from error
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        far_end.close()  # so that its end is the end of the pipe

    def give(self, number: int, task: Task) -> None:
        self.task = (number, task)
        try:
            self.pipe.send(task)
        except OSError:
            self._lost()

    def take(self) -> tuple[int, Result]:
        """The number of the task, and its result."""
        try:
            result: Result = self.pipe.recv()
        except (EOFError, OSError):
            self._lost()
        assert self.task is not None
        number, self.task = self.task[0], None
        return number, result

    def _lost(self) -> None:
        self.process.join()
        how = self.process.exitcode or 0
        ended = f"was killed by {signal.Signals(-how).name}" if how < 0 else f"ended with status {how}"
        raise WorkerLostError(
            f"worker process {self.process.pid} {ended} while at {self.task and self.task[1]}"
        ) from None


class _Team(Generic[Task, Result]):
    def __init__(self, work: Callable[[Task], Result], jobs: int) -> None:
        self._work, self._jobs = work, jobs
        self._workers: list[_Worker[Task, Result]] = []
        self._done: dict[int, Result] = {}
        self._next = 0

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        for number, task in enumerate(tasks):
            while not (idle := self._idle()) or number - self._next >= AHEAD * self._jobs:
                yield from self._collect()
            idle.give(number, task)
        while self._busy():
            yield from self._collect()

    def _idle(self) -> _Worker[Task, Result] | None:
        """A worker without a task; it is started when there is none yet."""
        for worker in self._workers:
            if worker.task is None:
                return worker
        if len(self._workers) == self._jobs:
            return None
        self._workers.append(_Worker(self._work))
        return self._workers[-1]

    def _busy(self) -> dict[Connection, _Worker[Task, Result]]:
        return {worker.pipe: worker for worker in self._workers if worker.task is not None}

    def _collect(self) -> Iterator[Result]:
        """Wait for at least one result; give out those whose turn it is."""
        busy = self._busy()
        for pipe in connection.wait(list(busy)):
            number, result = busy[pipe].take()  # type: ignore[index]  # what goes in comes out
            self._done[number] = result
        while self._next in self._done:
            yield self._done.pop(self._next)
            self._next += 1

    def end(self) -> None:
        """End every process, whatever it is at."""
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()


def _serve(pipe: Connection, near_end: Connection, work: Callable[[Task], Result]) -> None:
    """What a worker does until the parent is gone or ends it."""
    near_end.close()  # a copy of the parent's: with it open, the end of the parent would not be the end of the pipe
    Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent ends the others
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        result = work(task)
        try:
            pipe.send(result)
        except OSError:
            return


def _end_with_parent() -> None:
    """End this process, whatever it is at, when the one that started it is gone: nobody else takes its result.

    Of several workers the last one sees that first, for it holds copies of what the others wait for; they follow.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)
