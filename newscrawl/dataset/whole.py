"""datatrove's blocks that write in place, made to write whole files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from datatrove.io import get_datafolder  # type: ignore[import-untyped]  # it has no types
from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # it has no types


class Whole(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Runs a block whose files take their names when it has written all of them.

    A task that was given up by Ray may live on beside the one that took its place: neither finds half a file.
    """

    def __init__(self, step: PipelineStep) -> None:
        """`step` writes into its `output_folder`, a folder of this machine or of a shared disk."""
        super().__init__()
        self.step, self.folder = step, Path(step.output_folder.path)
        self.type, self.name = step.type, step.name

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> None:
        """Run the block."""
        own = self.folder.with_name(f"{self.folder.name}.{uuid4().hex}.part")
        self.step.output_folder = get_datafolder(str(own))
        try:
            self.step.run(data, rank, world_size)
            for path in sorted(path for path in own.rglob("*") if path.is_file()):
                target = self.folder / path.relative_to(own)
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
        finally:
            shutil.rmtree(own, ignore_errors=True)
