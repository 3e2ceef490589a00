"""A data set built: the stages in their order, what is checked before, what is left behind.

    read        a task a group of input files: pages to records, refusals, signatures
    buckets     datatrove: pairs of rows that share a bucket
    clusters    rows that hang together; the one task that holds all rows with company
    facts       a task a part: what decides between the rows that have company, sorted by cluster
    links       a task some of the clusters: which rows are kept, and how the others hang on them
    write       a task a part: rows to shards
    finish      card and manifest

All of them work in DIR/.work, which is taken away at the end. What is done is not done again: a build that was killed
goes on with the same command, and comes to the same bytes.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # it has no types

from newscrawl.blocks import Extract, Quality, ReadArchives
from newscrawl.dataset.clusters import FindClusters
from newscrawl.dataset.executors import BuildError, Runner, Stage, Told, named, quiet
from newscrawl.dataset.linking import DecideLinks, GatherFacts, tasks
from newscrawl.dataset.options import Options
from newscrawl.dataset.reading import RefusedWriter, WritePart
from newscrawl.dataset.signatures import CONFIG, Buckets, Signatures
from newscrawl.dataset.whole import Whole
from newscrawl.publish.written import written_whole

WORK = ".work"
"""The folder in the data set's that holds what a build has done so far."""
_PLAN = "plan.json"


def run(
    inputs: Sequence[str] | ReadArchives,
    out: Path,
    options: Options,
    *,
    executor: str | Runner = "local",
    jobs: int = 1,
    told: Told = lambda _: None,
) -> list[str]:
    """Build the data set of all that is below `inputs` in the folder `out`, `jobs` tasks at a time.

    `inputs` are paths, or a reader of them that knows the columns. `executor` is local, or one that `executors.named`
    makes. `told` is given a line to show from time to time. Returns the numbers of jobs that wait on a queue; none when
    all is built. Raises `BuildError`, which says what to do, and `OSError` for an input that is not there.
    """
    out = Path(out).absolute()
    work = out / WORK
    read = inputs if isinstance(inputs, ReadArchives) else ReadArchives(inputs)
    _begin(work, _plan(read, options))
    runner = named(executor) if isinstance(executor, str) else executor
    with _alone(work), quiet():
        waiting = runner(stages(read, work, out, options), work / "logs", jobs, told)
        if not waiting:
            shutil.rmtree(work)
    return waiting


def stages(read: ReadArchives, work: Path, out: Path, options: Options) -> list[Stage]:
    """The stages of a build, in their order."""
    from newscrawl.dataset.write import WriteShards

    parts = len(read.groups)
    signatures, pairs, clusters = (str(work / name) for name in ("signatures", "pairs", "clusters"))
    reading = [read, Extract(RefusedWriter(work)), Quality(), WritePart(work), Whole(Signatures(signatures))]
    return [
        Stage("read", parts, reading),
        Stage("buckets", CONFIG.num_buckets, [Whole(Buckets(signatures, pairs))], together=_BUCKETS),
        Stage("clusters", 1, [Whole(FindClusters(pairs, clusters))]),
        Stage("facts", parts, [GatherFacts(work)]),
        Stage("links", tasks(parts), [DecideLinks(work, parts)]),
        Stage("write", parts, [WriteShards(work, out, options)]),
        Stage("finish", 1, [Finish(work, out, options)]),
    ]


_BUCKETS = 7
"""A third of them: two workers or three share the stage."""


class Finish(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """The last stage: card and manifest."""

    type, name = "💽 - WRITER", "card and manifest"

    def __init__(self, work: Path, out: Path, options: Options) -> None:
        super().__init__()
        self.work, self.out, self.options = work, out, options

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> None:
        """Write them."""
        from newscrawl.dataset.finish import finish

        finish(self.work, self.out, self.options)


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    """Hold the plan of a build until it ends, or its process does. Raises `BuildError` when another process has it.

    Two builds in one folder do the same work, and the first to end takes it away under the other one.
    """
    with (work / _PLAN).open("rb") as plan:
        try:
            fcntl.flock(plan, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(f"{work.parent} is being built by another process: wait for its end") from None
        yield


def _plan(read: ReadArchives, options: Options) -> dict[str, Any]:
    """What a build is made from, as plain values."""
    groups = [[[one.name, one.size, one.modified, *one.span] for one in group] for group in read.groups]
    plan: dict[str, Any] = json.loads(
        json.dumps({"inputs": groups, "columns": asdict(read.columns), "options": asdict(options)}, default=str)
    )
    return plan


def _begin(work: Path, plan: dict[str, Any]) -> None:
    """Begin a build, or go on with the one that was begun. Raises `BuildError`."""
    path = work / _PLAN
    if not plan["inputs"]:
        raise BuildError("nothing to read: there is no file below the paths")
    if path.exists():
        begun = json.loads(path.read_text("utf-8"))
        if changed := [name for name in plan if begun.get(name) != plan[name]]:
            told = [f"inputs ({_first_other(plan, begun)})" if name == "inputs" else name for name in changed]
            raise BuildError(
                f"{work.parent} holds a build that was begun with other {' and '.join(told)}: give the same again "
                f"to go on with it, or take {work} away to begin anew"
            )
        return
    if work.parent.exists() and any(one != work for one in work.parent.iterdir()):
        raise BuildError(f"{work.parent} is not empty: a data set is built in a folder of its own")
    with written_whole(path) as stream:
        stream.write(json.dumps(plan, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"))


def _first_other(plan: dict[str, Any], begun: dict[str, Any]) -> str:
    """Names the first file that two plans do not share, or of which they have other bytes. They are sorted."""
    now, then = (list(chain.from_iterable(one["inputs"])) for one in (plan, begun))
    pairs = (list(filter(None, pair)) for pair in zip_longest(now, then) if pair[0] != pair[1])
    return f"the first: {min(one[0] for one in first)}" if (first := next(pairs, None)) else "in other groups"
