"""Builds of data sets: the same bytes whatever happens, and copies of the demo told apart."""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

from newscrawl.dataset import build
from newscrawl.dataset.executors import BuildError, Stage, Told, named, run_local
from newscrawl.dataset.link import Link, Links
from newscrawl.dataset.options import Options
from newscrawl.dataset.parts import read_part, read_refused, writing
from tests.dataset.building import Gate, build_files, bytes_of, gated, kill_group, reached, start, wait_for

Row = tuple[dict[str, Any], Link | None]


@pytest.fixture(scope="session")
def rows(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Every row with its link, and at the end the refusals."""
    found: list[Row] = []

    def kept(stages: Sequence[Stage], logs: Path, jobs: int, told: Told) -> list[str]:
        run_local(stages, logs, jobs, told)
        for part in range(len(files)):
            links = Links(logs.parent, part)
            found.extend((record, links.get(line)) for line, record in enumerate(read_part(logs.parent, part)))
        assert [one["reason"] for one in read_refused(logs.parent, 4)] == ["bad_input"] * 2
        return []

    build_files(files, tmp_path_factory.mktemp("rows") / "set", kept)
    return found


def test_every_link_leads_to_a_row_and_every_copy_to_a_kept_one(rows: list[Row]) -> None:
    ids = {record["id"] for record, _ in rows}
    kept = {record["id"] for record, link in rows if link is None or link.kept_as is None}
    assert len(ids) == len(rows) == 86 + 86 + 8
    for _, link in rows:
        if link:
            assert {link.kept_as} - {None} <= kept
            assert {link.same_as, link.revision_of, link.mirror_of, link.cluster} - {None} <= ids


def test_copies_are_told_apart(rows: list[Row]) -> None:
    by_id = {record["id"]: record for record, _ in rows}
    told = Counter(
        (record["site"] or record["url"][:16], kind)
        for record, link in rows
        for kind in ("kept_as", "same_as", "revision_of", "mirror_of")
        if link and getattr(link, kind)
    )
    assert told == {
        ("demo_mirror", "kept_as"): 86,
        ("demo_mirror", "mirror_of"): 86,
        ("http://a.example", "kept_as"): 5,
        ("http://a.example", "same_as"): 5,
        ("demo", "kept_as"): 1,
        ("demo", "revision_of"): 1,
    }
    for record, link in rows:
        if link and link.mirror_of:
            original = by_id[link.mirror_of]
            assert re.sub(r"\W", "", original["title"]) == re.sub(r"\W", "", record["title"])
            assert original["site"] == "demo"
    (newer,) = [link for record, link in rows if record["revision"] == 2]
    assert newer
    assert newer.revision_of
    assert by_id[newer.revision_of]["revision"] == 1


def test_two_processes_come_to_the_same_bytes(files: list[Path], undisturbed: dict[str, str], tmp_path: Path) -> None:
    build_files(files, tmp_path / "set", jobs=2)
    assert bytes_of(tmp_path / "set") == undisturbed


@pytest.mark.parametrize("stage", ["read", "buckets", "facts", "write"])
def test_killed_build_goes_on(stage: str, files: list[Path], undisturbed: dict[str, str], tmp_path: Path) -> None:
    """Killed with all its processes as soon as the first task of a stage is done."""
    out = tmp_path / "set"
    process = start(files, out, jobs=2)
    wait_for(lambda: any((out / build.WORK / "logs" / stage).glob("completions/*")), process)
    kill_group(process)
    begun = out / build.WORK
    logs = {path: path.stat().st_mtime_ns for path in begun.glob("logs/read/completions/*")}
    build_files(files, out) if begun.exists() else None
    assert logs or not begun.exists()
    assert bytes_of(out) == undisturbed


def test_lost_process_ends_the_build_by_name(files: list[Path], undisturbed: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "set"
    process = start(files, out, f"gated={tmp_path}", jobs=2)
    try:
        os.kill(reached(tmp_path), signal.SIGKILL)
        said = process.communicate(timeout=60)[0]
    finally:
        kill_group(process)
    assert "stage read: worker process" in said
    assert "was killed by SIGKILL" in said
    build_files(files, out, jobs=2)
    assert bytes_of(out) == undisturbed


def test_workers_end_with_a_killed_build(files: list[Path], undisturbed: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "set"
    process = start(files, out, f"gated={tmp_path}", jobs=2)
    try:
        worker = Path("/proc", str(reached(tmp_path)))
        process.kill()
        process.wait()
        wait_for(lambda: not worker.exists() or "\nState:\tZ" in (worker / "status").read_text())
    finally:
        kill_group(process)
    assert not any("nobody killed" in path.read_text("utf-8") for path in out.rglob("task_*.log"))
    build_files(files, out)
    assert bytes_of(out) == undisturbed


CHANGES: dict[str, Callable[[Path], Any]] = {
    "shrinks": lambda path: os.truncate(path, path.stat().st_size // 2),
    "grows": lambda path: path.write_bytes(path.read_bytes() * 2),
    "other bytes": lambda path: path.write_bytes(path.read_bytes().replace(b"2023", b"2024")),
    "taken away": Path.unlink,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("moment", ["before", "while"])
def test_an_input_that_changes_ends_the_build_by_name(
    files: list[Path], change: str, moment: str, tmp_path: Path
) -> None:
    path = tmp_path / files[0].name
    path.write_bytes(files[0].read_bytes())

    class Changed(Gate):
        """Comes behind the reader, which is held at the second record of the first file."""

        def _wait(self, rank: int) -> None:
            CHANGES[change](path)

    def changed(stages: Sequence[Stage], logs: Path, jobs: int, told: Told) -> list[str]:
        if moment == "before":
            CHANGES[change](path)
            return run_local(stages, logs, jobs, told)
        steps = [*stages[0].steps[:1], Changed(tmp_path, [0]), *stages[0].steps[1:]]
        return run_local([replace(stages[0], steps=steps)], logs, jobs, told)

    said = f"ChangedError: {path} was " + ("there when the build began" if change == "taken away" else "changed")
    with pytest.raises(
        BuildError,
        match=rf"failed, the first with {re.escape(said)}.*; put it back, or take \.work away to begin anew$",
    ):
        build_files([path, files[1]], tmp_path / "set", changed)
    if change != "taken away":
        with pytest.raises(BuildError, match=rf"begun with other inputs \(the first: {re.escape(str(path))}\): give"):
            build_files([path, files[1]], tmp_path / "set")


def test_a_named_pipe_is_read(files: list[Path], tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "p.jsonl")
    writer = Thread(target=lambda: pipe.write_bytes(files[0].read_bytes()))
    writer.start()
    build.run([str(pipe)], tmp_path / "set", Options())
    writer.join()
    assert '"rows": {\n    "train": 40' in (tmp_path / "set" / "manifest.json").read_text("utf-8")


def test_failed_task_is_named_and_the_others_are_done(files: list[Path], tmp_path: Path) -> None:
    class Broken(Gate):
        def _wait(self, rank: int) -> None:
            raise ValueError("broken on purpose")

    def broken(stages: Sequence[Stage], logs: Path, jobs: int, told: Told) -> list[str]:
        steps = [*stages[0].steps[:1], Broken(tmp_path), *stages[0].steps[1:]]
        return run_local([replace(stages[0], steps=steps)], logs, jobs, told)

    with pytest.raises(
        BuildError,
        match=r"1 of 5 tasks failed, the first with ValueError: broken on purpose; more at the end of (\S+);",
    ) as problem:
        build_files(files, tmp_path / "set", broken)
    log = re.search(r"end of (\S+);", str(problem.value))
    assert log
    assert "broken on purpose" in Path(log[1]).read_text("utf-8")
    assert len(list((tmp_path / "set" / build.WORK / "parts").iterdir())) == 4


def test_other_input_or_options_are_refused(files: list[Path], tmp_path: Path) -> None:
    def begun(*_: Any) -> list[str]:
        return ["1"]

    build_files(files, tmp_path / "set", begun)
    with pytest.raises(
        BuildError, match=r"begun with other inputs \(the first: .*3-mirror.jsonl\): give the same again"
    ):
        build_files(files[:2], tmp_path / "set", begun)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(BuildError, match="is not empty"):
        build_files(files, tmp_path / "full", begun)
    with pytest.raises(FileNotFoundError):
        build.run([str(tmp_path / "nowhere")], tmp_path / "x", Options())


def test_a_folder_takes_one_build_at_a_time(files: list[Path], tmp_path: Path) -> None:
    def second(*_: Any) -> list[str]:
        with pytest.raises(BuildError, match="is being built by another process: wait for its end"):
            build_files(files, tmp_path / "set")
        return ["1"]

    assert build_files(files, tmp_path / "set", second) == ["1"]
    assert build_files(files, tmp_path / "set", lambda *_: []) == []  # it is free again


@pytest.mark.parametrize(
    ("name", "slurm", "said"),
    [
        ("spark", None, "no such executor: spark; there are: local, ray, slurm"),
        ("slurm", {"partition": "cpu"}, "--slurm lacks time"),
        ("slurm", {"partition": "cpu", "time": "1", "colour": "red"}, "--slurm has no colour"),
        ("slurm", {"partition": "cpu", "time": "1", "cpus_per_task": "x"}, "--slurm cpus_per_task is a whole number"),
    ],
)
def test_wrong_executors_are_told(name: str, slurm: dict[str, str] | None, said: str) -> None:
    with pytest.raises(BuildError, match=said):
        named(name, slurm=slurm)


def test_a_ray_cluster_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no Ray cluster at 127\.0\.0\.1:1: .*refused"):
        named("ray", ray_address="127.0.0.1:1")([], tmp_path, 1, print)


def test_two_writers_of_a_part_leave_a_whole_one(tmp_path: Path) -> None:
    """A task that was given up and lives on writes beside the one in its place."""
    path = tmp_path / "parts" / "00000.jsonl.zst"
    with writing(path) as one, writing(path) as other:
        for stream in (one, other, one, other):
            stream.write(b'{"a": 1}\n')
    assert len(list(read_part(tmp_path, 0))) == 2
    assert list(path.parent.iterdir()) == [path]


def test_gate_is_passed_the_second_time(files: list[Path], undisturbed: dict[str, str], tmp_path: Path) -> None:
    """What the tests put into the read stage changes nothing by itself."""
    (tmp_path / "reached-1").touch()
    build_files(files, tmp_path / "set", gated(run_local, tmp_path))
    assert bytes_of(tmp_path / "set") == undisturbed
