"""The input of a build in groups of files, a task each; a large file is cut into spans first.

Groups come of the files alone, of names, sizes and first bytes: however many processes work on them, the same input
makes the same parts.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from newscrawl.archives import WHOLE, Span, can_be_cut, make_spans
from newscrawl.archives.paths import expand, pages_in

GROUP = 64 * 1024 * 1024
"""Bytes of files that are read by one task, packed or not: a minute of work or a few, of which a killed task loses its
own, and enough rows for a file of Parquet. A larger file is cut, or makes a group alone when it cannot be."""
MOST_GROUPS = 10_000
"""More or less; of a larger input they have more bytes. datatrove's buckets open a file of each group at once."""


class ChangedError(RuntimeError):
    """A file that is not what it was when the build was planned: what is read of it may be of two versions."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, or a span of it, as it was named, or found below a folder that was."""

    name: str
    size: int
    """Bytes of the file, as it stood when it was found."""
    modified: int = 0
    """When it was written last, in nanoseconds since 1970, as its file system tells; then, too. 0 for a pipe."""
    span: Span = WHOLE

    @property
    def taken(self) -> int:
        """Bytes of the span."""
        return (self.size if self.span.end is None else self.span.end) - self.span.start

    def check(self) -> None:
        """Raise `ChangedError` when the file is gone, or another one by its size or its time."""
        name = os.fsencode(self.name).decode("utf-8", "replace")  # for the log
        try:
            stands = _stat(Path(self.name))
        except OSError as problem:
            raise ChangedError(f"{name} was there when the build began: {problem.strerror}") from problem
        if stands != (self.size, self.modified):
            raise ChangedError(f"{name} was changed after the build began")


def find_inputs(paths: Iterable[str]) -> list[Input]:
    """The files below the paths, sorted by name, each once. Raises `OSError` for what is not there, or not ours."""
    problems: list[OSError] = []
    found = [
        file for path in map(Path, expand(paths)) for file in (pages_in(path, problems) if path.is_dir() else [path])
    ]
    if problems:
        raise problems[0]
    inputs = {str(file): Input(str(file), *_stat(file)) for file in found}
    return sorted(inputs.values(), key=lambda one: os.fsencode(one.name))


def _stat(path: Path) -> tuple[int, int]:
    stands = path.stat()
    return stands.st_size, stands.st_mtime_ns if stat.S_ISREG(stands.st_mode) else 0


def group_size(inputs: Iterable[Input]) -> int:
    """Bytes of a group at most. Two groups in a row have more than that together: hence the factor.

    >>> group_size([Input("a", 10**12)])
    200000000
    """
    return max(GROUP, 2 * sum(one.size for one in inputs) // MOST_GROUPS)


def cut(inputs: Iterable[Input], most: int) -> list[Input]:
    """The files, those of more bytes than that as spans, where they can be read by spans."""
    return [
        replace(one, span=span)
        for one in inputs
        for span in (make_spans(one.size, most) if one.size > most and can_be_cut(one.name) else [one.span])
    ]


def make_groups(inputs: Iterable[Input], most: int) -> list[list[Input]]:
    """Files and spans in their order, together as long as they have at most so many bytes.

    >>> [[one.name for one in group] for group in make_groups([Input("a", 2), Input("b", 2), Input("c", 9)], 5)]
    [['a', 'b'], ['c']]
    """
    groups: list[list[Input]] = []
    size = 0
    for one in inputs:
        if not groups or size + one.taken > most:
            groups.append([])
            size = 0
        groups[-1].append(one)
        size += one.taken
    return groups
