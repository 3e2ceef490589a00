"""Where the stages of a build run: on this machine, on Slurm, on Ray."""

from __future__ import annotations

import io
import logging
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shlex import quote
from typing import Any

from datatrove.executor import (  # type: ignore[import-untyped]  # it has no types
    LocalPipelineExecutor,
    SlurmPipelineExecutor,
)
from datatrove.executor.base import PipelineExecutor  # type: ignore[import-untyped]  # as above
from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # as above
from datatrove.utils.logging import logger  # type: ignore[import-untyped]  # as above

import newscrawl
from newscrawl.bulk.workers import WorkerLostError, in_order
from newscrawl.dataset.groups import ChangedError
from newscrawl.dataset.on_ray import OnRay

MEMORY_GB = 1
"""A task's, told to Ray and Slurm: 600 MB are kept below, and Ray counts what its own process needs."""

_PATIENCE = 10
"""Seconds within which the head of a Ray cluster takes a connection: busy networks take less, people wait no longer."""

Told = Callable[[str], None]
"""Is given a line to show on a terminal."""
Runner = Callable[[Sequence["Stage"], Path, int, Told], list[str]]
"""Runs stages, given the folder for their logs and the number of tasks at a time; returns the numbers of jobs that wait
on a queue. Raises `BuildError`."""


class BuildError(RuntimeError):
    """A build that cannot begin or go on; says what to do."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Steps that run one after the other, in so many tasks; the stages of a build run in their order."""

    name: str
    tasks: int
    steps: Sequence[PipelineStep]
    together: int = 1
    """Tasks that one worker of Ray, or one job of Slurm, takes on: to start it takes seconds."""


class Local(LocalPipelineExecutor):  # type: ignore[misc]  # datatrove has no types
    """datatrove's executor for one machine, with our processes.

    Its own pool waits for ever when a process is killed, as the kernel does for want of memory; here that ends the
    build by name.
    """

    def run_told(self, told: Callable[[int, int], None]) -> None:
        """Run what is not done yet; `told` is given how many tasks are done, and of how many.

        Raises `WorkerLostError`. A task that fails is noted in its log, and does not end the others.
        """
        ranks = self.get_incomplete_ranks()
        told(self.tasks - len(ranks), self.tasks)
        for done, _ in enumerate(in_order(self._one, ranks, min(self.workers, max(1, len(ranks)))), 1):
            told(self.tasks - len(ranks) + done, self.tasks)

    def _one(self, rank: int) -> None:
        with suppress(Exception), redirect_stderr(io.StringIO()):  # it is in the log, and the task not done
            deepcopy(self)._run_for_rank(rank, local_rank=1)


def named(name: str, *, slurm: Mapping[str, str] | None = None, ray_address: str | None = None) -> Runner:
    """The executor called local, slurm or ray. Raises `BuildError` for another name, and for options that lack, or that
    are another one's."""
    if others := [kind for kind, given in (("slurm", slurm), ("ray", ray_address)) if given and kind != name]:
        raise BuildError(f"--{others[0]} goes with --executor {others[0]}")
    if name == "slurm":
        return Slurm(slurm or {})
    if name == "ray":
        return Ray(ray_address)
    if name != "local":
        raise BuildError(f"no such executor: {name}; there are: local, ray, slurm")
    return run_local


def run_local(stages: Sequence[Stage], logs: Path, jobs: int, told: Told) -> list[str]:
    """Run the stages in `jobs` processes of this machine."""
    for stage in stages:
        executor = Local(list(stage.steps), stage.tasks, jobs, logging_dir=str(logs / stage.name))
        try:
            executor.run_told(partial(_tell, told, stage.name))
        except WorkerLostError as lost:
            raise BuildError(f"stage {stage.name}: {lost}; the same command goes on where it was") from lost
        _check_done(stage, executor, logs)
    return []


def _tell(told: Told, name: str, done: int, tasks: int) -> None:
    told(f"{name}  {done:,} of {tasks:,} tasks")


@dataclass(frozen=True, slots=True)
class Ray:
    """Runs the stages on the Ray cluster at an address, at most `jobs` tasks at a time; without one, on this machine.

    A task whose process is lost is given to another one, three times.
    """

    address: str | None = None

    def __call__(self, stages: Sequence[Stage], logs: Path, jobs: int, told: Told) -> list[str]:
        """Run them."""
        with _ray(self.address, jobs):
            for stage in stages:
                told(f"{stage.name}  {stage.tasks:,} tasks on Ray")
                executor = OnRay(
                    list(stage.steps),
                    stage.tasks,
                    jobs,
                    mem_per_cpu_gb=MEMORY_GB,
                    tasks_per_job=stage.together,
                    logging_dir=str(logs / stage.name),
                )
                executor.run()
                _check_done(stage, executor, logs)
        return []


