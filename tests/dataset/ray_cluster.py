"""A Ray cluster on loopback: a head without work and two workers of one core each.

`python -m tests.dataset.ray_cluster` prints its address and ends with its standard input. It takes all processes of the
cluster with it; those that do not listen, the test ends by what it put into their environment.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).parent.parent.parent
LOOPBACK = "127.0.0.2"
"""Ray takes 127.0.0.1 for the address of the machine in its network."""
STORE = 80_000_000
"""Bytes of a node's object store: what a pipeline takes, pickled, has kilobytes; Ray wants 75 MB at the least."""
MARK = "NEWSCRAWL_TEST_RAY"


@contextmanager
def ray_cluster() -> Iterator[str]:
    """The address of a cluster that is there while the block runs."""
    mark = uuid4().hex
    env = {**os.environ, MARK: mark, "RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT) + ":" + _paths()}
    command = [sys.executable, "-m", "tests.dataset.ray_cluster"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdin
    assert process.stdout
    try:
        address = process.stdout.readline().strip()
        assert address, "the cluster did not start"
        yield address
    finally:
        process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        for pid in _marked(mark):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.stdout.close()
        process.wait(timeout=20)


def _paths() -> str:
    return os.environ.get("PYTHONPATH", "")


def _marked(mark: str) -> list[int]:
    """The processes that have the mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


def _serve() -> None:
    import ray
    from ray.cluster_utils import Cluster

    told = {"node_ip_address": LOOPBACK, "object_store_memory": STORE, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **told})
    for _ in range(2):
        cluster.add_node(num_cpus=1, **told)
    print(cluster.address, flush=True)
    sys.stdin.read()
    ray.shutdown()
    cluster.shutdown()


if __name__ == "__main__":
    _serve()
