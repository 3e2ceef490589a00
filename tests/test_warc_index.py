"""Which record answers an address: WARC files as others write them, and damaged ones."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from newscrawl.bulk.packed import zstd
from newscrawl.crawl.warc.files import whole_size
from newscrawl.crawl.warc.index import Index
from newscrawl.crawl.warc.reading import Answer
from tests.warcs import digest, http, record, write

URL = "http://a.example/1.html"
OLD, NEW, NEWER = "2024-01-01T00:00:00Z", "2025-01-01T00:00:00.5Z", "2026-01-01T00:00:00Z"
CHUNKED = "Transfer-Encoding: chunked"
SAME = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
UNMODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"


def index_of(*files: Path) -> tuple[Index, list[str]]:
    index, told = Index(files), []
    for _ in index.build(told.append):
        pass
    return index, told


def find(folder: Path, url: str, *records: bytes, name: str = "x.warc.gz") -> Answer | None:
    write(folder / name, records)
    index, told = index_of(folder / name)
    assert told == []
    return index.find(url)


@pytest.mark.parametrize(
    ("archived", "asked"),
    [
        pytest.param("<http://a.example/1.html>", URL, id="angle-brackets"),
        pytest.param("http://A.Example:80/1.html#top", URL, id="host-port-fragment"),
        pytest.param("https://a.example/1.html", URL, id="only-https"),
        pytest.param(URL, "https://a.example/1.html", id="only-http"),
        pytest.param("http://a.example/1.html?utm_source=x", URL, id="tracking"),
        pytest.param("http://a.example/新闻/1.html", "http://a.example/%E6%96%B0%E9%97%BB/1.html", id="chinese"),
    ],
)
@pytest.mark.parametrize("name", ["x.warc", "x.warc.gz", "x.warc.zst"])
def test_address_is_found(archived: str, asked: str, name: str, tmp_path: Path) -> None:
    found = find(tmp_path, asked, record("dns:a.example", b"x", "resource"), record(archived, http(b"page")), name=name)
    assert found
    assert (found.status, found.body) == (200, b"page")
    assert dict(found.headers)[b"Content-Type"] == b"text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("records", "status", "body"),
    [
        pytest.param([(http(b"old"), OLD), (http(b"new"), NEW), (http(b"older"), OLD)], 200, b"new", id="newest"),
        pytest.param([(http(b"old"), OLD), (http(b"gone", "404 Not Found"), NEW)], 200, b"old", id="before-404"),
        pytest.param([(http(b"", "302 Found"), OLD), (http(b"", "500 No"), NEW)], 302, b"", id="redirect"),
        pytest.param([(http(b"a", "404 No"), OLD), (http(b"b", "404 No"), NEW)], 404, b"b", id="newest-404"),
        pytest.param([(http(b"old"), OLD), (http(b"", "304 Not Modified"), NEW)], 200, b"old", id="plain-304"),
        pytest.param([(http(b"5\r\nhello\r\n0\r\n\r\n", "200 OK", CHUNKED), OLD)], 200, b"hello", id="chunks"),
        pytest.param([(http(b"hello", "200 OK", CHUNKED), OLD)], 200, b"hello", id="chunks-undone"),
        pytest.param([(b"HTTP/1.0 200\nA: 1\n\nhi", OLD)], 200, b"hi", id="bare-line-feeds"),
    ],
)  # fmt: skip
def test_best_answer(records: list[tuple[bytes, str]], status: int, body: bytes, tmp_path: Path) -> None:
    found = find(tmp_path, URL, *(record(URL, block, at=at) for block, at in records))
    assert found
    assert (found.status, found.body) == (status, body)


@pytest.mark.parametrize(
    ("headers", "body", "year"),
    [
        pytest.param({"WARC_Profile": SAME, "WARC_Payload_Digest": digest(b"two")}, b"two", 2026, id="payload"),
        pytest.param({"WARC_Profile": SAME, "WARC_Payload_Digest": digest(b"?")}, b"one", 2024, id="payload-not-here"),
        pytest.param({"WARC_Profile": UNMODIFIED}, b"one", 2024, id="not-modified"),
    ],
)
def test_revisit_falls_back(headers: dict[str, str], body: bytes, year: int, tmp_path: Path) -> None:
    status = "304 Not Modified" if headers["WARC_Profile"] == UNMODIFIED else "200 OK"
    found = find(
        tmp_path,
        URL,
        record(URL, http(b"one"), at=OLD, WARC_Payload_Digest=digest(b"one")),
        record("http://a.example/2.html", http(b"two"), at=NEW, WARC_Payload_Digest=digest(b"two")),
        record(URL, http(b"", status), "revisit", NEWER, **headers),
    )
    assert found
    assert (found.status, found.body, found.at.year) == (200, body, year)


def test_revisit_of_another_address(tmp_path: Path) -> None:
    there = "http://a.example/2.html"
    revisit = record(URL, b"", "revisit", NEW, WARC_Profile=SAME, WARC_Refers_To_Target_URI=f"<{there}>")
    found = find(tmp_path, URL, revisit, record(there, http(b"two"), at=OLD))
    assert found
    assert found.body == b"two"
    assert find(tmp_path, URL, revisit) is None


def test_resource_and_what_is_no_answer(tmp_path: Path) -> None:
    found = find(tmp_path, URL, record(URL, b"<p>page</p>", "resource"), record(URL, b"no http", at=NEWER))
    assert found
    assert (found.status, found.headers, found.body) == (200, [(b"Content-Type", b"text/html")], b"<p>page</p>")


PAGES = [record(f"http://a.example/{n}.html", http(b"%d " % n * 3000 + bytes(range(256)) * n)) for n in range(6)]


@pytest.mark.parametrize("name", ["x.warc", "x.warc.gz", "x.warc.zst"])
@pytest.mark.parametrize("harm", ["first", "head", "hole", "cut", "cut head"])
def test_damage_loses_only_the_damaged(harm: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    places = write(path, PAGES)
    data = bytearray(path.read_bytes())
    lost = {"first": 0, "cut": 5, "cut head": 5}.get(harm, 2)
    if harm == "first":
        data[:8] = bytes(8)
    elif harm == "head":
        data[places[2] : places[2] + 40] = bytes(40)
    elif harm == "hole":
        del data[places[2] + 60 : places[3] - 20]
    else:
        del data[places[5] + (90 if harm == "cut" else 7) :]
    path.write_bytes(data)
    index, told = index_of(path)
    found = [n for n in range(6) if index.find(f"http://a.example/{n}.html")]
    assert found == [n for n in range(6) if n != lost]
    assert [line.partition(": ")[0] for line in told] == [f"{path}, byte {places[lost]}"]


def test_a_chunk_that_is_cut_is_no_whole_page(tmp_path: Path) -> None:
    found = find(tmp_path, URL, record(URL, http(b"5\r\nhello\r\n9\r\nwor", "200 OK", CHUNKED)))
    assert found
    assert found.truncated


def test_zstd_with_a_dictionary(tmp_path: Path) -> None:
    path, dictionary = tmp_path / "x.warc.zst", zstd.train_dict(PAGES * 50, 4096).dict_content
    frames = [zstd.compress(page, zstd_dict=zstd.ZstdDict(dictionary)) for page in PAGES]
    path.write_bytes(b"\x5d\x2a\x4d\x18" + len(dictionary).to_bytes(4, "little") + dictionary + b"".join(frames))
    index, told = index_of(path)
    assert told == []
    assert all(index.find(f"http://a.example/{n}.html") for n in range(6))


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("yesterday", None),
        ("0000-00-00T00:00:00Z", None),
        ("", None),
        ("2024-05", "2024-05-01"),
        ("2024", "2024-01-01"),
    ],
)
def test_odd_date_loses_one_record_at_most(date: str, day: str | None, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    write(path, [record(URL, http(b"odd"), at=date), record("http://a.example/2.html", http(b"two"))])
    index, told = index_of(path)
    assert index.find("http://a.example/2.html")
    found = index.find(URL)
    assert (found.at.date().isoformat() if found else None) == day
    assert len(told) == (day is None)


@pytest.mark.parametrize("size", [1 << 16, (1 << 16) + 1, 30 << 20])
def test_end_of_a_bomb_is_found_in_little_memory(size: int, tmp_path: Path) -> None:
    path, bomb = tmp_path / "x.warc.gz", gzip.compress(bytes(size), mtime=0)
    path.write_bytes(bomb + bomb + bomb[:-1])
    tracemalloc.start()
    assert whole_size(path) == 2 * len(bomb)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()


def test_digest_tells_of_a_changed_byte(tmp_path: Path) -> None:
    path, block = tmp_path / "x.warc", http(b"page")
    write(path, [record(URL, block, at=OLD), record(URL, block, at=NEW, WARC_Block_Digest=digest(b"other"))])
    index, told = index_of(path)
    found = index.find(URL)
    assert found
    assert found.at.year == 2024
    assert len(told) == 1


def test_what_is_no_warc_is_named(tmp_path: Path) -> None:
    one, other, empty = tmp_path / "one.warc.gz", tmp_path / "other.warc", tmp_path / "empty.warc.gz"
    one.write_bytes(gzip.compress(b"".join(PAGES)))
    other.write_bytes(b"<html>no archive</html>" * 100)
    empty.touch()
    index, told = index_of(one, other, empty)
    assert ["recompress" in line for line in told] == [True, False]
    assert str(other) in told[1]
    assert index.addresses() <= 1
