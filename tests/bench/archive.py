"""Files to measure batch work on, made of the large portal."""

from __future__ import annotations

import json
from io import BytesIO
from itertools import cycle
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.demo.large import LargePortal
from newscrawl.items import Article
from newscrawl.judge.repeat import content_hash
from newscrawl.publish.feed import to_line

_AT = "http://large.example"
_TEXTS = 2_000
"""So many different texts: enough that no cache holds them."""


def write_warc(portal: LargePortal, path: Path, pages: int) -> None:
    """The first pages of a portal as the responses of a WARC, a gzip member each."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number in range(pages):
            answer = portal.answer(portal.path(number), _AT)
            head = StatusAndHeaders("200 OK", list(answer.headers.items()), protocol="HTTP/1.1")
            body = BytesIO(answer.body)
            url = _AT + portal.path(number)
            writer.write_record(writer.create_warc_record(url, "response", payload=body, http_headers=head))


def write_texts(path: Path, size: int) -> None:
    """JSON lines of clean texts, `size` bytes of them or a line more."""
    portal, written = LargePortal(_TEXTS), 0
    lines = [_line({"text": "\n".join(portal.paragraphs(number))}) for number in range(_TEXTS)]
    with path.open("wb") as file:
        for line in cycle(lines):
            if written >= size:
                return
            written += file.write(line)


def _line(record: dict[str, str]) -> bytes:
    return (json.dumps(record, ensure_ascii=False) + "\n").encode()


def write_articles(folder: Path, count: int, files: int = 4) -> None:
    """Articles as crawls write them, no two with the same text, in some files of the same size."""
    portal = LargePortal(count)
    folder.mkdir()
    for part in range(files):
        with (folder / f"{part}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(_article_line(portal, number) for number in range(part, count, files))


def _article_line(portal: LargePortal, number: int) -> str:
    body = portal.paragraphs(number)
    url = _AT + portal.path(number)
    article = Article(url=url, title=portal.title(number), body=body, source="江汉日报")
    article.content_hash = content_hash(body)
    return to_line(article) + "\n"
