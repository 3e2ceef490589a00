"""A file of articles that grows by whole lines and is safe on the disk up to a point that is known."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


class LineFile:
    """Appends lines; `sync` makes them durable, `keep` lets them count. The file is made by `open` or a first line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        self._opened: os.stat_result | None = None
        self._durable = 0
        self._dirty = False
        self.kept: int | None = None
        """Bytes that count; None while the file is not opened."""

    @property
    def size(self) -> int:
        """Bytes written so far, durable or not."""
        return self._file.tell() if self._file else 0

    def open(self) -> int:
        """Make the file, or go on with the one that is there; returns its bytes. Raises `OSError`."""
        return (self._file or self._open()).tell()

    def append(self, line: str) -> tuple[int, int]:
        """Write a line; returns its offset and its length in bytes, with the line's end. Raises `OSError`."""
        file = self._file or self._open()
        # half a surrogate pair as JSON has it
        offset, data = file.tell(), f"{line}\n".encode("utf-8", "backslashreplace")
        self._dirty = True
        file.write(data)
        return offset, len(data)

    def in_place(self) -> bool:
        """Whether its path leads to the file that was opened, and not to another one, or to none."""
        try:
            return self._opened is not None and os.path.samestat(self.path.stat(), self._opened)
        except OSError:
            return False

    def sync(self) -> bool:
        """Make every line durable; returns whether there was one that was not yet.

        Raises `OSError`, also when the file was taken away: then the lines since the last time are in no file.
        """
        if not (self._file and self._dirty):
            return False
        self._file.flush()
        os.fsync(self._file.fileno())
        if not self.in_place():
            # they come again, and who moved it must not have them twice
            os.ftruncate(self._file.fileno(), self._durable)
            raise OSError(f"{self.path} was taken away, or another file put in its place, while it was written")
        self._durable = self.size
        self._dirty = False
        return True

    def keep(self) -> None:
        """Let all that was written count."""
        self.kept = self.size

    def cut_back(self) -> None:
        """Cut a closed file back to the lines that count; one without any goes."""
        if not self.in_place():  # what others put there is theirs
            return
        with suppress(OSError):  # then the next run of the site does it
            if self.kept:
                cut(self.path, self.kept)
            elif self.kept == 0:
                self.path.unlink()

    def close(self) -> None:
        """Close the file without another attempt to write what could not be written."""
        if self._file:
            # BinaryIO hides that the file has a buffer, and what is below it
            self._file.raw.close() if self._dirty else self._file.close()  # type: ignore[attr-defined]
            self._file = None

    def _open(self) -> BinaryIO:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab")
        self.kept = self._durable = self._file.tell()
        self._opened = os.fstat(self._file.fileno())
        sync_folder(self.path.parent)
        return self._file


def cut(path: Path, size: int) -> None:
    """Cut a file back to `size` bytes, for good."""
    with path.open("r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the name of a new file durable: without it a power cut can lose a file whose content is safe."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
