"""A finished data set: whole or named, killed and gone on with, checked by us and by sha256sum."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scrapy.exceptions import UsageError

from newscrawl.bulk.packed import packed
from newscrawl.dataset import manifest
from newscrawl.dataset.check import check
from newscrawl.dataset.check_links import check_links
from newscrawl.dataset.finish import EmptyError, finish, why_empty
from newscrawl.dataset.manifest import File
from newscrawl.dataset.options import Options
from newscrawl.dataset.parts import to_bytes
from newscrawl.dataset.shards import read_rows, sha256_of
from newscrawl.dataset.splits import parse
from tests.commands import run
from tests.dataset.parts import build, golden, mirrored, write

OPTIONS = Options(split=parse("hash=0.6,0.4"), shard_rows=40)
TRAIN, COPIES = "data/train-00000.parquet", "duplicates/00000.parquet"


@pytest.fixture(scope="module", params=["parquet", "jsonl"])
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set that is whole, without its folder of work."""
    return _finished(tmp_path_factory.mktemp("whole"), Options(form=request.param, split=OPTIONS.split))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """One to damage."""
    return _finished(tmp_path / "set", OPTIONS)


def _finished(out: Path, options: Options) -> Path:
    records = golden()
    build(out, [records[:100], records[100:]], mirrored(records), options)
    shutil.rmtree(out / ".work")
    return out


def test_what_was_built_is_whole(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("dataset", "check", str(finished)) == 0
    assert capsys.readouterr().out == "whole\n"
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=finished, check=True, capture_output=True)


def test_manifest_tells_what_went_in_and_what_came_out(finished: Path) -> None:
    told = json.loads((finished / "manifest.json").read_bytes())
    assert told["inputs"] == [
        {"name": "b.jsonl", "bytes": 20},
        {"name": "a.jsonl", "bytes": 10},
        {"name": "more/c.jsonl", "bytes": 5},
    ]
    assert sum(told["rows"].values()) == sum(file["rows"] for file in told["files"]) == 172
    assert told["options"]["split"] == "hash=0.6,0.4"
    assert told["refused"] == {"list_page": 1}


def _flip(out: Path) -> None:
    path = out / TRAIN
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cut(out: Path) -> None:
    os.truncate(out / TRAIN, 1000)


def _rewrite(out: Path, path: str, change: Callable[[Any], Any]) -> None:
    """Change the rows of a file as somebody would who brings manifest and sums up to date."""
    table = change(pq.read_table(out / path))
    pq.write_table(table, out / path)
    told = json.loads((out / "manifest.json").read_bytes())
    for file in told["files"]:
        if file["path"] == path:
            file["sha256"] = sha256_of(out / path)
    (out / "manifest.json").write_text(json.dumps(told))
    manifest.write_sums(out, [File(**file) for file in told["files"]])


def _with(table: pa.Table, column: str, value: Any) -> pa.Table:
    """The first row's value changed."""
    at = table.schema.get_field_index(column)
    values = [value, *table[column].to_pylist()[1:]]
    return table.set_column(at, table.schema.field(at), pa.array(values, table.schema.field(at).type))


DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a-bit": (_flip, f"{TRAIN}: not what was written: its SHA-256 is"),
    "cut-off": (_cut, f"{TRAIN}: cannot be read: "),
    "file-gone": (lambda out: (out / TRAIN).unlink(), f"{TRAIN}: No such file or directory"),
    "file-more": (lambda out: (out / "data" / "x.parquet").touch(), "data/x.parquet: not in the manifest"),
    "card-edited": (lambda out: (out / "README.md").write_text("x"), "README.md: not what was written"),
    "sums-gone": (lambda out: (out / "SHA256SUMS").unlink(), "SHA256SUMS: cannot be read"),
    "sums-short": (lambda out: (out / "SHA256SUMS").write_text("x"), f"{TRAIN}: not in SHA256SUMS"),
    "row-gone": (
        lambda out: _rewrite(out, TRAIN, lambda table: table.slice(1)),
        f"{TRAIN}: 39 rows, and the manifest tells 40",
    ),
    "column-gone": (
        lambda out: _rewrite(out, TRAIN, lambda table: table.drop_columns("title")),
        f"{TRAIN}: other columns than a row has: title",
    ),
    "column-of-another-type": (
        lambda out: _rewrite(out, TRAIN, lambda t: t.set_column(3, "mirror_site", t["characters"])),
        f"{TRAIN}: column mirror_site is int64, and not string",
    ),
    "id-twice": (
        lambda out: _rewrite(out, TRAIN, lambda table: _with(table, "id", table["id"][1].as_py())),
        "1 ids come twice, such as ",
    ),
    "kept-as-nobody": (
        lambda out: _rewrite(out, COPIES, lambda table: _with(table, "kept_as", "f" * 32)),
        f"1 links kept_as do not lead to a row that is kept, such as {'f' * 32}",
    ),
    "kept-as-a-copy": (
        lambda out: _rewrite(out, COPIES, lambda table: _with(table, "kept_as", table["id"][1].as_py())),
        "1 links kept_as do not lead to a row that is kept",
    ),
    "mirror-of-nobody": (
        lambda out: _rewrite(out, COPIES, lambda table: _with(table, "mirror_of", "f" * 32)),
        "1 links mirror_of do not lead to a row",
    ),
    "kept-among-copies": (
        lambda out: _rewrite(out, COPIES, lambda table: _with(table, "kept_as", None)),
        f"1 rows of {COPIES} lack kept_as",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named(name: str, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    harm, told = DAMAGE[name]
    harm(out)
    assert run("dataset", "check", str(out)) == 1
    assert any(line.startswith(told) for line in capsys.readouterr().out.splitlines())


def test_a_cluster_in_two_splits_is_named(out: Path) -> None:
    (other,) = {one["cluster"] for one in list(read_rows(out / "data" / "test-00000.parquet"))[:1]}
    _rewrite(out, TRAIN, lambda table: _with(table, "cluster", other))
    assert list(check(out)) == [f"1 clusters are in two splits, such as {other}"]


def test_a_value_of_another_type_in_json_lines_is_named(tmp_path: Path) -> None:
    out = _finished(tmp_path, Options(form="jsonl"))
    path = out / "data" / "train-00000.jsonl.zst"
    first, *others = read_rows(path)
    with path.open("wb") as stream, packed(stream, ".zst") as lines:
        lines.writelines(to_bytes(one) for one in ({**first, "body": "text"}, *others))
    assert "data/train-00000.jsonl.zst: cannot be read: body: a list is wanted, not str" in list(check(out))


@pytest.mark.parametrize("at_once", [1, 7, 50, 1000])
def test_links_are_checked_in_as_many_passes_as_are_needed(at_once: int, out: Path) -> None:
    _rewrite(out, TRAIN, lambda table: _with(table, "id", table["id"][1].as_py()))
    _rewrite(out, COPIES, lambda table: _with(table, "mirror_of", "f" * 32))
    files = [File(**file) for file in json.loads((out / "manifest.json").read_bytes())["files"]]
    assert sorted(line.split(",")[0] for line in check_links(out, files, at_once)) == [
        "1 ids come twice",
        "1 links kept_as do not lead to a row that is kept",  # the row that lost its id stood for one
        "1 links mirror_of do not lead to a row",
    ]


def test_a_folder_without_a_data_set_is_wrong_usage(tmp_path: Path) -> None:
    for text in (None, "{}", "[]", "no JSON", '{"files": [], "options": {"without_people": 0}, "row_version": "0"}'):
        if text is not None:
            (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(UsageError, match="holds no data set"):
            run("dataset", "check", str(tmp_path))


def test_killed_at_every_step_it_comes_to_the_same(tmp_path: Path) -> None:
    """The last stage is killed -9 before it renames its first file, its second and so on, and done again."""
    whole, records = tmp_path / "whole", golden()
    work = write(whole, [records[:100], records[100:]], mirrored(records), OPTIONS)
    shutil.copytree(work, tmp_path / "work")
    finish(work, whole, OPTIONS)
    steps = len(_bytes(whole))
    assert steps >= 8
    for step in range(steps):
        out = tmp_path / f"killed-{step}"
        shutil.copytree(tmp_path / "work", out / ".work")
        assert _finished_by_a_child(out, step) == -signal.SIGKILL
        finish(out / ".work", out, OPTIONS)
        assert _bytes(out) == _bytes(whole)
    assert list(check(whole)) == []


def _finished_by_a_child(out: Path, steps: int) -> int:
    """The exit code of a child that is killed after so many renames."""
    child = os.fork()
    if not child:
        left, rename = [steps], Path.replace

        def replace(path: Path, target: Path) -> Path:
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return rename(path, target)

        Path.replace = replace  # type: ignore[method-assign,assignment]
        finish(out / ".work", out, OPTIONS)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _bytes(out: Path) -> dict[str, bytes]:
    found = (path for path in out.rglob("*") if path.is_file() and ".work" not in path.parts)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


def test_nothing_that_came_out_is_told(tmp_path: Path) -> None:
    with pytest.raises(EmptyError, match=r"no article came out: 1 refused \(1 list_page\)"):
        build(tmp_path, [[], []])
    assert why_empty(tmp_path / ".work") == "1 refused (1 list_page); the first: http://a.example/: list_page"
    assert not (tmp_path / "README.md").exists()
