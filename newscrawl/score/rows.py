"""The rows of the table: every variant of the pages, read by everyone who can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from newscrawl.score.compare import compare
from newscrawl.score.floor import Floor, losses
from newscrawl.score.pages import Saved, saved_pages
from newscrawl.score.peers import peers_read
from newscrawl.score.readers import NEWSCRAWL, newscrawl_reads
from newscrawl.score.table import Row
from newscrawl.score.variants import VARIANTS


def rows_of(folders: list[str], variants: list[str], peers: str | None) -> list[Row]:
    """The peers' rows, then newscrawl's. Raises `OSError` and `ValueError` for what cannot be read."""
    pages = [page for folder in folders for page in saved_pages(Path(folder))]
    return list(_rows(pages, folders, variants, peers))


def lost(rows: Sequence[Row], floors: Sequence[Floor]) -> list[str]:
    """Every figure of newscrawl's that is worse than its floor, in words."""
    own = [row for row in rows if row.reader == NEWSCRAWL]
    pairs = [(row, floor) for row in own for floor in floors if row.variant == floor.variant]
    return [line for row, floor in pairs for line in losses(row.score, floor)]


def _rows(pages: list[Saved], folders: list[str], variants: list[str], peers: str | None) -> Iterator[Row]:
    for variant in dict.fromkeys(variants):
        given = [VARIANTS[variant](page, number) for number, page in enumerate(pages)]
        readers = [*(peers_read(peers, given) if peers and variant == "clean" else ()), newscrawl_reads(given)]
        for reader in readers:
            yield Row(reader=reader.name, variant=variant, folders=folders, score=compare(reader, given))
