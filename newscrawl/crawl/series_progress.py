"""Progress of several sites: one line for all, drawn by the process that started the crawls."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread

from newscrawl.progress import Counts, Line, Pace, told


class SeriesProgress:
    """The counts of the crawls, which each keeps in a file (crawl/progress.py), in one line.

    While it is drawn, the logs of the crawls come through pipes, so that they pass above the line.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self._files: dict[str, Path] = {}
        self._latest: dict[str, Counts] = {}
        self._done = self._sites = 0
        self._lock = Lock()

    def begin(self, sites: int) -> None:
        """So many sites are to be crawled."""
        self._sites, self._started = sites, time.monotonic()
        self._pace = Pace(self._started)

    @contextmanager
    def of(self, site: str, folder: Path) -> Iterator[tuple[Sequence[str], int | None]]:
        """While a site is crawled: the options its crawl is given, and what its standard error is (None: ours).

        The folder is for the counts.
        """
        if not self.line.drawn:
            yield ("-s", "PROGRESS=0"), None
        else:
            with self._lock:
                self._files[site] = folder / "counts.json"
            read, write = os.pipe()
            above = Thread(target=self._pass_on, args=(read,))
            above.start()
            try:
                yield ("-s", f"PROGRESS_FILE={self._files[site]}"), write
            finally:
                os.close(write)
                above.join()
                with self._lock:
                    self._look()
                    del self._files[site]
        self._done += 1

    def show(self) -> None:
        """Draw the line; each site's thread may call it."""
        with self._lock:
            self.line.show(self._text)

    def close(self) -> None:
        """Take it away."""
        self.line.close()

    def _text(self) -> str:
        self._look()
        now, counts = time.monotonic(), sum(self._latest.values(), Counts())
        name = f"{self._done} of {self._sites} sites done, at {', '.join(sorted(self._files))},"
        return told(name, now - self._started, counts, self._pace.at(now, counts.pages))

    def _look(self) -> None:
        for site, file in self._files.items():
            if file.exists():
                self._latest[site] = Counts(**json.loads(file.read_bytes()))

    def _pass_on(self, pipe: int) -> None:
        with open(pipe, encoding="utf-8", errors="backslashreplace") as log:
            for line in log:
                self.line.write(line)
