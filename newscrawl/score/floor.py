"""The figures that newscrawl has reached and must not lose: a JSON list of what `scrapy score --json` says.

Each is `{"folders", "as", "shares"}`: the folders (relative to the project's), what was done to the pages, the figures
rounded to four digits. A figure where less is better has a ceiling instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from newscrawl.score.compare import FIGURES, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What was reached on the pages of some folders."""

    folders: tuple[str, ...]
    variant: str
    shares: dict[str, float]

    def is_of(self, folders: Iterable[str]) -> bool:
        """Whether it is for the pages of these folders."""
        return _resolved(folders) == _resolved(self.folders)


def _resolved(folders: Iterable[str]) -> set[Path]:
    return {Path(folder).resolve() for folder in folders}


def load_floors(path: Path) -> list[Floor]:
    """The floors of a file. Raises `OSError` when it cannot be read, `ValueError` when it holds something else."""
    try:
        return [
            Floor(folders=tuple(row["folders"]), variant=row["as"], shares=dict(row["shares"]))
            for row in json.loads(path.read_text("utf-8"))
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} holds no floors: {type(error).__name__}: {error}") from error


def losses(score: Score, floor: Floor) -> list[str]:
    """What is worse than its floor: a line for each figure that says by how much, the wrong answers below it.

    A figure that no page asks for any more is lost, too.
    """
    return [
        "\n  ".join((f"{floor.variant}: {loss}", *score.wrong(figure.name)))
        for figure in FIGURES
        if figure.name in floor.shares
        and (loss := _loss(figure.name, figure.best, score.shares.get(figure.name), floor.shares[figure.name]))
    ]


def _loss(name: str, best: int, share: float | None, floor: float) -> str:
    if share is None:
        return f"{name} is not asked any more; its floor is {floor}"
    share = round(share, 4)  # as the floor was
    lost = floor - share if best else share - floor
    return f"{name} is {share:.4f}, {lost:.4f} worse than its floor {floor}" if lost > 0 else ""
