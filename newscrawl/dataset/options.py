"""What a data set is to be: everything that changes a byte of it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from newscrawl.dataset.splits import WHOLE, Split

Form = Literal["parquet", "jsonl"]
SHARD_ROWS = 100_000
"""Rows of a file at most, if nobody asks for another number: of news, 200 MB of Parquet."""
ENDINGS: dict[Form, str] = {"parquet": "parquet", "jsonl": "jsonl.zst"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a build. They stand in the manifest and in the card."""

    form: Form = "parquet"
    """What the files are."""
    split: Split = WHOLE
    """What is held back for validation and test."""
    people: bool = True
    """Whether the names of those who made the articles are in it."""
    shard_rows: int = SHARD_ROWS
    """Rows of a file at most."""

    @property
    def ending(self) -> str:
        """How the names of the files end, without a dot before."""
        return ENDINGS[self.form]

    def told(self) -> dict[str, str | int | bool]:
        """The options as the manifest has them, in the words of the command line."""
        return {
            "format": self.form,
            "split": str(self.split),
            "without_people": not self.people,
            "shard_rows": self.shard_rows,
        }
