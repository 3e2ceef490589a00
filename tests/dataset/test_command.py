"""`scrapy dataset` as people type it: what it builds, what it refuses, what it says."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scrapy.exceptions import UsageError

from newscrawl.dataset.shards import read_rows
from tests.commands import run
from tests.live import ROOT

GOLDEN = ROOT / "tests" / "golden"


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What crawls of the demo and its mirror have left: the golden files, with hosts of their own again."""
    folder = tmp_path_factory.mktemp("articles")
    for name in ("demo", "demo_mirror"):
        lines = (GOLDEN / f"{name}.jsonl").read_text("utf-8").splitlines(keepends=True)
        (folder / f"{name}.jsonl").write_text(
            "".join(line.replace("//demo/", f"//{name}/", 1) for line in lines), "utf-8"
        )
    return folder


@pytest.mark.parametrize(
    ("options", "files", "rows"),
    [
        ([], ["data/train-00000.parquet", "duplicates/00000.parquet"], {"train": 86, "duplicates": 86}),
        (
            ["--split", "time=2018-09-01", "--without", "people", "--format", "jsonl", "--shard-rows", "50"],
            [
                "data/test-00000.jsonl.zst",
                "data/test-00001.jsonl.zst",
                "data/train-00000.jsonl.zst",
                "duplicates/00000.jsonl.zst",
                "duplicates/00001.jsonl.zst",
            ],
            {"train": 16, "test": 70, "duplicates": 86},
        ),
    ],
    ids=["plain", "all-options"],
)
def test_build_and_check(
    options: list[str],
    files: list[str],
    rows: dict[str, int],
    articles: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "set"
    assert run("dataset", "build", str(articles), "-o", str(out), *options) == 0
    assert capsys.readouterr().out == f"{out}: 86 articles, 86 copies of them, 0 refused\n"
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert sorted(found) == sorted([*files, "README.md", "manifest.json", "SHA256SUMS"])
    assert json.loads((out / "manifest.json").read_bytes())["rows"] == rows
    assert ("reporters" in next(read_rows(out / files[0]))) is ("--without" not in options)
    assert run("dataset", "check", str(out)) == 0


def test_the_same_articles_twice_are_there_once(articles: Path, tmp_path: Path) -> None:
    """A folder that was copied: no id stands twice, and every link leads somewhere."""
    again = tmp_path / "again.jsonl"
    again.write_bytes((articles / "demo.jsonl").read_bytes() + (articles / "demo_mirror.jsonl").read_bytes())
    out = tmp_path / "set"
    assert run("dataset", "build", str(articles), str(again), "-o", str(out)) == 0
    told = json.loads((out / "manifest.json").read_bytes())
    assert (told["rows"], told["refused"]) == ({"train": 86, "duplicates": 86}, {"repeat_url": 172})
    assert run("dataset", "check", str(out)) == 0


def test_of_a_record_that_comes_twice_the_better_told_one_is_taken(articles: Path, tmp_path: Path) -> None:
    """A crawl and what was read again from its WARC, which knows neither the site nor that it is a mirror's copy."""
    lines = [json.loads(line) for line in (articles / "demo_mirror.jsonl").read_bytes().splitlines()]
    bare = [
        {**line, "site": None, "mirror_of": None, "mirror_confidence": None, "original_url": None} for line in lines
    ]
    again = tmp_path / "again.jsonl"
    again.write_text("".join(json.dumps(line) + "\n" for line in bare))
    for number, paths in enumerate(([articles, again], [again, articles])):
        out = tmp_path / f"set-{number}"
        assert run("dataset", "build", *map(str, paths), "-o", str(out)) == 0
        rows = list(read_rows(out / "duplicates" / "00000.parquet"))
        assert {(row["site"], row["mirror_site"], bool(row["mirror_of"])) for row in rows} == {
            ("demo_mirror", "demo", True)
        }


def test_a_build_that_comes_to_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "list.html"
    page.write_text("<html><body></body></html>")
    assert run("dataset", "build", str(page), "-o", str(tmp_path / "set")) == 1
    told = "scrapy dataset: no article came out, and no data set was written: 1 refused (1 "
    assert capsys.readouterr().err.startswith(told)
    assert not (tmp_path / "set").exists()
    lines = tmp_path / "odd.jsonl"
    lines.write_text('{"doc": "a"}\n{"doc": "b"}\n')
    assert run("dataset", "build", str(lines), "-o", str(tmp_path / "set")) == 1
    why = f'2 refused (2 bad_input); the first: {lines}:1: no "html", "text" or "content"\n'
    assert capsys.readouterr().err.endswith(why)


def test_a_file_that_gives_nothing_is_named(articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd, out = tmp_path / "odd.parquet", tmp_path / "set"
    pq.write_table(pa.table({"doc": ["x"]}), odd)
    assert run("dataset", "build", str(odd), "--html", "dox", "-o", str(out)) == 1
    assert f'1 refused (1 bad_input); {odd}: column "dox" is not there' in capsys.readouterr().err
    assert run("dataset", "build", str(articles), str(odd), "-o", str(out)) == 0
    unread = json.loads((out / "manifest.json").read_bytes())["unread"]
    assert len(unread) == 1 and unread[0] in capsys.readouterr().err
    assert unread[0].endswith('odd.parquet: it has no column "html", "text" or "content" of text or bytes')


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "say what to do: build IN... -o DIR, or check DIR"),
        (["make"], "say what to do"),
        (["build", "-o", "set"], "name what to read"),
        (["build", "page.html"], "with -o the folder"),
        (["build", "http://a.example/", "-o", "set"], "is an address"),
        (["build", "page.html", "-o", "set", "--split", "time=soon"], "--split time=soon: 'soon' is no day"),
        (["build", "page.html", "-o", "set", "--split", "hash=0.9"], "--split hash=0.9: time=DAY"),
        (["check"], "check takes one folder"),
        (["check", "a", "b"], "check takes one folder"),
        (["check", "nowhere"], "nowhere holds no data set: manifest.json: No such file"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        run("dataset", *arguments)


@pytest.mark.parametrize("there", ["notes.txt", "data/train-00000.parquet", "manifest.json"])
def test_a_folder_that_holds_something_is_refused(
    there: str, articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / there
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    assert run("dataset", "build", str(articles), "-o", str(tmp_path)) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]
    assert mine.read_text() == "mine"


def test_damage_costs_what_is_damaged_and_is_named(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress((articles / "demo.jsonl").read_bytes())[:60_000])
    assert run("dataset", "build", str(cut), "-o", str(tmp_path / "set")) == 0
    told = capsys.readouterr()
    assert "scrapy dataset: " in told.err
    assert "cut.jsonl.gz" in told.err
    assert ", 1 refused" in told.out


def test_names_of_files_are_bytes_and_no_path_of_this_machine_is_told(articles: Path, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in (b"\xfe.jsonl", b"\xff.jsonl.gz"):
        lines = (articles / "demo.jsonl").read_bytes()
        path = Path(os.fsdecode(os.fsencode(pages) + b"/" + name))
        path.write_bytes(gzip.compress(lines)[:60_000] if path.suffix == ".gz" else lines)
    (tmp_path / "link").symlink_to(pages)
    assert run("dataset", "build", str(tmp_path / "link"), "-o", str(tmp_path / "set")) == 0
    told = json.loads((tmp_path / "set" / "manifest.json").read_bytes())
    assert [one["name"] for one in told["inputs"]] == ["\ufffd.jsonl", "\ufffd.jsonl.gz"]
    assert [place.partition(",")[0] for place in told["damaged"]] == ["\ufffd.jsonl.gz"]


def test_a_path_that_leads_nowhere_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("dataset", "build", str(tmp_path / "nowhere"), "-o", str(tmp_path / "set")) == 2
    assert capsys.readouterr().err == f"scrapy dataset: {tmp_path}/nowhere: No such file or directory\n"
    assert not (tmp_path / "set").exists()


def test_a_file_in_the_way_is_told(articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "set").write_text("mine")
    assert run("dataset", "build", str(articles), "-o", str(tmp_path / "set")) == 2
    assert "scrapy dataset: " in capsys.readouterr().err
    assert (tmp_path / "set").read_text() == "mine"
