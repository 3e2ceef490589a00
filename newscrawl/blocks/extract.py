"""Pages to articles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import Any

from datatrove.data import Document  # type: ignore[import-untyped]  # it has no types
from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # as above
from datatrove.pipeline.writers.disk_base import DiskWriter  # type: ignore[import-untyped]  # as above

from newscrawl import flow
from newscrawl.archives import Source
from newscrawl.archives.pages import has_markup
from newscrawl.archives.source import UNREAD
from newscrawl.blocks.read import Read
from newscrawl.dataset.records import as_record, row_id
from newscrawl.dataset.rows import check
from newscrawl.page import Page
from newscrawl.publish.feed import to_line
from newscrawl.publish.rejects import reject_line
from newscrawl.refused import Refused


class Extract(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Makes an article of each document: `text` is the body, a paragraph a line, `metadata` the record (docs/data.md).

    Documents of `ReadArchives` are read from their bytes, and articles of ours are taken as they are; of others `text`
    is HTML or flattened text, and `metadata["url"]`, if there, its address. What is no article goes to
    `exclusion_writer`, with `metadata["refused"]` as newscrawl writes refusals, and is counted by reason.
    """

    type, name = "🛢 - EXTRAC", "newscrawl extract"

    def __init__(self, exclusion_writer: DiskWriter | None = None) -> None:
        super().__init__()
        self.exclusion_writer = exclusion_writer

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """The articles."""
        with self.exclusion_writer or nullcontext() as writer:
            for document in data:
                self.stat_update("total")
                try:
                    with self.track_time():
                        record = record_of(document)
                except Refused as refused:
                    self.stat_update("dropped", f"refused_{refused.reason}")
                    if writer:
                        document.metadata["refused"] = refusal_of(refused, document)
                        writer.write(document, rank)
                else:
                    self.stat_update("forwarded")
                    yield Document("\n".join(record["body"]), row_id(record), metadata=record)


def record_of(document: Document) -> dict[str, Any]:
    """The record of the article in a document. Raises `Refused`."""
    source = document.source if isinstance(document, Read) else _source(document)
    if source.error:
        raise Refused("bad_input", source.error, url=source.name, trace=[UNREAD])
    if source.refused:
        raise source.refused
    if source.record is not None:
        record = as_record(source.record, source.place)
    else:
        record = json.loads(to_line(flow.run(source.article())))
    try:
        check(record)
    except ValueError as problem:
        raise Refused("bad_input", f"{source.place or source.name}: {problem}", url=source.name) from None
    return record


def _source(document: Document) -> Source:
    """A document of another reader as a source."""
    url, text = document.metadata.get("url") or "", document.text
    body = text.encode("utf-8", "replace")
    if not has_markup(body):
        return Source(url or document.id, Page(url=url, text=text, flat=True))
    return Source(url or document.id, Page(url=url, body=body, headers={"content-type": "text/html; charset=utf-8"}))


def refusal_of(refused: Refused, document: Document) -> dict[str, Any]:
    """A refusal as newscrawl writes it. It has no time but that of the page: the same input gives the same bytes."""
    source = document.source if isinstance(document, Read) else Source(document.id)
    refused.url = refused.url or source.name
    line = reject_line(refused, site=None, fetched_at=source.fetched_at, http_status=source.status)
    told: dict[str, Any] = json.loads(line)
    return told
