"""Archives that are made to take all memory there is: small on the disk, huge when they are unpacked."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MEGABYTE = 1 << 20


def gzip_of(head: bytes, megabytes: int, tail: bytes = b"") -> bytes:
    """A gzip member of `head`, so many megabytes of spaces, and `tail`, without packing them all."""
    spaces = b" " * MEGABYTE
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    begin = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(spaces) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.compress(tail) + packer.flush()
    crc = zlib.crc32(head)
    for _ in range(megabytes):
        crc = zlib.crc32(spaces, crc)
    size = len(head) + megabytes * MEGABYTE + len(tail)
    trailer = zlib.crc32(tail, crc).to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + begin + middle * megabytes + end + trailer


def bomb_record(url: str, megabytes: int) -> bytes:
    """A WARC record in a gzip member, with a page of so many megabytes."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"
    length = len(http) + megabytes * MEGABYTE
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Length: {length}\r\n\r\n"
    return gzip_of(head.encode() + http, megabytes, b"\r\n\r\n")


def write_big_row_group(path: Path, rows: int) -> None:
    """A Parquet file with one row group of so many rows of 60 KB,."""
    schema = pa.schema({"html": pa.binary(), "url": pa.string()})
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, rows, 100):
            pages = [b"%PDF" + os.urandom(15_000).hex().encode() * 2 for _ in range(100)]
            urls = [f"http://a.example/{start + number}" for number in range(100)]
            writer.write_batch(pa.record_batch([pages, urls], schema=schema), row_group_size=rows)


def write_big_page(path: Path, megabytes: int) -> None:
    """A Parquet file whose one page, in the sense of Parquet, holds so many megabytes."""
    values = [bytes([65 + number]) * MEGABYTE for number in range(megabytes % 26 or 26)]
    table = pa.table({"html": [values[number % len(values)] for number in range(megabytes)]})
    pq.write_table(table, path, use_dictionary=False, data_page_size=1 << 30, write_statistics=False)
