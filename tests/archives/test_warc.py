"""WARC files: which records are pages, what they say, and how their bodies come out of what was sent."""

from __future__ import annotations

import gzip
import itertools
import shutil
import subprocess
import zlib
from datetime import datetime, timezone
from pathlib import Path

import brotli
import pytest

from newscrawl.bulk.packed import zstd
from tests.archives.made import Made, page, read, told, write_warc
from tests.extract_run import html_of, text_of

URL = "http://news.example/1.html"
HTML = html_of("云桥区启动春季植树活动").encode()
TYPE = ("Content-Type", "text/html")


def chunked(body: bytes) -> bytes:
    return b"".join(
        b"%x;a=b\r\n%s\r\n" % (len(body[at : at + 99]), body[at : at + 99]) for at in range(0, len(body), 99)
    )


def bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def sent(body: bytes, *headers: tuple[str, str], status: str = "200 OK", url: str = URL) -> Made:
    return Made(url, body, status=status, headers=headers)


PAGES = {
    "plain": sent(HTML, TYPE),
    "no type": sent(HTML),
    "a type that says nothing": sent(HTML, ("Content-Type", "application/octet-stream")),
    "chunked": sent(chunked(HTML) + b"0\r\n\r\n", TYPE, ("Transfer-Encoding", "chunked")),
    "said to be chunked": sent(HTML, TYPE, ("Transfer-Encoding", "chunked")),
    "gzip": sent(gzip.compress(HTML), TYPE, ("Content-Encoding", "gzip")),
    "gzip in chunks": sent(
        chunked(gzip.compress(HTML)) + b"0\r\n\r\n",
        TYPE,
        ("content-encoding", "GZIP"),
        ("transfer-encoding", "chunked"),
    ),
    "said to be gzip": sent(HTML, TYPE, ("Content-Encoding", "gzip")),
    "deflate": sent(zlib.compress(HTML), TYPE, ("Content-Encoding", "deflate")),
    "bare deflate": sent(bare(HTML), TYPE, ("Content-Encoding", "deflate")),
    "said to be deflate": sent(HTML, TYPE, ("Content-Encoding", "deflate")),
    "brotli": sent(brotli.compress(HTML), TYPE, ("Content-Encoding", "br")),
    "said to be brotli": sent(HTML, TYPE, ("Content-Encoding", "br")),
    "zstd": sent(zstd.compress(HTML), TYPE, ("Content-Encoding", "zstd")),
    "twice": sent(zlib.compress(gzip.compress(HTML)), TYPE, ("Content-Encoding", "gzip, deflate")),
    "resource": Made(URL, HTML, kind="resource"),
    "brackets": sent(HTML, TYPE, url=f"<{URL}>"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_comes_out_as_it_was_served(tmp_path: Path, name: str) -> None:
    [source] = read(tmp_path / "a.warc", write_warc([PAGES[name]])[0])
    assert (source.refused, source.error, source.name) == (None, None, URL)
    assert (source.page.body, source.page.url) == (HTML, URL)
    assert source.fetched_at == datetime(2019, 3, 4, 5, 6, 7, tzinfo=timezone.utc)
    assert source.status == (200 if PAGES[name].kind == "response" else None)


DATES = {
    "2019-03-04T05:06:07.1234567Z": datetime(2019, 3, 4, 5, 6, 7, 123456, tzinfo=timezone.utc),
    "2019-03-04": datetime(2019, 3, 4, tzinfo=timezone.utc),
    "2019": datetime(2019, 1, 1, tzinfo=timezone.utc),
    "2019-13": None,
    "yesterday": None,
}


@pytest.mark.parametrize("date", DATES)
def test_when_a_page_was_fetched(tmp_path: Path, date: str) -> None:
    [source] = read(tmp_path / "a.warc", write_warc([Made(URL, HTML, warc={"WARC-Date": date})])[0])
    assert source.fetched_at == DATES[date]


PASSED_OVER = {
    "image": sent(b"\x89PNG\r\n", ("Content-Type", "image/png")),
    "style": sent(b"p {}", ("Content-Type", "text/css")),
    "json": sent(b"{}", ("Content-Type", "application/json")),
    "robots": sent(b"User-agent: *", ("Content-Type", "text/plain"), url="http://news.example/robots.txt"),
    "error page for an icon": sent(HTML, TYPE, status="404 Not Found", url="http://news.example/favicon.ico"),
    "redirect": sent(HTML, TYPE, ("Location", "/2"), status="302 Found"),
    "bytes of no known type": sent(b"\0\1\2\3" * 99),
    "request": Made(URL, b"GET / HTTP/1.1\r\n\r\n", kind="request"),
    "metadata": Made(URL, b"via: http://news.example/", kind="metadata"),
    "revisit": Made(URL, b"", kind="revisit"),
    "warcinfo": Made("", b"software: x", kind="warcinfo"),
    "image as resource": Made(URL, b"\x89PNG", kind="resource", headers=[("Content-Type", "image/png")]),
    "dns": Made(
        "dns:news.example", b"news.example. 1 IN A 127.0.0.1", kind="resource", headers=[("Content-Type", "text/dns")]
    ),
}


def test_what_is_no_page_is_passed_over_without_a_word(tmp_path: Path) -> None:
    data, _ = write_warc([page(1), *PASSED_OVER.values(), page(2)])
    assert told(read(tmp_path / "a.warc", data)) == ["http://news.example/1.html", "http://news.example/2.html"]


REFUSED = {
    "http_error": sent(HTML, TYPE, status="404 Not Found"),
    "truncated": sent(chunked(HTML), TYPE, ("Transfer-Encoding", "chunked")),
    "truncated gzip": sent(gzip.compress(HTML)[:-9], TYPE, ("Content-Encoding", "gzip")),
    "truncated brotli": sent(brotli.compress(HTML)[:-9], TYPE, ("Content-Encoding", "br")),
    "truncated zstd": sent(zstd.compress(HTML)[:-9], TYPE, ("Content-Encoding", "zstd")),
    "truncated by the crawler": Made(URL, HTML, warc={"WARC-Truncated": "length"}),
    "bad_answer": sent(b"\x1f\x8b\x08" + b"\xff" * 99, TYPE, ("Content-Encoding", "gzip")),
    "too_large": sent(b"<html>" + b" " * (50 << 20), TYPE),
    "too_large unpacked": sent(gzip.compress(b" " * (9 << 20)), TYPE, ("Content-Encoding", "gzip")),
    "too_large head": sent(HTML, TYPE, ("X", "y" * (1 << 17))),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_page_that_cannot_be_had_is_refused_by_name(tmp_path: Path, name: str) -> None:
    data, _ = write_warc([page(1), REFUSED[name], page(2)], gzip=True)
    first, refused, last = read(tmp_path / "a.warc.gz", data)
    assert told([first, last]) == ["http://news.example/1.html", "http://news.example/2.html"]
    assert refused.refused and (refused.name, refused.refused.reason) == (URL, name.split(maxsplit=1)[0])
    assert refused.status in (None, 200, 404)


def test_flattened_text_of_a_wet_file(tmp_path: Path) -> None:
    wet = Made(URL, text_of("云桥区启动春季植树活动").encode(), "conversion", headers=[("Content-Type", "text/plain")])
    [source] = read(tmp_path / "a.warc.wet.gz", write_warc([wet], gzip=True)[0])
    assert source.page.flat and source.page.text == text_of("云桥区启动春季植树活动")


@pytest.mark.parametrize("name", ["a.warc", "a.bin", "pages", "a.warc.gz"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress], ids=["plain", "gzip", "zstd"])
def test_a_warc_is_known_by_its_bytes(tmp_path: Path, name: str, pack: type[bytes]) -> None:
    data, _ = write_warc([page(1), page(2)])
    assert len(read(tmp_path / name, pack(data))) == 2


@pytest.mark.parametrize("command", ["gzip", "zstd"])
def test_files_packed_by_the_command(tmp_path: Path, command: str) -> None:
    if not shutil.which(command):
        pytest.skip(f"{command} is not installed")
    (tmp_path / "a.warc").write_bytes(write_warc([page(number) for number in range(30)])[0])
    ending = {"gzip": ".gz", "zstd": ".zst"}[command]
    subprocess.run([command, "-q", str(tmp_path / "a.warc")], check=True)
    assert len(read(tmp_path / f"a.warc{ending}")) == 30


@pytest.mark.parametrize("packed", [True, False])
def test_zstd_with_a_dictionary_in_its_first_frame(tmp_path: Path, packed: bool) -> None:
    """As ArchiveTeam's files have it."""
    data, begins = write_warc([page(number) for number in range(30)])
    records = [data[begin:end] for begin, end in itertools.pairwise(begins)]
    dictionary = zstd.train_dict(records * 9, 4096)
    kept = zstd.compress(dictionary.dict_content) if packed else dictionary.dict_content
    frame = b"\x5d\x2a\x4d\x18" + len(kept).to_bytes(4, "little") + kept
    frames = [zstd.compress(record, zstd_dict=dictionary) for record in records]
    assert len(read(tmp_path / "a.warc.zst", frame + b"".join(frames))) == 30


def test_an_arc_file_is_named(tmp_path: Path) -> None:
    arc = b"filedesc://a.arc 0.0.0.0 20050101000000 text/plain 76\n1 0 Org\n"
    for data, name in ((arc, "a.arc"), (gzip.compress(arc), "a.arc.gz"), (gzip.compress(arc), "b.warc.gz")):
        [source] = read(tmp_path / name, data)
        assert source.error and "is an ARC file" in source.error and "warcio recompress" in source.error
