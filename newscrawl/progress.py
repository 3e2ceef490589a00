"""Progress of long work: one line at the foot of a terminal, and nowhere else.

Not in a pipe, a file or cron's mail, not beside a log of JSON, and not with `-s PROGRESS=0`. Nothing that a page says
goes into the line.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import IO, NoReturn

from scrapy.settings import BaseSettings
from tqdm import tqdm

SECONDS = 0.5
"""How often a crawl shows what it has done: often enough to be seen alive, and no work that could be measured."""
_BETWEEN = 0.2
"""Seconds between two drawings at the least: no eye is faster, and a reader of files may call for every page."""
_WINDOW = 30.0
"""Seconds that a rate is taken over: longer than a host is left alone for mostly, short enough to show a stall."""


@dataclass(slots=True, kw_only=True)
class Counts:
    """What this process has done so far."""

    pages: int = 0
    articles: int = 0
    known: int = 0
    """Articles known from earlier runs."""
    refused: int = 0
    restored: int = 0

    def __add__(self, other: Counts) -> Counts:
        more = asdict(other)
        return Counts(**{name: count + more[name] for name, count in asdict(self).items()})


class Pace:
    """How many pages a second, lately."""

    def __init__(self, now: float) -> None:
        """`now` and all other times are seconds of one clock."""
        self._marks = deque([(now, 0)])

    def at(self, now: float, pages: int) -> float:
        """Pages a second over the last half minute, when there are `pages` of them by now."""
        self._marks.append((now, pages))
        while len(self._marks) > 2 and self._marks[1][0] <= now - _WINDOW:
            self._marks.popleft()
        then, before = self._marks[0]
        return (pages - before) / (now - then) if now > then else 0.0


def drawn(settings: BaseSettings, *, mixed: bool = False) -> bool:
    """Whether progress is drawn; `mixed`: the output goes to the same terminal."""
    wanted = settings.getbool("PROGRESS") and not settings.getbool("LOG_JSON") and not mixed
    return wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def told(name: str, seconds: float, counts: Counts, pace: float, left: float | None = None) -> str:
    """The line: how long it has taken, what was done, and how many seconds are left when that is known.

    >>> told("demo", 62, Counts(pages=130, articles=86, refused=10, restored=2), 3.14, 75.2)
    'demo 1:02  130 pages 3.1/s  86 articles  10 refused  2 restored  1:15 left'
    """
    known = [f"{counts.known:,} known"] if counts.known else []
    parts = [
        f"{name} {clock(seconds)}",
        f"{counts.pages:,} pages {pace:.1f}/s",
        f"{counts.articles:,} articles",
        *known,
        f"{counts.refused:,} refused",
        f"{counts.restored:,} restored",
    ]
    return "  ".join(parts if left is None else [*parts, f"{clock(left)} left"])


def clock(seconds: float) -> str:
    """A time as a clock shows it.

    >>> clock(7), clock(3725)
    ('0:07', '1:02:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


class Line:
    """The line on the terminal, cut to its width. `show` draws it, `write` lets text pass above it."""

    def __init__(self, *, drawn: bool) -> None:
        """Nothing is drawn at first, and never when `drawn` is false."""
        tqdm.monitor_interval = 0  # its thread would be there when workers are forked
        self._bar: tqdm[NoReturn] | None = None
        self.drawn, self._due = drawn, 0.0

    def show(self, text: Callable[[], str]) -> None:
        """Draw what `text` says, unless that was done a moment ago."""
        now = time.monotonic()
        if not self.drawn or now < self._due:
            return
        self._due = now + _BETWEEN
        if self._bar is None:
            self._bar = tqdm(bar_format="{desc}", file=sys.stderr, leave=False, dynamic_ncols=True)
        self._bar.set_description_str(text())

    def write(self, text: str, file: IO[str] | None = None) -> int:
        """Write text above the line, to standard error if not told otherwise; its end is the caller's."""
        file = file or sys.stderr
        if self._bar is None:
            file.write(text)
        else:
            tqdm.write(text, file, end="")
        file.flush()
        return len(text)

    def flush(self) -> None:
        """Nothing waits: with this and `write` it can be the stream of a log."""
        sys.stderr.flush()

    def close(self) -> None:
        """Take the line away."""
        self.drawn = False
        if self._bar is not None:
            self._bar.close()
            self._bar = None
