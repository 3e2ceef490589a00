"""Files that take their name when all of them is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from scrapy.exceptions import UsageError


@contextmanager
def written_whole(path: Path, *, shared: bool = False) -> Iterator[BinaryIO]:
    """A file that takes its name when all of it is written: what stood there before stays until then.

    What is not written to its end is taken away. A device or a pipe is written as it is. `shared`: another process,
    of this machine or another one, may write the same file at the same time; the last one to end has its way.
    """
    if path.exists() and not path.is_file():  # /dev/stdout
        with path.open("wb") as stream:
            yield stream
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = f".{uuid4().hex}" if shared else ""
    part = path.with_name(f"{path.name}{writer}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def check_targets(paths: Iterable[str], *targets: str | None) -> None:
    """Raise `UsageError` when a file would be written over while it is read, or written twice."""
    named = [Path(target).resolve() for target in targets if target and target != "-"]
    if len(set(named)) < len(named):
        raise UsageError("two outputs name the same file")
    if read := {Path(path).resolve() for path in paths if path != "-"} & set(named):
        raise UsageError(f"{read.pop()} would be written over while it is read")
