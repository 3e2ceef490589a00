"""Sound files are read as fastwarc and warcio read them; behind damage only ours reads on, which is why it is there."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO

import fastwarc
import pytest
from warcio import archiveiterator
from warcio.exceptions import ArchiveLoadFailed

from newscrawl.archives.members import packing
from newscrawl.archives.records import Record, read_records
from newscrawl.bulk.packed import zstd
from tests.archives.made import Made, page, write_warc
from tests.archives.test_damage import HIT, ONE_LOST
from tests.warcs import gzipped

Read = tuple[str | None, str | None, bytes]
"""Kind, address and block of a record."""

MIXED = [
    page(0),
    Made("http://news.example/0.html", b"GET / HTTP/1.1\r\n\r\n", kind="request"),
    Made("", b"software: x", kind="warcinfo"),
    Made("http://news.example/empty", b"", kind="resource"),
    Made("http://news.example/WARC", b"\r\n\r\nWARC/1.0\r\n" * 9, kind="resource"),
    Made("http://news.example/big", bytes(range(256)) * 4000, kind="resource"),
    *(page(number) for number in range(1, 9)),
]
PLAIN, BEGINS = write_warc(MIXED)
EACH = [PLAIN[begin:end] for begin, end in itertools.pairwise(BEGINS)]
BLOCKS = [PLAIN[at : at + 1000] for at in range(0, len(PLAIN), 1000)]
SOUND = {
    "plain": PLAIN,
    "gzip": b"".join(map(gzipped, EACH)),
    "gzip: one member": gzipped(PLAIN),
    "gzip: records across members": b"".join(map(gzipped, BLOCKS)),
    "zstd": b"".join(map(zstd.compress, EACH)),
    "zstd: one frame": zstd.compress(PLAIN),
}


def by_ours(data: bytes) -> Iterator[Read]:
    for found in read_records(BytesIO(data), packing(data, "")):
        if isinstance(found, Record):
            yield found.head.get("warc-type"), found.head.get("warc-target-uri"), found.block


def by_fastwarc(data: bytes) -> Iterator[Read]:
    for found in fastwarc.ArchiveIterator(BytesIO(data), parse_http=False):
        yield found.headers.get("WARC-Type"), found.headers.get("WARC-Target-URI"), found.reader.read()


def by_warcio(data: bytes) -> Iterator[Read]:
    for found in archiveiterator.ArchiveIterator(BytesIO(data), no_record_parse=True):
        head = found.rec_headers
        yield head.get_header("WARC-Type"), head.get_header("WARC-Target-URI"), found.raw_stream.read()


def until_it_ends(records: Iterator[Read]) -> list[Read]:
    """The records before the reader gives up."""
    read = []
    with suppress(OSError, zlib.error, ArchiveLoadFailed):
        for record in records:
            read.append(record)
    return read


# warcio reads neither zstd nor members of several records
PAIRS = [(by_fastwarc, name) for name in SOUND] + [(by_warcio, name) for name in ("plain", "gzip")]


@pytest.mark.parametrize(("peer", "name"), PAIRS)
def test_sound_files_are_read_as_others_read_them(peer: Callable[[bytes], Iterator[Read]], name: str) -> None:
    read = list(by_ours(SOUND[name]))
    assert len(read) == len(MIXED)
    assert read == list(peer(SOUND[name]))


@pytest.mark.parametrize("peer", [by_fastwarc, by_warcio])
@pytest.mark.parametrize("name", [name for name in ONE_LOST if name.startswith("gzip: ")])
def test_others_end_at_damage(peer: Callable[[bytes], Iterator[Read]], name: str) -> None:
    """When a release reads on behind it, `newscrawl.archives.records` has a successor."""
    assert len(until_it_ends(peer(ONE_LOST[name][0]))) == HIT
