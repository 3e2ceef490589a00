"""Builds on Ray, with a worker killed in its work; and what would be handed to Slurm."""

from __future__ import annotations

import os
import signal
import textwrap
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

from newscrawl.dataset import build
from newscrawl.dataset.executors import Slurm
from tests.dataset.building import PATIENCE, build_files, bytes_of, kill_group, reached, start
from tests.dataset.ray_cluster import ray_cluster


def test_ray_workers_killed_in_mid_task(files: list[Path], undisturbed: dict[str, str], tmp_path: Path) -> None:
    """Two workers, both of them killed, as the kernel does for want of memory."""
    if find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install -r docs/cluster/requirements.txt")
    with ray_cluster() as address:
        process = start(files, tmp_path / "set", f"ray={address}={tmp_path}", jobs=2)
        try:
            for task in (1, 2):
                os.kill(reached(tmp_path, task), signal.SIGKILL)
            said = process.communicate(timeout=3 * PATIENCE)[0]
        finally:
            kill_group(process)
    assert process.returncode == 0, said
    assert bytes_of(tmp_path / "set") == undisturbed
    assert len(said.splitlines()) < 5, said  # datatrove tells its logs, and Ray that a worker was lost


FAKES = {
    # runs each job of the array at once, as if the cluster were idle, after it has looked for those it depends on
    "sbatch": """
        for last in "$@"; do case "$last" in
            --dependency=afterok:*) for job in $(echo "${last#*:}" | tr : ' '); do
                [ -e "$SLURM_FAKE/$job" ] || { echo "no job $job" >&2; exit 1; }; done;;
            --export=ALL,*) export "${last#--export=ALL,}";;
        esac; done
        number=$(($(ls "$SLURM_FAKE" | wc -l) + 1)); cp "$last" "$SLURM_FAKE/$number"
        tasks=$(sed -n 's/^#SBATCH --array=0-\\([0-9]*\\).*/\\1/p' "$last")
        for task in $(seq 0 "$tasks"); do
            SLURM_ARRAY_TASK_ID=$task SLURM_NODELIST=localhost bash "$last" >>"$SLURM_LOG" 2>&1 || exit 1
        done
        echo "Submitted batch job $number"
    """,
    "srun": """
        while [ "${1#-}" != "$1" ]; do [ "$1" = -n ] && shift; shift; done
        exec "$@"
    """,
    "scontrol": "echo localhost",
}


def test_slurm_scripts_build_the_same(
    files: list[Path], undisturbed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scripts are run by a stand-in for sbatch; that a real Slurm takes them is not tested."""
    queue, bin_folder = tmp_path / "queue", tmp_path / "bin"
    queue.mkdir()
    bin_folder.mkdir()
    for name, script in FAKES.items():
        (bin_folder / name).write_text("#!/bin/bash\n" + textwrap.dedent(script))
        (bin_folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_folder}:{os.environ['PATH']}")
    monkeypatch.setenv("SLURM_FAKE", str(queue))
    monkeypatch.setenv("SLURM_LOG", str(tmp_path / "log"))
    slurm = Slurm({"partition": "cpu", "time": "01:00:00", "tasks_per_job": "100"})
    waiting = build_files(files, tmp_path / "set", slurm, jobs=4)
    assert len(waiting) == 7, (tmp_path / "log").read_text()
    script = (queue / waiting[0]).read_text()
    assert "#SBATCH --partition=cpu" in script
    assert "#SBATCH --time=01:00:00" in script
    assert (tmp_path / "set" / build.WORK).exists()  # nobody waits for the queue
    assert build_files(files, tmp_path / "set", slurm, jobs=4) == []
    assert bytes_of(tmp_path / "set") == undisturbed


@pytest.fixture(autouse=True)
def _nobody_left(tmp_path: Path) -> object:
    """What waits at the gate is ended, also when a test fails."""
    yield
    for path in tmp_path.glob("reached-*"):
        for pid in path.read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
