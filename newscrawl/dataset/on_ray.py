"""datatrove's executor for Ray, with tasks that run in Ray's own workers.

In a worker datatrove forks a process for each task. When that one is killed, as the kernel does for want of memory,
its pool waits for ever; and on a busy machine a child can stay behind in a lock that it has inherited. A worker that
is lost itself is noticed by Ray, and what it was at is given to another one.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from datatrove.executor import RayPipelineExecutor  # type: ignore[import-untyped]  # it has no types
from datatrove.executor import ray as theirs
from datatrove.utils.stats import PipelineStats  # type: ignore[import-untyped]  # as above


class Worker(theirs.RankWorker):  # type: ignore[misc]  # as above
    """Runs tasks one after the other in its own process."""

    def run_for_rank(self, executor_ref: OnRay, ranks: list[int], node_ips: list[str], node_idx: int) -> PipelineStats:
        """Run tasks; one that fails is told in its log, and the others go on. Raises what the first one did."""
        failed = []
        for rank in ranks:
            try:
                deepcopy(executor_ref)._run_for_rank(rank, local_rank=1)
            except Exception as problem:
                failed.append(problem)
        if failed:
            raise failed[0]
        return PipelineStats()  # those of each task are in its files


class OnRay(RayPipelineExecutor):  # type: ignore[misc]  # as above
    """datatrove's, with our workers."""

    def run(self) -> Any:
        """Run what is not done yet."""
        before, theirs.RankWorker = theirs.RankWorker, Worker
        try:
            return super().run()
        finally:
            theirs.RankWorker = before
