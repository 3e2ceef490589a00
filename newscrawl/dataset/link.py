"""How the copies of an article hang together: what each row of a data set tells of the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from newscrawl.dataset.slices import read_slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What is known of a row that has company: each of the first four is the id of another row, or None."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"use_attribute_docstrings": True}

    kept_as: str | None = None
    """The row that stands for it; None for a row that is kept itself."""
    same_as: str | None = None
    """The row with the same text, published elsewhere in its own right, or under a second address of the site."""
    revision_of: str | None = None
    """The version before this one."""
    mirror_of: str | None = None
    """The row that it is a mirror's copy of: the original, else the best copy there is."""
    similarity: float | None = None
    """0 to 1: the share of five-character pieces it has in common with the row in `kept_as`, estimated; 1 for the same
    text. None for a row that is kept."""
    cluster: str
    """The smallest id among the rows that are alike; no two splits share a cluster."""
    since: str | None = None
    """The earliest day (ISO 8601, Chinese time) that a row of the cluster was published; None when none tells."""


BLOCK = 50_000
"""Lines of a part whose links are in memory at once, some 40 MB, when all of them have company."""


def block_key(part: int, line: int) -> int:
    """The key of the slice that has the link of a row."""
    return part << 32 | line // BLOCK


class Links:
    """The links of a part's rows, held a block of lines at a time: ask for them in the order of the lines."""

    def __init__(self, work: Path, part: int) -> None:
        self._files, self._part = sorted((work / "links").glob("?????")), part
        self._key: int | None = None
        self._links: dict[int, Link] = {}

    def get(self, line: int) -> Link | None:
        """The link of a line, from 0. A row without company has none."""
        key = block_key(self._part, line)
        if key != self._key:
            found = (told for path in self._files for told in read_slice(path, key))
            self._key, self._links = key, {told.pop("line"): Link(**told) for told in found}
        return self._links.get(line)
