"""Text given back from what a mirror made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from datatrove.data import Document  # type: ignore[import-untyped]  # it has no types
from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # as above

from newscrawl.decode.restore import restore


class Restore(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Gives `Document.text` back; clean text comes out byte for byte.

    `metadata["restored"]` says what was done: `family`, `steps` (repairs by kind), `unresolved` (how many spots are
    still in doubt) and `confidence` (0 to 1); None when nothing was damaged. `Extract` restores by itself: this block
    is for texts that are no pages.
    """

    type, name = "✂️ - FORMAT", "newscrawl restore"

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Restore every document."""
        for document in data:
            with self.track_time():
                self._restore(document)
            yield document

    def _restore(self, document: Document) -> None:
        done = restore(document.text)
        document.text = done.text
        document.metadata["restored"] = None
        self.stat_update("total")
        if done.family or done.unresolved:
            self.stat_update("restored")
            steps: Counter[str] = Counter()
            for kind, count in done.steps:
                steps[kind] += count
            document.metadata["restored"] = {
                "family": done.family or "lossy",
                "steps": dict(steps),
                "unresolved": len(done.unresolved),
                "confidence": done.confidence,
            }
