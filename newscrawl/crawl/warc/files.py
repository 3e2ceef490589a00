"""The WARC files of a run: `output/warc/<site>/<run>-00000.warc.gz`, then `-00001`.

A file that is being written is called `....open`, as Heritrix does it, and gets its name when it is complete. What a
killed run has left open is made whole by the next run of its site: a torn member is cut off at the end.
"""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Mapping
from io import FileIO
from itertools import count
from pathlib import Path

from newscrawl.crawl.warc.exchange import Exchange, records, warcinfo
from newscrawl.publish.lines import cut, sync_folder

logger = logging.getLogger(__name__)

_OPEN = ".open"
_GZIP = zlib.MAX_WBITS | 16
_BLOCK = 1 << 16  # the rest of a block is copied for each member in it


class WarcFiles:
    """Appends exchanges to the files of a run; `sync` makes them durable.

    A file is made by its first exchange, and is complete with the one that makes it `most` bytes long or more. Each
    exchange is written at once: what a killed process has written is in the file.
    """

    def __init__(self, folder: Path, stamp: str, most: int, info: Mapping[str, str]) -> None:
        self.complete: list[Path] = []
        """The files that have their name, in their order."""
        self._folder, self._stamp, self._most, self._info = folder, stamp, most, info
        self._file: FileIO | None = None
        self._path = folder
        self._info_id = ""
        self._size = 0
        self._dirty = False

    def write(self, exchange: Exchange) -> None:
        """Write the records of an exchange, or nothing of them. Raises `OSError`."""
        if not self._file:
            self._begin()
        self._append(records(exchange, self._info_id))
        if self._size >= self._most:
            self.close()

    def sync(self) -> None:
        """Make all that was written durable. Raises `OSError`."""
        if self._file and self._dirty:
            os.fsync(self._file.fileno())
            self._dirty = False

    def close(self) -> None:
        """Make the last file durable, and give it its name. Raises `OSError`."""
        if not self._file:
            return
        self.sync()
        self._file.close()
        self._file = None
        if self._size:
            self.complete.append(_give_name(self._path))
        else:  # not even its warcinfo record could be written
            self._path.unlink()

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path = self._unused()
        self._file, self._size = self._path.open("xb", buffering=0), 0
        self._info_id, data = warcinfo(self._path.name.removesuffix(_OPEN), self._info)
        self._append(data)

    def _append(self, data: bytes) -> None:
        assert self._file
        self._dirty = True
        try:
            written = 0
            while written < len(data):
                written += self._file.write(memoryview(data)[written:])
        except OSError:
            os.ftruncate(self._file.fileno(), self._size)
            raise
        self._size += len(data)

    def _unused(self) -> Path:
        """The next name that no file has: two runs may begin in the same second."""
        names = (f"{self._stamp}-{number:05d}.warc.gz" for number in count(len(self.complete)))
        free = (name for name in names if not {name, name + _OPEN} & {path.name for path in self._folder.iterdir()})
        return self._folder / f"{next(free)}{_OPEN}"


def settle(folder: Path) -> None:
    """Make whole, and give their names to, the files that a killed run has left open; the caller holds the lock."""
    for path in sorted(folder.glob(f"*{_OPEN}")):
        size, whole = path.stat().st_size, whole_size(path)
        if whole < size:
            cut(path, whole)
        logger.warning("%s: left open by a killed run; %d bytes are cut off", path, size - whole)
        if whole:
            _give_name(path)
        else:
            path.unlink()


def whole_size(path: Path, start: int = 0) -> int:
    """Where the whole members of a file end, of which one begins at `start`: what stands behind is torn."""
    read = whole = start
    member = zlib.decompressobj(_GZIP)
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(_BLOCK):
            read += len(block)
            try:
                more = False
                while block or more:
                    more = len(member.decompress(block, _BLOCK)) == _BLOCK  # a bomb would fill the memory at once
                    block = member.unused_data if member.eof else member.unconsumed_tail
                    if member.eof:
                        whole, member, more = read - len(block), zlib.decompressobj(_GZIP), False
            except zlib.error:
                break
    return whole


def _give_name(path: Path) -> Path:
    done = path.rename(path.with_name(path.name.removesuffix(_OPEN)))
    sync_folder(path.parent)
    return done
