"""datatrove's executor for Ray, with workers that end when they should.

In a worker of Ray datatrove forks processes for the tasks, which inherit Ray's own handler of SIGTERM. With several of
them one can stay behind for ever in a lock that another has taken along (seen in one of four runs on a busy machine).
And when one is killed, as the kernel does for want of memory, datatrove's pool waits for it for ever.
"""

from __future__ import annotations

import os
import signal
from typing import Any

from datatrove.executor import RayPipelineExecutor  # type: ignore[import-untyped]  # it has no types


class OnRay(RayPipelineExecutor):  # type: ignore[misc]  # as above
    """Sent to a worker it changes how that one and its children take signals, before datatrove forks."""

    def __getstate__(self) -> dict[str, Any]:
        """What is sent; it is here so that `__setstate__` is called."""
        return self.__dict__

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Arrive at a worker."""
        self.__dict__.update(state)
        os.register_at_fork(after_in_child=_end_as_usual)
        signal.signal(signal.SIGCHLD, _end_with_a_killed_child)


def _end_as_usual() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _end_with_a_killed_child(_signal: int, _frame: object) -> None:
    """End the worker when a child was killed: Ray notices that, and its task is given to another one."""
    ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if ended and ended.si_code in (os.CLD_KILLED, os.CLD_DUMPED) and ended.si_status != signal.SIGTERM:
        os._exit(1)
