"""WARC=on: what a crawl keeps of what it fetched, as other people's tools read it; killed crawls and full disks."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator

from newscrawl.demo.large import LargePortal
from newscrawl.demo.server import serving
from tests import warcs
from tests.live import ROOT, Reply, Site, command, html, outcome, packed, portal, redirect, robots, served
from tests.torture.crawls import crash, large, read_output, scrapy

SECRET = "do-not-tell"
TAGGED = {"Content-Type": "text/html", "ETag": '"1"', "Set-Cookie": "visitor=9"}
NOISE = random.Random(7)


def site_pages() -> dict[str, Any]:
    """A site with all that an exchange can be."""
    return {
        **portal(range(1, 9)),
        "/robots.txt": robots("User-agent: *\nDisallow: /no/"),
        "/t2.html": redirect("/t20.html"),
        "/t20.html": html(text="搬到了这里"),
        "/t3.html": lambda times: Reply(status=500) if times == 0 else html(text="第二次才答复"),
        "/t4.html": packed(warcs.gzipped("<p>压缩的页面</p>".encode())),
        "/t5.html": Reply(b"<p>half", claim=100),
        "/t6.html": lambda times: Reply(b"<p>tag</p>", headers=TAGGED) if times == 0 else Reply(status=304),
        "/t7.html": Reply(b"gone", status=404),
        "/t8.html": Reply(b"x" * 600_000),
    }


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, list[Path], dict[str, Any]]:
    """Two crawls of a site, the second of them for corrections: the site, the WARC files, the record of the first."""
    folder = tmp_path_factory.mktemp("kept")
    secret = json.dumps({"Authorization": SECRET, "Cookie": SECRET, "X-Kept": "yes"})
    options = ["-s", "WARC=on", "-s", f"DEFAULT_REQUEST_HEADERS={secret}", "-s", "RETRY_TIMES=1"]
    with served(site_pages()) as site:
        run(command(site, folder, *options, "--record", str(folder / "record")))
        run(command(site, folder, *options, "-s", "REVISIT_DAYS=0", "-s", "WARC_MAX_BYTES=10000"))
    return (
        site,
        sorted((folder / "output" / "warc" / "testsite").iterdir()),
        json.loads((folder / "record").read_text()),
    )


def run(arguments: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False, **options)


def _of(files: list[Path], kind: str) -> list[tuple[dict[str, str], Any, bytes]]:
    return [one for path in files for one in warcs.read(path) if one[0]["WARC-Type"] == kind]


def test_others_tools_find_the_files_right(kept: tuple[Site, list[Path], Any]) -> None:
    _, files, record = kept
    assert len(files) == 2
    assert record["files"]["warc"] == [str(files[0])]
    checked = run([sys.executable, "-m", "warcio.cli", "check", *map(str, files)])
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr
    for path in files:
        ids = [one[0]["WARC-Record-ID"] for one in warcs.read(path)]
        quick = list(ArchiveIterator(str(path), verify_digests=True))
        assert [f"<{one.record_id}>" if "<" not in one.record_id else one.record_id for one in quick] == ids
        assert len(set(ids)) == len(ids)
        places = [one.stream_pos for one in quick]
        assert len(set(places)) == len(places), "a gzip member a record"


def test_every_exchange_is_there_and_pairs_up(kept: tuple[Site, list[Path], Any]) -> None:
    site, files, _ = kept
    failed = {"/t5.html", "/t8.html"}
    arrived = Counter(site.base + arrival.path for arrival in site.arrivals if arrival.path not in failed)
    answers = [*_of(files, "response"), *_of(files, "revisit")]
    requests = _of(files, "request")
    for records in (answers, requests):
        assert Counter(headers["WARC-Target-URI"] for headers, *_ in records) == arrived
    pairs = {headers["WARC-Concurrent-To"]: headers for headers, *_ in requests}
    for headers, *_ in answers:
        request = pairs.pop(headers["WARC-Record-ID"])
        assert {request[name] == headers[name] for name in ("WARC-Target-URI", "WARC-Date", "WARC-IP-Address")} == {
            True
        }
    assert pairs == {}


def test_first_record_says_who_wrote_the_file(kept: tuple[Site, list[Path], Any]) -> None:
    for path in kept[1]:
        first, *others = warcs.read(path)
        assert first[0]["WARC-Type"] == "warcinfo"
        assert first[0]["WARC-Filename"] == path.name
        told = dict(line.split(": ", 1) for line in first[2].decode().splitlines())
        assert told["software"].startswith("newscrawl/")
        assert told["robots"] == "obey"
        assert told.keys() == {"software", "format", "conformsTo", "robots", "http-header-user-agent"}
        assert {one[0]["WARC-Warcinfo-ID"] for one in others} == {first[0]["WARC-Record-ID"]}


def test_requests_tell_no_secrets(kept: tuple[Site, list[Path], Any]) -> None:
    for _, http, _ in _of(kept[1], "request"):
        assert http.get_header("X-Kept") == "yes"
        assert http.get_header("Host")
    assert SECRET.encode() not in b"".join(map(warcs.packed_again, kept[1]))


def test_answers_are_as_they_were_sent(kept: tuple[Site, list[Path], Any]) -> None:
    site, files, _ = kept
    found = _of(files[:1], "response")
    answers = {one[0]["WARC-Target-URI"].removeprefix(site.base): one for one in found}
    _, http, body = answers["/t4.html"]
    assert (http.get_header("Content-Encoding"), body) == ("gzip", site_pages()["/t4.html"].body)
    assert answers["/t6.html"][1].get_header("Set-Cookie") == "visitor=9"
    assert answers["/t2.html"][1].get_header("Location") == "/t20.html"
    statuses = {path: one[1].get_statuscode() for path, one in answers.items()}
    assert (statuses["/t2.html"], statuses["/t3.html"], statuses["/t7.html"]) == ("302", "200", "404")


def test_not_modified_is_a_revisit(kept: tuple[Site, list[Path], Any]) -> None:
    site, files, _ = kept
    ((headers, http, _),) = _of(files, "revisit")
    assert headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert headers["WARC-Refers-To-Target-URI"] == f"{site.base}/t6.html"
    assert headers["WARC-Etag"] == '"1"'
    assert http.get_statuscode() == "304"


def test_chunks_are_undone_and_told(tmp_path: Path) -> None:
    page = b"HTTP/1.1 200 OK\r\nX-Name: \xe4\xb8\xad\r\nTRANSFER-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    with warcs.raw_server(page) as base:
        run(command(Site(base), tmp_path, "-s", "WARC=on", "-s", "ROBOTSTXT_OBEY=False"))
    (path,) = (tmp_path / "output" / "warc" / "testsite").iterdir()
    ((_, _, body),) = _of([path], "response")
    assert body == b"hello"
    head = b"X-Name: \xe4\xb8\xad\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello"
    assert b"HTTP/1.1 200 OK\r\n" + head in warcs.packed_again(path)


def test_wrong_setting_ends_the_run_by_name(tmp_path: Path) -> None:
    done = scrapy("crawl", "demo", "-s", "WARC=maybe", "-s", f"OUTPUT_DIR={tmp_path}", "-s", "DEMO_PORTAL_PORT=0")
    assert done.returncode == 1
    assert "WARC must be on or off, not 'maybe'" in done.stderr
    assert "'finish_reason': 'wrong_setting'" in done.stderr


@pytest.mark.parametrize(("point", "times"), [("half an exchange", 40), ("line behind its page", 20)])
def test_killed_run_leaves_whole_files_and_no_article_without_its_page(point: str, times: int, tmp_path: Path) -> None:
    articles = LargePortal(60)
    with serving(articles.answer) as at:
        killed = crash(point, times, *large(at, tmp_path, "-s", "WARC=on"))
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert [path.name for path in (tmp_path / "warc" / "large").iterdir() if path.suffix == ".open"]
        done = scrapy(*large(at, tmp_path, "-s", "WARC=on"))
        assert done.returncode == 0, done.stderr
        expected = {at + articles.path(number) for number in range(60)}
    assert read_output(tmp_path, "large").harm(expected) == {"lost": 0, "doubled": 0, "torn": 0}
    files = sorted((tmp_path / "warc" / "large").iterdir())
    assert len(files) == 2
    assert expected <= {headers["WARC-Target-URI"] for headers, *_ in _of(files, "response")}


def test_full_disk_ends_the_run_in_order(tmp_path: Path) -> None:
    """No file may grow beyond a megabyte, which is the WARC file's to reach first."""
    body = [html(text=NOISE.randbytes(50_000).hex()).body for _ in range(41)]
    # slow enough that articles are kept, each second, before the disk is full
    pages = portal(range(1, 41), lambda path: Reply(body.pop(), delay=0.3))
    with served(pages) as site:
        line = command(site, tmp_path, "-s", "WARC=on")
        run(["bash", "-c", 'ulimit -f 1024; exec "$@"', "bash", *line, "--record", str(tmp_path / "record")])
        full = outcome(site, tmp_path, "")
        run(line)
        whole = outcome(site, tmp_path, "")
    assert json.loads((tmp_path / "record").read_text())["finish_reason"] == "output_unwritable"
    files = sorted((tmp_path / "output" / "warc" / "testsite").iterdir())
    first = {headers["WARC-Target-URI"] for headers, *_ in _of(files[:1], "response")}
    assert 0 < len(full.articles) < 40
    assert {site.base + path for path in full.articles} <= first
    assert len(whole.articles) == 40
