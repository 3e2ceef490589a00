"""Spans of a file: together they give what the whole file gives, wherever it is cut."""

from __future__ import annotations

import random
import zlib
from datetime import datetime, timezone
from io import BytesIO
from itertools import accumulate
from pathlib import Path

import fastwarc
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newscrawl.archives import Source, Span, can_be_cut, make_spans, open_span
from newscrawl.archives.records import MOST_BLOCK, read_records
from newscrawl.archives.spans import SURE, records_in
from newscrawl.bulk.packed import zstd
from newscrawl.crawl.warc.exchange import Exchange, records, warcinfo
from newscrawl.page import MAX_BYTES
from tests.archives.made import page, read, write_warc
from tests.warcs import gzipped, http, record

LINES = [f'{{"text": "第{number}行", "url": "http://a.example/{number}"}}'.encode() for number in range(5)]
JSON_LINES = {
    "lines": b"\n".join(LINES) + b"\n",
    "no line end at the end": b"\n".join(LINES),
    "CRLF": b"\r\n".join(LINES) + b"\r\n",
    "a BOM": b"\xef\xbb\xbf" + b"\n".join(LINES),
    "empty lines": b"\n\n" + b"\n\n \n".join(LINES) + b"\n\n\n",
    "a line that is none": b"\n".join([*LINES[:2], b'{"text": "broken', *LINES[2:]]),
    "one line": LINES[0],
    "nothing but line ends": b"\n" * 9,
    "empty": b"",
}
PAGES = [gzipped(record(f"http://a.example/{number}", http(b"<p>%d</p>" % number))) for number in range(6)]
BEGINS = [0, *accumulate(map(len, PAGES))]
SOUND = b"".join(PAGES)
PLAIN = b"".join(map(zlib.decompress, PAGES, [31] * len(PAGES)))
SMALL = len(PAGES[0]) * 3 // 2
"""Bytes of records that are taken for sure where files have a kilobyte."""


def by_fastwarc(data: bytes) -> bytes:
    out = BytesIO()
    for one in fastwarc.ArchiveIterator(BytesIO(data), parse_http=False):
        with fastwarc.GzipWriter(out) as writer:
            one.write(writer)
    return out.getvalue()


WARCS = {
    "by hand": SOUND,
    "by warcio": write_warc([page(number) for number in range(4)], gzip=True)[0],
    "by fastwarc": by_fastwarc(SOUND),
    "one member": gzipped(PLAIN),
    "two records a member": b"".join(gzipped(PLAIN[at:to]) for at, to in ((0, 610), (610, len(PLAIN)))),
    "records across members": b"".join(gzipped(PLAIN[at : at + 100]) for at in range(0, len(PLAIN), 100)),
    "zeros between members": (b"\0" * 40).join(PAGES),
    "bytes between members": b"none of it".join(PAGES),
    "damaged in the middle": SOUND[: BEGINS[3] + 60] + b"\0" * 20 + SOUND[BEGINS[3] + 80 :],
    "a checksum": SOUND[: BEGINS[3] - 6] + b"\0" + SOUND[BEGINS[3] - 5 :],
    "a hole": SOUND[: BEGINS[2] + 50] + SOUND[BEGINS[3] + 50 :],
    "cut off": SOUND[:-20],
    "a member that is no record": b"".join([*PAGES[:3], gzipped(b"no record"), *PAGES[3:]]),
    "empty": b"",
}


def cut(path: Path, most: int) -> list[Source]:
    """What the spans of a file give, in their order."""
    return [one for span in make_spans(path.stat().st_size, most) for one in open_span(str(path), span)]


def shown(sources: list[Source]) -> list[object]:
    """What is compared of sources: all but the places."""
    return [(one.page.text, one.page.body, one.refused and one.refused.reason, one.error) for one in sources]


