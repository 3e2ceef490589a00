"""WARC files made by hand, as other tools write them, and what stands in a file."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b32encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from newscrawl.bulk.packed import zstd


def record(url: str, block: bytes, kind: str = "response", at: str = "2025-03-01T08:00:00Z", **headers: str) -> bytes:
    """A record of WARC 1.0, written out; `headers` with _ for -."""
    types = {"response": "application/http; msgtype=response", "revisit": "application/http; msgtype=response"}
    told = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": at,
        "WARC-Record-ID": f"<urn:uuid:{hashlib.md5(url.encode() + at.encode() + block).hexdigest()}>",
        "Content-Type": types.get(kind, "text/html"),
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def http(body: bytes = b"", status: str = "200 OK", *headers: str) -> bytes:
    """An answer of HTTP."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


def digest(data: bytes) -> str:
    return f"sha1:{b32encode(hashlib.sha1(data).digest()).decode()}"


def write(path: Path, records: Iterable[bytes]) -> list[int]:
    """Write a file, packed record by record as its name ends; returns where each record begins."""
    places, data = [], b""
    pack = {".gz": gzipped, ".zst": zstd.compress}.get(path.suffix, bytes)
    for one in records:
        places.append(len(data))
        data += pack(one)
    path.write_bytes(data)
    return places


def read(path: Path) -> list[tuple[dict[str, str], Any, bytes]]:
    """Every record of a file by warcio, digests checked: headers, those of HTTP or None, all behind them."""
    found = []
    with path.open("rb") as file:
        for one in ArchiveIterator(file, check_digests="raise"):
            found.append((dict(one.rec_headers.headers), one.http_headers, one.raw_stream.read()))
    return found


def packed_again(path: Path) -> bytes:
    """A file unpacked."""
    return gzip.GzipFile(fileobj=BytesIO(path.read_bytes())).read()


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


@contextmanager
def raw_server(answer: bytes) -> Iterator[str]:
    """Answers every request with the same bytes; gives its address."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            while (line := self.rfile.readline()) and line != b"\r\n":
                pass
            self.wfile.write(answer)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
