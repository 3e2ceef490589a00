"""One run of a site at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class LockedError(Exception):
    """Another process holds the lock; the message names it."""


class SiteLock:
    """A lock on a file, held until `release` or until the process ends, however it ends: the lock is the kernel's.

    The file names the process that holds it, and stays.
    """

    def __init__(self, path: Path, site: str) -> None:
        """Take the lock of a site. Raises `LockedError` when it is held, `OSError` when the file cannot be written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(self._file, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            raise LockedError(f"{site} is being crawled already, by process {pid}") from None
        os.truncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Let go of it."""
        os.close(self._file)

    def __enter__(self) -> SiteLock:
        return self

    def __exit__(self, *raised: object) -> None:
        self.release()
