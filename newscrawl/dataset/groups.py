"""The input of a build cut into groups of files, a task each.

Groups come of names and sizes alone: however many processes work on them, the same input makes the same parts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from newscrawl.archives.paths import expand, pages_in

GROUP = 64 * 1024 * 1024
"""Bytes of files that are read by one task, packed or not: a minute of work or a few, of which a killed task loses its
own, and enough rows for a file of Parquet. A larger file makes a group alone."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, as it was named, or found below a folder that was."""

    name: str
    size: int
    """Bytes, as it stands."""


def find_inputs(paths: Iterable[str]) -> list[Input]:
    """The files below the paths, sorted by name, each once. Raises `OSError` for what is not there, or not ours."""
    problems: list[OSError] = []
    found = [
        file for path in map(Path, expand(paths)) for file in (pages_in(path, problems) if path.is_dir() else [path])
    ]
    if problems:
        raise problems[0]
    inputs = {str(file): Input(str(file), file.stat().st_size) for file in found}
    return sorted(inputs.values(), key=lambda one: os.fsencode(one.name))


def make_groups(inputs: Sequence[Input], most: int = GROUP) -> list[list[Input]]:
    """Files in their order, together as long as they have at most so many bytes; no file is cut.

    >>> [[one.name for one in group] for group in make_groups([Input("a", 2), Input("b", 2), Input("c", 9)], 5)]
    [['a', 'b'], ['c']]
    """
    groups: list[list[Input]] = []
    size = 0
    for one in inputs:
        if not groups or size + one.size > most:
            groups.append([])
            size = 0
        groups[-1].append(one)
        size += one.size
    return groups
