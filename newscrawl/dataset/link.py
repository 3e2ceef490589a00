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


def read_links(work: Path, number: int) -> dict[int, Link]:
    """The links of a part's rows by their line, from 0. A row without company has none."""
    found = (line for path in sorted((work / "links").glob("?????")) for line in read_slice(path, number))
    return {told.pop("line"): Link(**told) for told in found}
