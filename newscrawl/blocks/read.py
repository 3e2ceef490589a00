"""Pages and articles out of archives, a document each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from datatrove.data import Document  # type: ignore[import-untyped]  # it has no types
from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # as above

from newscrawl.archives import Columns, Source, open_span
from newscrawl.dataset.groups import Input, cut, find_inputs, group_size, make_groups
from newscrawl.decode.charset import decode
from newscrawl.page import host_of
from newscrawl.refused import Refused


class Read(Document):  # type: ignore[misc]  # datatrove has no types
    """A document that knows the source it was read from, which no writer writes."""

    __slots__ = ("source",)
    source: Source


class ReadArchives(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Reads files, folders and patterns: WARC, Parquet, JSON lines, HTML, text, packed or not.

    `Document.text` is the page as text (decoded by newscrawl's order of belief, neither restored nor extracted), `id`
    its address or place, `metadata` has `url`, `place`, `fetched_at` (ISO 8601, UTC) and `http_status`, as far as they
    are known. What cannot be read comes as a document without text, for `Extract` to refuse by name.

    Files go together in groups by their sizes, and groups to tasks by turns: use as many tasks as `groups`. A file of
    more than `group_bytes` is cut into spans where its form allows it (newscrawl/archives/spans.py); articles of
    several pages are put together within a span only.
    """

    type, name = "📖 - READER", "newscrawl archives"

    def __init__(self, paths: Sequence[str], columns: Columns | None = None, group_bytes: int | None = None) -> None:
        """`columns` names those of Parquet and JSON lines; None finds them by their usual names.

        Raises `FileNotFoundError` for a path that leads nowhere.
        """
        super().__init__()
        self.columns = columns or Columns()
        inputs = find_inputs(paths)
        most = group_bytes or group_size(inputs)
        self.groups: list[list[Input]] = make_groups(cut(inputs, most), most)
        self.folder = str(Path.cwd())

    def run(self, data: Iterable[Document] | None = None, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """The documents of every group whose turn it is.

        Raises `ChangedError` behind a file that is not what it was when it was named.
        """
        yield from data or ()
        os.chdir(self.folder)  # Ray starts its workers elsewhere; names stay as they were given
        for group in self.groups[rank::world_size]:
            self.stat_update("input_files", value=sum(not one.span.start for one in group))
            for source in chain.from_iterable(map(self._read, group)):
                document = to_document(source)
                self.update_doc_stats(document)
                yield document

    def _read(self, one: Input) -> Iterator[Source]:
        yield from open_span(one.name, one.span, self.columns)
        one.check()


def to_document(source: Source) -> Read:
    """A source as a document."""
    known = source.record or {}
    metadata: dict[str, Any] = {
        "url": known.get("url") or (source.name if host_of(source.name) else None),
        "place": source.place,
        "fetched_at": source.fetched_at.isoformat() if source.fetched_at else None,
        "http_status": source.status,
    }
    document = Read(_text(source), source.name, metadata=metadata)
    document.source = source
    return document


def _text(source: Source) -> str:
    """What can be read of a source as text; empty for what is refused."""
    if source.record:
        return "\n".join(map(str, source.record["body"]))
    if source.page.flat:
        return source.page.text
    try:
        return decode(source.page.body, source.page.headers.get("content-type", "")).text
    except Refused:
        return ""