@contextmanager
def _ray(address: str | None, jobs: int) -> Iterator[None]:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
    except ImportError as problem:
        raise BuildError("Ray is not installed: pip install -r docs/cluster/requirements.txt") from problem
    cpus = None if address else jobs
    _check_address(address)
    try:
        ray.init(address or "local", num_cpus=cpus, log_to_driver=False, logging_level=logging.ERROR)
    except (ConnectionError, ValueError) as problem:
        raise BuildError(f"no Ray cluster at {address}: {problem}") from problem
    try:
        yield
    finally:
        ray.shutdown()


def _check_address(address: str | None) -> None:
    """Raise `BuildError` when nothing listens at HOST:PORT. Ray tries for more than nine minutes."""
    host, _, port = (address or "").rpartition(":")
    if "/" in host or not port.isdecimal():
        return  # ray://..., auto, local: Ray's to judge
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE).close()
    except (OSError, OverflowError) as problem:
        raise BuildError(f"no Ray cluster at {address}: {problem}") from problem


@dataclass(frozen=True, slots=True)
class Slurm:
    """Hands the stages to Slurm, each to begin when the one before is done.

    `options` are those of datatrove's SlurmPipelineExecutor; `partition` and `time` must be there.
    """

    options: Mapping[str, str]

    def __post_init__(self) -> None:
        if lacking := [name for name in ("partition", "time") if not self.options.get(name)]:
            raise BuildError(f"--slurm lacks {' and '.join(lacking)}: --slurm partition=NAME,time=HH:MM:SS")
        if unknown := sorted(self.options.keys() - _SLURM.keys()):
            raise BuildError(f"--slurm has no {unknown[0]}; there are: {', '.join(sorted(_SLURM))}")
        for name, value in self.options.items():
            if _SLURM[name] is int and not value.isdecimal():
                raise BuildError(f"--slurm {name} is a whole number, not {value}")

    def __call__(self, stages: Sequence[Stage], logs: Path, jobs: int, told: Told) -> list[str]:
        """Returns the numbers of the jobs; none when all tasks are done."""
        given: dict[str, Any] = {name: _SLURM[name](value) for name, value in self.options.items()}
        given = {"mem_per_cpu_gb": MEMORY_GB, **given}
        if not given.keys() & {"env_command", "condaenv", "venv_path"}:
            given["env_command"] = _this_environment()
        before, numbers = None, []
        for stage in stages:
            executor = SlurmPipelineExecutor(
                list(stage.steps),
                stage.tasks,
                workers=jobs,
                job_name=f"newscrawl-{stage.name}",
                depends=before,
                logging_dir=str(logs / stage.name),
                **{"tasks_per_job": stage.together, **given},
            )
            executor.run()
            numbers += [str(executor.job_id)] if executor.job_id != -1 else []
            before = executor
        return numbers


def _this_environment() -> str:
    """What lets a job find the programs and the code that the build was begun with."""
    root = Path(newscrawl.__file__).parent.parent
    paths = f"PATH={quote(str(Path(sys.executable).parent))}:$PATH"
    return f"export {paths} PYTHONPATH={quote(str(root))}${{PYTHONPATH:+:$PYTHONPATH}}"


_SLURM: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("partition", "time", "qos", "env_command", "condaenv", "venv_path", "mail_user"), str),
    **dict.fromkeys(("cpus_per_task", "mem_per_cpu_gb", "max_array_size", "tasks_per_job"), int),
}
"""Options that may be given -> what their values are."""


def _check_done(stage: Stage, executor: PipelineExecutor, logs: Path) -> None:
    """Raise `BuildError` when tasks of a stage were not done."""
    if ranks := executor.get_incomplete_ranks():
        log = logs / stage.name / "logs" / f"task_{ranks[0]:05}.log"
        error = _last_line(log)
        again = (
            "put it back, or take .work away to begin anew"
            if error.startswith(_CHANGED)
            else "the same command tries them again"
        )
        told = f"stage {stage.name}: {len(ranks)} of {stage.tasks} tasks failed, the first with {error}"
        raise BuildError(f"{told}; more at the end of {log}; {again}")


_CHANGED = ChangedError.__name__


def _last_line(log: Path) -> str:
    """The error a log ends with, without its module."""
    try:
        *_, last = log.read_text("utf-8", "replace").splitlines()
    except (OSError, ValueError):  # on another machine, or nothing in it
        return "an unknown error"
    return re.sub(r"^[\w.]+\.(?=\w+(:|$))", "", last)


@contextmanager
def quiet() -> Iterator[None]:
    """datatrove's messages go into the logs of its tasks, and not to the terminal."""
    logger.remove()
    try:
        yield
    finally:
        logger.remove()
