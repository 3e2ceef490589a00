"""A data set of one large file is that of the same lines in many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

import pyarrow.parquet as pq

from newscrawl.blocks import ReadArchives
from newscrawl.dataset import build
from newscrawl.dataset.executors import BuildError
from newscrawl.dataset.options import Options
from tests.dataset.building import bytes_of


@pytest.fixture(scope="module")
def large(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lines of five files in one."""
    path = tmp_path_factory.mktemp("large") / "all.jsonl"
    path.write_bytes(b"".join(file.read_bytes() for file in files))
    return path


@pytest.fixture(scope="module")
def of_one_file(large: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set of it, in seven spans."""
    out = tmp_path_factory.mktemp("spans") / "set"
    assert build.run(reader(large), out, Options()) == []
    return out


def reader(path: Path) -> ReadArchives:
    read = ReadArchives([str(path)], group_bytes=(path.stat().st_size - 1) // 6)
    assert len(read.groups) == 7
    return read


def rows(out: Path) -> dict[str, list[dict[str, Any]]]:
    """Folder -> rows, by their ids."""
    folders = [(name, pq.ParquetDataset(out / name).read().to_pylist()) for name in ("data", "duplicates")]
    return {name: sorted(found, key=lambda row: str(row["id"])) for name, found in folders}


def test_the_same_rows_as_of_many_files(of_one_file: Path, files: list[Path], tmp_path: Path) -> None:
    build.run([str(path) for path in files], tmp_path / "set", Options())
    assert rows(of_one_file) == rows(tmp_path / "set")
    refused = [json.loads((out / "manifest.json").read_bytes())["refused"] for out in (of_one_file, tmp_path / "set")]
    assert refused[0] == refused[1] == {"bad_input": 2}


def test_two_processes_come_to_the_same_bytes(of_one_file: Path, large: Path, tmp_path: Path) -> None:
    build.run(reader(large), tmp_path / "set", Options(), jobs=2)
    assert bytes_of(tmp_path / "set") == bytes_of(of_one_file)


def test_a_file_is_told_once(of_one_file: Path, large: Path) -> None:
    manifest = json.loads((of_one_file / "manifest.json").read_bytes())
    assert manifest["inputs"] == [{"name": "all.jsonl", "bytes": large.stat().st_size}]
    read = reader(large)
    assert sum(1 for rank in range(7) for _ in read.run(None, rank, 7)) == 86 + 86 + 8 + 2
    assert read.stats.stats["input_files"].total == 1


def test_a_build_that_was_begun_without_spans_is_refused(large: Path, tmp_path: Path) -> None:
    """A version before this one wrote names and sizes."""
    build.run(reader(large), tmp_path / "set", Options(), executor=lambda *_: ["1"])
    path = tmp_path / "set" / build.WORK / "plan.json"
    plan = json.loads(path.read_bytes())
    assert plan["inputs"][0] == [
        [str(large), large.stat().st_size, large.stat().st_mtime_ns, 0, (large.stat().st_size - 1) // 6]
    ]
    with pytest.raises(BuildError, match=r"begun with other inputs \(the first: .*all.jsonl\): give"):
        build.run([str(large)], tmp_path / "set", Options())
    path.write_text(json.dumps(plan | {"inputs": [[[str(large), large.stat().st_size]]]}))
    with pytest.raises(BuildError, match=r"begun with other inputs \(the first: .*all.jsonl\): give"):
        build.run(reader(large), tmp_path / "set", Options())
