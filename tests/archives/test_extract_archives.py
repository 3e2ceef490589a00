"""`scrapy extract` over archives, as a user runs it: processes, output, exit status, memory."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newscrawl.archives import open_sources
from newscrawl.archives.paths import expand
from newscrawl.bulk.packed import zstd
from tests.archives.hostile import bomb_record, gzip_of, write_big_page, write_big_row_group
from tests.archives.made import Made, page, write_warc
from tests.extract_run import REPOSITORY, extract, html_of, records, summary, text_of

PAGES = 40
PARQUET = 3
SIZE = 660
"""Megabytes: more than a run may take."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every form of archive, with repeats among them, a damaged member, and what is no article."""
    folder = tmp_path_factory.mktemp("archives")
    data, begins = write_warc([page(number) for number in range(PAGES)], gzip=True)
    hit = begins[20] + 400
    (folder / "a.warc.gz").write_bytes(data[:hit] + b"\0" * 40 + data[hit + 40 :])
    rows = [
        {"html": html_of(f"云桥区第{n}届灯会开幕", n), "url": f"http://lamp.example/{n}"} for n in range(1, PARQUET + 1)
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "b.parquet")
    lines = [
        {"text": text_of("云桥区第1届诗会开幕", 1), "url": "http://poem.example/1"},
        {"html": page(3).body.decode(), "url": "http://copy.example/3"},
        {"text": "", "url": "http://poem.example/2"},
        {"url": "http://news.example/1.html", "schema_version": "2", "body": []},
    ]
    (folder / "c.jsonl.zst").write_bytes(zstd.compress("\n".join(map(json.dumps, lines)).encode()))
    (folder / "d.warc").write_bytes(write_warc([page(1), Made("http://news.example/x", b"", status="404 Gone")])[0])
    (folder / "e.arc").write_bytes(b"filedesc://a.arc 0.0.0.0 20050101000000 text/plain 76\n1 0 Org\n")
    return folder


def read_all(folder: Path, out: Path, jobs: int) -> subprocess.CompletedProcess[bytes]:
    return extract(folder, "--jobs", str(jobs), "-o", out / "a.jsonl", "--rejects", out / "r.jsonl")


def test_every_number_of_processes_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    runs = [read_all(folder, tmp_path / str(jobs), jobs) for jobs in (1, 3)]
    for name in ("a.jsonl", "r.jsonl"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "3" / name).read_bytes()
    assert [run.returncode for run in runs] == [2, 2]
    assert runs[0].stderr == runs[1].stderr
    told = runs[0].stderr.decode().splitlines()
    articles = PAGES - 1 + PARQUET + 1
    assert told[2:] == [
        f"{articles + 6} read, {articles} articles, 6 refused: bad_input 1, damaged 1, empty_page 1, http_error 1, "
        "repeat_text 1, repeat_url 1"
    ]
    assert f"{folder}/a.warc.gz, byte " in told[0] and "e.arc is an ARC file" in told[1]


def test_what_comes_out(folder: Path, tmp_path: Path) -> None:
    read_all(folder, tmp_path, 2)
    found = records((tmp_path / "a.jsonl").read_bytes())
    assert [record["url"] for record in found[:3]] == [f"http://news.example/{n}.html" for n in range(3)]
    assert (found[0]["fetched_at"], found[0]["http_status"]) == ("2019-03-04T05:06:07+00:00", 200)
    refused = records((tmp_path / "r.jsonl").read_bytes())
    rejects = {record["url"]: record for record in refused}
    assert rejects["http://copy.example/3"]["detail"] == "same text as http://news.example/3.html"
    assert rejects["http://news.example/20.html"]["reason"] == "damaged"
    assert rejects["http://news.example/x"]["http_status"] == 404
    already = [record["detail"] for record in refused if record["reason"] == "bad_input"]
    assert len(already) == 1 and already[0].startswith("an article already")


@pytest.mark.parametrize(("ending", "unpack"), [("gz", gzip.decompress), ("zst", zstd.decompress)])
def test_output_is_packed_as_its_name_says(folder: Path, tmp_path: Path, ending: str, unpack: type[bytes]) -> None:
    run = extract(
        folder / "*.parquet", folder / "c*", "-o", tmp_path / f"a.{ending}", "--rejects", tmp_path / f"r.{ending}"
    )
    assert run.returncode == 0, run.stderr.decode()
    assert len(records(unpack((tmp_path / f"a.{ending}").read_bytes()))) == PARQUET + 2
    assert len(records(unpack((tmp_path / f"r.{ending}").read_bytes()))) == 2


def test_a_pattern_is_expanded_and_one_that_matches_nothing_is_an_error(folder: Path) -> None:
    run = extract(folder.parent / "**" / "*.parquet", folder / "*.none", "--html", "html", "--url", "url")
    assert run.returncode == 2
    assert f"cannot read {folder}/*.none: no file matches it" in run.stderr.decode()
    assert [record["url"] for record in records(run.stdout)] == [
        f"http://lamp.example/{n}" for n in range(1, PARQUET + 1)
    ]


def test_a_pattern_finds_each_file_once_however_links_lead_back(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "page.html").touch()
    (tmp_path / "a" / "back").symlink_to("..")
    (tmp_path / "a" / "other.html").symlink_to("page.html")
    assert expand([f"{tmp_path}/**/*.html"]) == [f"{tmp_path}/a/page.html"]


def test_parquet_in_a_pipe_is_told(folder: Path) -> None:
    run = extract("-", stdin=next(folder.glob("*.parquet")).read_bytes())
    assert run.returncode == 2
    assert "standard input is Parquet, which cannot be read from a pipe: name the file" in run.stderr.decode()


def test_standard_input_that_is_closed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert [source.error for source in open_sources(["-"])] == ["cannot read standard input: it is closed"]


def test_a_warc_on_standard_input(folder: Path) -> None:
    run = extract("-", stdin=(folder / "d.warc").read_bytes())
    assert summary(run) == "2 read, 1 articles, 1 refused: http_error 1"


def write_bombs(folder: Path) -> None:
    """`SIZE` megabytes in every form, which a run would hold if it held a record, a line or a row group whole."""
    (folder / "a.warc.gz").write_bytes(bomb_record("http://news.example/1", SIZE) + write_warc([page(1)], gzip=True)[0])
    (folder / "b.jsonl.gz").write_bytes(gzip_of(b'{"text": "', SIZE, b'"}\n{"text": "x"}\n'))
    write_big_row_group(folder / "c.parquet", SIZE * 1_000 // 60)
    write_big_page(folder / "d.parquet", SIZE)


def test_memory_stays_below_600_megabytes(tmp_path: Path) -> None:
    write_bombs(tmp_path)
    # a small process in between: what is started counts the memory of its parent for its own until it runs
    small = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=2); " + (
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-m", "scrapy", "extract", str(tmp_path)]
    env = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    run = subprocess.run(
        [sys.executable, "-c", small, *command], capture_output=True, cwd=REPOSITORY, env=env, timeout=120, check=True
    )
    assert "1 articles, 11004 refused: list_page 1, not_text 11000, too_large 3" in run.stderr.decode()
    assert int(run.stdout) / (1 if sys.platform == "darwin" else 1 / 1024) < 600 * 1024 * 1024
