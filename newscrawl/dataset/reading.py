"""The first stage of a build: pages and records to the lines of a part, and its refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from datatrove.data import Document  # type: ignore[import-untyped]  # it has no types
from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # as above

from newscrawl.dataset.facts import home_of
from newscrawl.dataset.parts import part_path, refused_path, to_bytes, writing


class WritePart(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Writes the articles that `Extract` makes as a part, and passes them on with what their signatures need."""

    type, name = "💽 - WRITER", "parts of a data set"

    def __init__(self, work: Path) -> None:
        super().__init__()
        self.work = work

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Write part `rank`."""
        with writing(part_path(self.work, rank)) as stream:
            for document in data:
                stream.write(to_bytes({**document.metadata, "id": document.id}))
                document.metadata = {"home": home_of(document.metadata)}
                yield document


class RefusedWriter:
    """Writes the refusals of a part: the exclusion writer of `Extract`."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self._open = ExitStack()
        self._stream: BinaryIO | None = None

    def __enter__(self) -> RefusedWriter:
        return self

    def write(self, document: Document, rank: int = 0) -> None:
        """Write a refusal; the file is begun with the first of the part."""
        if self._stream is None:
            self._stream = self._open.enter_context(writing(refused_path(self.work, rank)))
        self._stream.write(to_bytes(document.metadata["refused"]))

    def __exit__(self, *raised: Any) -> None:
        self._stream = None
        self._open.__exit__(*raised)
