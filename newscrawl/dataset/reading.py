"""The first stage of a build: pages and records to the lines of a part, and its refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

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
        self._rank: int | None = None
        self._lines: list[bytes] = []

    def __enter__(self) -> RefusedWriter:
        self._rank, self._lines = None, []
        return self

    def write(self, document: Document, rank: int = 0) -> None:
        """Note a refusal; all of them are written at the end of the part."""
        self._rank = rank
        self._lines.append(to_bytes(document.metadata["refused"]))

    def __exit__(self, kind: type[BaseException] | None, *rest: Any) -> None:
        if kind is None and self._rank is not None:
            with writing(refused_path(self.work, self._rank)) as stream:
                stream.writelines(self._lines)
