"""WARC files made by warcio, with the places of their records, and what newscrawl reads in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.archives import Columns, Source, open_sources
from tests.extract_run import html_of

DATE = "2019-03-04T05:06:07Z"


@dataclass
class Made:
    """One record to write."""

    url: str
    body: bytes
    kind: str = "response"
    status: str = "200 OK"
    headers: Sequence[tuple[str, str]] = (("Content-Type", "text/html; charset=utf-8"),)
    warc: dict[str, str] = field(default_factory=dict)
    """Fields of the record's own head."""


def page(number: int, title: str | None = None) -> Made:
    """An article page with an address by its number."""
    text = html_of(title or f"云桥区第{number}届植树节开幕", number % 9 + 1).replace(
        "大家都说好", f"第{number}届大家都说好"
    )
    return Made(f"http://news.example/{number}.html", text.encode())


def write_warc(records: Iterable[Made], *, gzip: bool = False) -> tuple[bytes, list[int]]:
    """The file, and where each record begins in it; behind the last one stands where it ends."""
    out, begins = BytesIO(), []
    writer = WARCWriter(out, gzip=gzip)
    for made in records:
        begins.append(out.tell())
        http = StatusAndHeaders(made.status, list(made.headers), protocol="HTTP/1.1")
        record = writer.create_warc_record(
            made.url,
            made.kind,
            payload=BytesIO(made.body) if made.body else None,
            length=len(made.body),  # without, warcio makes a temporary file
            http_headers=http if made.kind in ("response", "revisit") else None,
            warc_headers_dict={"WARC-Date": DATE, "WARC-Record-ID": f"<{uuid5(NAMESPACE_URL, made.url).urn}>"}
            | made.warc,
            warc_content_type=""
            if made.kind in ("response", "revisit")
            else dict(made.headers).get("Content-Type", ""),
        )
        writer.write_record(record)
    return out.getvalue(), [*begins, out.tell()]


def read(path: Path, data: bytes | None = None, columns: Columns | None = None) -> list[Source]:
    """What is read of a file, after `data` was written to it."""
    if data is not None:
        path.write_bytes(data)
    return list(open_sources([str(path)], columns))


def told(sources: Iterable[Source]) -> list[str]:
    """A word a source: the address of a page, else what was wrong."""
    return [
        source.error or (f"{source.refused.reason} {source.name}" if source.refused else source.name)
        for source in sources
    ]