@pytest.mark.parametrize("name", JSON_LINES)
def test_spans_of_lines(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.jsonl"
    whole = shown(read(path, JSON_LINES[name]))
    for most in range(1, len(JSON_LINES[name]) + 2):
        assert shown(cut(path, most)) == whole, most


def test_lines_tell_their_places(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(LINES))
    begin = len(LINES[0]) + 1
    places = [one.place for span in (Span(0, begin), Span(begin)) for one in open_span(str(path), span)]
    assert places == [f"{path}:1", *(f"{path}, behind byte {begin}, line {number}" for number in (1, 2, 3, 4))]


def test_a_line_longer_than_spans_and_than_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    whole = shown(read(path, b"\n".join([LINES[0], b'{"text": "' + b"x" * (MAX_BYTES + 99), LINES[1]])))
    assert [one[2] for one in whole] == [None, "too_large", None]  # type: ignore[index]
    for most in (1_000_003, 1 << 20, 5 << 20):
        assert shown(cut(path, most)) == whole


@pytest.mark.parametrize("name", WARCS)
@pytest.mark.parametrize("sure", [SMALL, SURE])
def test_spans_of_warc_records(name: str, sure: int) -> None:
    data = WARCS[name]
    whole = list(read_records(BytesIO(data), "gzip"))
    assert len(whole) > 3 or not data
    for at in range(len(data) + 1):
        for span in (Span(0, at), Span(at)):
            assert list(records_in(BytesIO(data), span, sure)) == [one for one in whole if span.owns(one.start)], span


@pytest.mark.parametrize("name", ["by hand", "one member", "damaged in the middle"])
def test_spans_of_warc_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.warc.gz"
    whole = read(path, WARCS[name])
    for most in range(1, len(WARCS[name]) + 2):
        found = cut(path, most)
        assert (shown(found), [one.place for one in found]) == (shown(whole), [one.place for one in whole]), most


def stored(data: bytes) -> bytes:
    """A gzip member that holds the bytes as they are, in blocks of deflate of 65,535 bytes at most."""
    packer = zlib.compressobj(0, wbits=31)
    return packer.compress(data) + packer.flush()


NOISE = random.Random(1)


def noisy(number: int, host: str, size: int = 2000) -> bytes:
    """A member with a page that no packer makes smaller."""
    return gzipped(record(f"http://{host}.example/{number}", http(NOISE.randbytes(size))))


INNER = b"".join(noisy(number, "inner") for number in range(100))
"""200 KB of a WARC file, which is a page of another one."""
AROUND = [b"".join(noisy(number, "outer") for number in numbers) for numbers in (range(50), range(50, 100))]


def test_members_inside_a_page_are_none_of_the_files() -> None:
    """They stand in the file as they are, each whole, but no run of them is longer than a block of deflate."""
    outer = stored(record("http://outer.example/a.warc.gz", http(INNER)))
    data = AROUND[0] + outer + AROUND[1]
    whole = list(read_records(BytesIO(data), "gzip"))
    assert sum(inner in data for inner in INNER.split(b"\x1f\x8b\x08")) > 50
    begin = len(AROUND[0])
    invented = 0
    for at in range(begin - 3000, begin + len(outer) + 3000, 1709):
        assert list(records_in(BytesIO(data), Span(at), 65_536)) == [one for one in whole if one.start >= at], at
        invented += list(records_in(BytesIO(data), Span(at), 3000)) != [one for one in whole if one.start >= at]
    assert invented > 20, "this file deceives who is sure too soon"


def test_what_is_sure_is_more_than_a_page_and_a_block() -> None:
    assert max(MOST_BLOCK, MAX_BYTES, 65_535) < SURE


def rows(numbers: range) -> pa.Table:
    return pa.table(
        {"text": [f"第{one}行" * 20 for one in numbers], "url": [f"http://a.example/{one}" for one in numbers]}
    )


def write_parquet(path: Path) -> list[int]:
    """A file of four row groups; where each begins."""
    with pq.ParquetWriter(path, rows(range(1)).schema) as writer:
        for start in range(0, 20, 5):
            writer.write_table(rows(range(start, start + 5)))
    metadata = pq.ParquetFile(path).metadata
    return [metadata.row_group(number).column(0).dictionary_page_offset for number in range(4)]


def damage(path: Path, at: int) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:at] + b"\xff" * 30 + data[at + 30 :])


@pytest.mark.parametrize("name", ["sound", "a row group", "the footer", "no column"])
def test_spans_of_parquet(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.parquet"
    begins = write_parquet(path)
    if name == "no column":
        pq.write_table(pa.table({"number": [1, 2, 3]}), path)
    elif name != "sound":
        damage(path, begins[2] if name == "a row group" else path.stat().st_size - 60)
    whole = read(path)
    assert len(whole) == {"sound": 20, "a row group": 16}.get(name, 1)
    size = path.stat().st_size
    borders = {*range(1, size, 101), *(begin + by for begin in begins for by in (-1, 0, 1) if begin + by < size)}
    for spans in ([Span(0, at), Span(at)] for at in borders):
        found = [one for span in spans for one in open_span(str(path), span)]
        assert (shown(found), [one.place for one in found]) == (shown(whole), [one.place for one in whole]), spans


CUT = {
    "a.jsonl": (JSON_LINES["lines"], True),
    "lines": (JSON_LINES["lines"], True),
    "a.jsonl.gz": (gzipped(JSON_LINES["lines"]), False),
    "a.jsonl.zst": (zstd.compress(JSON_LINES["lines"]), False),
    "a.warc.gz": (SOUND, True),
    "fastwarc.warc.gz": (WARCS["by fastwarc"], True),
    "warcio.warc.gz": (WARCS["by warcio"], True),
    "one-member.warc.gz": (WARCS["one member"], False),
    "blocks.warc.gz": (WARCS["records across members"], False),
    "a.warc": (PLAIN, False),
    "a.warc.zst": (b"".join(zstd.compress(one) for one in (PLAIN, PLAIN)), False),
    "a.html": (b"<html><p>1</p></html>" * 40, False),
    "a.txt": (b"text\n" * 99, False),
    "not-there": (None, False),
}


@pytest.mark.parametrize("name", CUT)
def test_what_can_be_cut_and_that_spans_of_all_else_give_it_once(tmp_path: Path, name: str) -> None:
    data, expected = CUT[name]
    path = tmp_path / name
    if data is None:
        assert not can_be_cut(str(path))
        return
    whole = read(path, data)
    assert can_be_cut(str(path)) == expected
    assert whole
    assert shown(cut(path, len(data) // 3)) == shown(whole)


def test_what_our_crawls_keep_can_be_cut(tmp_path: Path) -> None:
    exchange = Exchange(
        url="http://a.example/",
        at=datetime.now(timezone.utc),
        sent=b"GET / HTTP/1.1\r\n\r\n",
        status=200,
        body=b"<p>1</p>",
        head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    )
    identity, info = warcinfo("a.warc.gz", {"software": "newscrawl"})
    path = tmp_path / "a.warc.gz"
    whole = read(path, info + records(exchange, identity) * 3)
    assert can_be_cut(str(path))
    assert len(whole) == 3
    assert shown(cut(path, 100)) == shown(whole)
