"""Values that people filter by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from datatrove.data import Document  # type: ignore[import-untyped]  # it has no types
from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # as above

from newscrawl.dataset.quality import measure


class Quality(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Puts the values of newscrawl.dataset.quality into `metadata["quality"]` of the articles that `Extract` makes.

    Values, not verdicts: no document is left out.
    """

    type, name = "📊 - STATS", "newscrawl quality"

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Measure every article."""
        for document in data:
            with self.track_time():
                document.metadata["quality"] = measure(document.metadata)
            yield document
