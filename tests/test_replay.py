"""REPLAY=...: a crawl of the demo and its mirror, and the same fed from what it kept, with nobody there to ask."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from scrapy.settings import Settings

from newscrawl.crawl.warc.settings import check_replay, replayed_files
from newscrawl.demo.answer import Answer
from newscrawl.demo.server import serving
from tests import warcs
from tests.golden.make import crawl, read_lines
from tests.live import Site, command, html, outcome
from tests.test_warc import run
from tests.torture.crawls import free_port

SITES = ("demo", "demo_mirror")


class Both(NamedTuple):
    """What the crawl and its replay printed and left, and what the sites were asked for meanwhile."""

    crawled: subprocess.CompletedProcess[str]
    first: Path
    replayed: subprocess.CompletedProcess[str]
    again: Path
    asked: list[str]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    folder, asked = tmp_path_factory.mktemp("replay"), list[str]()
    first, again = folder / "first", folder / "again"
    portal, mirror = free_port(), free_port()
    ports = ["-s", f"DEMO_PORTAL_PORT={portal}", "-s", f"DEMO_MIRROR_PORT={mirror}"]
    crawled = crawl(first, *ports, "-s", "WARC=on", "-s", "WARC_MAX_BYTES=200000")

    def answer(path: str, at: str) -> Answer:
        asked.append(at + path)
        return Answer(status=500)

    with serving(answer, portal), serving(answer, mirror):
        replayed = crawl(again, *ports, "-s", f"REPLAY={first}/warc/*/*.warc.gz")
    return Both(crawled, first, replayed, again, asked)


def lines(output: Path, kind: str, site: str) -> list[bytes]:
    return sorted(line for path in (output / kind / site).glob("*.jsonl") for line in path.read_bytes().splitlines())


@pytest.mark.parametrize("site", SITES)
def test_records_are_the_same_bytes(site: str, both: Both) -> None:
    assert (both.crawled.returncode, both.replayed.returncode) == (0, 0), both.replayed.stderr
    articles = lines(both.first, "articles", site)
    assert len(articles) == 86
    assert lines(both.again, "articles", site) == articles


@pytest.mark.parametrize("site", SITES)
def test_refusals_are_the_same_but_for_what_never_came_whole(site: str, both: Both) -> None:
    first, again = (_reasons(output, site) for output in (both.first, both.again))
    assert first - again == Counter({"too_large": 1})
    assert again - first == Counter({"not_archived": 1})


def _reasons(output: Path, site: str) -> Counter[str]:
    found = [record for path in (output / "rejects" / site).glob("*.jsonl") for record in read_lines(path)]
    return Counter(record["reason"] for record in found)


def test_files_are_rotated_and_named_in_the_summary(both: Both) -> None:
    files = sorted((both.first / "warc" / "demo").iterdir())
    assert len(files) > 2
    stamp = files[0].name.rpartition("-")[0]
    assert [path.name for path in files] == [f"{stamp}-{number:05d}.warc.gz" for number in range(len(files))]
    assert all(f"  {path}\n" in both.crawled.stdout for path in files)
    assert not (both.again / "warc").exists()


def test_nobody_is_asked(both: Both) -> None:
    assert both.asked == []


HOST = "http://archived.example"
PAGE = html(text="江水流过小城，码头上的人都认得他。").body


def foreign(folder: Path) -> Path:
    """An archive of another tool: no robots.txt, an article of two pages, one that moved, one damaged, one cut."""
    path, front = folder / "foreign.warc", html(*(f"/t{n}.html" for n in range(1, 6))).body
    first = html("/t1_2.html", text="上").body.replace("链接".encode(), "下一页".encode())
    moved = warcs.http(b"", "301 Moved", "Location: https://archived.example/t2.html")
    places = warcs.write(
        path,
        [
            warcs.record(f"<{HOST}/>", warcs.http(front)),
            warcs.record(f"<{HOST}/t1.html>", warcs.http(first)),
            warcs.record("http://ARCHIVED.example:80/t1_2.html", warcs.http(PAGE)),
            warcs.record(f"{HOST}/t2.html", moved),
            warcs.record("https://archived.example/t2.html", warcs.http(PAGE), at="2020-02-02T02:02:02Z"),
            warcs.record(f"{HOST}/t3.html", warcs.http(PAGE)),
            warcs.record(f"{HOST}/t4.html", warcs.http(PAGE[:9]), WARC_Truncated="disconnect"),
            warcs.record(f"{HOST}/t5.html", warcs.http(b"", "503 Not Now", "Retry-After: 300")),
        ],
    )
    data = bytearray(path.read_bytes())
    data[places[5] : places[5] + 30] = bytes(30)
    path.write_bytes(data)
    return path


def test_foreign_archive(tmp_path: Path) -> None:
    line = command(Site(HOST), tmp_path, "-s", f"REPLAY={foreign(tmp_path)}")
    spider = Path(tmp_path / "spider.py")
    spider.write_text(spider.read_text().replace('"localhost"]', '"archived.example"]'))
    done = run(line)
    found = outcome(Site(HOST), tmp_path, done.stderr)
    assert found.articles.keys() == {"/t1.html", "https://archived.example/t2.html"}, done.stderr
    assert found.articles["https://archived.example/t2.html"]["fetched_at"].startswith("2020-02-02T02:02:02")
    assert {path: reason for path, (reason, _) in found.refused().items()} == {
        "/t3.html": "not_archived",
        "/t4.html": "truncated",
        "/t5.html": "http_error",
    }
    assert found.stats["newscrawl/warc/damaged"] == 1
    assert "foreign.warc, byte " in done.stderr


def settings(**changed: Any) -> Settings:
    made = Settings()
    made.setmodule("newscrawl.settings")
    made.update(changed, priority="cmdline")
    return made


def test_replay_keeps_away_from_what_crawls_write(tmp_path: Path) -> None:
    archive = tmp_path / "warc" / "x.warc.gz"
    archive.parent.mkdir()
    archive.touch()
    check_replay(settings(REPLAY=str(archive), OUTPUT_DIR=str(tmp_path / "again")))
    for wrong, told in (
        ({}, "a folder of its own"),
        ({"OUTPUT_DIR": str(tmp_path)}, "files in OUTPUT_DIR"),
        ({"OUTPUT_DIR": str(tmp_path / "again"), "WARC": "on"}, "fetches nothing"),
        ({"OUTPUT_DIR": str(tmp_path / "again"), "REPLAY": f"{tmp_path}/none*"}, "there is no file"),
    ):
        with pytest.raises(ValueError, match=told):
            check_replay(settings(**{"REPLAY": str(archive), **wrong}))


def test_files_are_named_in_several_ways(tmp_path: Path) -> None:
    for name in ("b/1.warc.gz", "b/2.warc", "b/c/3.warc.zst", "b/4.warc.gz.open", "b/notes.txt", "odd[1].warc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = replayed_files(settings(REPLAY=f"{tmp_path}/b, {tmp_path}/b/*.gz,{tmp_path}/odd[1].warc"))
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "b/1.warc.gz",
        "b/2.warc",
        "b/c/3.warc.zst",
        "odd[1].warc",
    ]
