"""Damaged archives: what is lost is what is damaged, it is named, and reading goes on behind it."""

from __future__ import annotations

import gzip
import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawl.bulk.packed import zstd
from tests.archives.made import page, read, told, write_warc

COUNT, HIT = 12, 5
WHOLE = [f"http://news.example/{number}.html" for number in range(COUNT)]
PLAIN, AT = write_warc([page(number) for number in range(COUNT)])
GZIP, GZIP_AT = write_warc([page(number) for number in range(COUNT)], gzip=True)
FRAMES = [zstd.compress(PLAIN[begin:end]) for begin, end in itertools.pairwise(AT)]
ZSTD = b"".join(FRAMES)
ZSTD_AT = [sum(map(len, FRAMES[:number])) for number in range(COUNT + 1)]


def changed(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def with_length(length: bytes) -> bytes:
    """The file with another Content-Length in the head of the record that is hit."""
    at = PLAIN.index(b"Content-Length: ", AT[HIT]) + 16
    end = PLAIN.index(b"\r\n", at)
    return PLAIN[:at] + length + PLAIN[end:]


def flipped(data: bytes, at: int) -> bytes:
    return changed(data, at, bytes([data[at] ^ 0xFF]))


# name -> the file, where the damage is told to be, whether the address of the page there is known
ONE_LOST: dict[str, tuple[bytes, int, bool]] = {
    "gzip: bytes in the middle": (changed(GZIP, GZIP_AT[HIT] + 520, b"\0" * 20), GZIP_AT[HIT], True),
    "gzip: the checksum": (flipped(GZIP, GZIP_AT[HIT + 1] - 6), GZIP_AT[HIT], True),
    "gzip: the magic": (flipped(GZIP, GZIP_AT[HIT]), GZIP_AT[HIT], False),
    "gzip: the first block": (changed(GZIP, GZIP_AT[HIT] + 10, b"\xff" * 9), GZIP_AT[HIT], False),
    "gzip: cut off, the next one behind": (GZIP[: GZIP_AT[HIT] + 520] + GZIP[GZIP_AT[HIT + 1] :], GZIP_AT[HIT], True),
    "gzip: a hole": (GZIP[: GZIP_AT[HIT] + 520] + GZIP[GZIP_AT[HIT] + 540 :], GZIP_AT[HIT], True),
    "zstd: the magic": (flipped(ZSTD, ZSTD_AT[HIT]), ZSTD_AT[HIT], False),
    "zstd: cut off, the next one behind": (ZSTD[: ZSTD_AT[HIT] + 400] + ZSTD[ZSTD_AT[HIT + 1] :], ZSTD_AT[HIT], False),
    "plain: a byte of the page": (flipped(PLAIN, AT[HIT + 1] - 99), AT[HIT], True),
    "plain: cut off, the next one behind": (PLAIN[: AT[HIT] + 700] + PLAIN[AT[HIT + 1] :], AT[HIT], True),
    "plain: the version": (changed(PLAIN, AT[HIT], b"WORC"), AT[HIT], False),
    "length: too long by one record": (with_length(b"2500"), AT[HIT], True),
    "length: too long by all": (with_length(b"12345"), AT[HIT], True),
    "length: 10 GB": (with_length(b"10000000000"), AT[HIT], True),
    "length: too short": (with_length(b"400"), AT[HIT], True),
    "length: none": (with_length(b"many"), AT[HIT], True),
    "length: of a thousand digits": (with_length(b"9" * 1000), AT[HIT], True),
    "length: negative": (with_length(b"-5"), AT[HIT], True),
    "a head of 3 MB": (PLAIN[: AT[HIT] + 10] + b"X: " + b"y" * 3_000_000 + PLAIN[AT[HIT] + 10 :], AT[HIT], False),
    "one gzip member: length of 10 GB": (gzip.compress(with_length(b"10000000000")), 0, True),
}


@pytest.mark.parametrize("name", ONE_LOST)
def test_one_record_is_lost_and_named(tmp_path: Path, name: str) -> None:
    data, place, known = ONE_LOST[name]
    path = tmp_path / "a.warc"
    sources = read(path, data)
    lost = [source for source in sources if source.refused]
    assert told(source for source in sources if not source.refused) == [url for url in WHOLE if url != WHOLE[HIT]]
    assert [source.place for source in lost] == [f"{path}, byte {place}"]
    refused = lost[0].refused
    assert refused and refused.reason == "damaged" and refused.detail.startswith(f"{path}, byte {place}: ")
    assert lost[0].name == (WHOLE[HIT] if known else f"{path}, byte {place}")


NOTHING_LOST = {
    "padded with zeros": GZIP + bytes(10_000),
    "garbage between": (PLAIN[: AT[HIT]] + b"garbage" + PLAIN[AT[HIT] :]),
    "garbage between members": GZIP[: GZIP_AT[HIT]] + b"garbage" + GZIP[GZIP_AT[HIT] :],
    "no blank lines at the end": PLAIN.rstrip(),
    "bare line feeds in a head": re.sub(rb"(?<=[a-z0-9>])\r\n(?=WARC-|Content-L)", b"\n", PLAIN),
}


@pytest.mark.parametrize("name", NOTHING_LOST)
def test_nothing_is_lost(tmp_path: Path, name: str) -> None:
    sources = read(tmp_path / "a.warc", NOTHING_LOST[name])
    assert told(source for source in sources if not source.refused) == WHOLE
    assert len(sources) == COUNT + name.startswith("garbage")


@pytest.mark.parametrize(("data", "at"), [(PLAIN, AT), (GZIP, GZIP_AT), (ZSTD, ZSTD_AT)], ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize("share", [0.01, 0.23, 0.54, 0.81, 0.99])
def test_a_cut_costs_the_record_it_goes_through(tmp_path: Path, data: bytes, at: list[int], share: float) -> None:
    end = int(len(data) * share)
    whole = [url for url, to in zip(WHOLE, at[1:], strict=True) if to <= end]
    sources = read(tmp_path / "a.warc", data[:end])
    assert told(sources)[: len(whole)] == whole
    assert [source.refused and source.refused.reason for source in sources[len(whole) :]] == ["damaged"]


@pytest.mark.parametrize(("pack", "ending"), [(gzip.compress, "gz"), (zstd.compress, "zst")])
def test_json_lines_behind_damage_are_read(tmp_path: Path, pack: Callable[[bytes], bytes], ending: str) -> None:
    parts = [b"".join(b'{"text": "%d"}\n' % (part * 10 + number) for number in range(10)) for part in range(3)]
    packed = [pack(part) for part in parts]
    path = tmp_path / f"a.jsonl.{ending}"
    sources = read(path, packed[0] + packed[1][:-9] + packed[2])
    texts = [int(source.page.text) for source in sources if not source.refused]
    assert texts[:10] == list(range(10)) and texts[-10:] == list(range(20, 30))
    lost = next(source for source in sources if source.refused)
    assert lost.refused and lost.refused.detail.startswith(f"{path}, byte {len(packed[0])}: ")
    assert sources[-1].place == f"{path}, behind byte {len(packed[0])}, line 10"


def test_a_file_of_nothing_but_heads_of_members_comes_to_an_end(tmp_path: Path) -> None:
    sources = read(tmp_path / "a.warc.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\3" * 50_000)
    assert [source.refused and source.refused.reason for source in sources] == ["damaged"]
