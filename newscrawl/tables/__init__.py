"""Knowledge that grows by rows: tab-separated files, the last column says why a row is there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `tables/<name>.tsv`, each a mapping from column to cell; lines that begin with # do not count."""
    lines = [
        line for line in (_HERE / f"{name}.tsv").read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    head = lines[0].split("\t")
    return tuple(dict(zip(head, line.split("\t"), strict=True)) for line in lines[1:])
