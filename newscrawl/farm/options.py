"""What a job may ask of its crawl: a few of the options of `scrapy run`, and nothing that could run code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from newscrawl.crawl.days import MOST_DAYS, iso_day
from newscrawl.crawl.frontier import Limits


@dataclass(frozen=True, kw_only=True)
class Options:
    """Checked when it is made: raises `ValueError` for what `scrapy run` would not take."""

    minutes: float = 0
    """Time for the site; 0: no limit."""
    since: str | None = None
    """A day in ISO 8601."""
    revisit: int | None = None
    """Days."""
    limits: Mapping[str, str] = field(default_factory=dict)
    """Of crawl/frontier.py, by name."""

    def __post_init__(self) -> None:
        if not (type(self.minutes) in (int, float) and 0 <= self.minutes < float("inf")):
            raise ValueError(f"minutes must be 0 or more, not {self.minutes!r}")
        if self.since is not None:
            iso_day(str(self.since))
        if self.revisit is not None and not (type(self.revisit) is int and 0 <= self.revisit <= MOST_DAYS):
            raise ValueError(f"revisit must be a number of days, not {self.revisit!r}")
        if not isinstance(self.limits, dict) or not all(isinstance(value, str) for value in self.limits.values()):
            raise ValueError(f"limits must be texts by name, not {self.limits!r}")
        Limits().changed(self.limits)

    def arguments(self) -> list[str]:
        """The options of `scrapy crawl` that do the same."""
        given = [word for name, value in self.limits.items() for word in ("-a", f"{name}={value}")]
        given += ["--since", self.since] if self.since else []
        return given + (["--revisit", str(self.revisit)] if self.revisit is not None else [])

    def to_json(self) -> str:
        """As the database keeps it."""
        return json.dumps(asdict(self))


def from_json(text: str) -> Options:
    """Options as the database has them, where others may have written. Raises `ValueError`."""
    try:
        told = json.loads(text)
    except RecursionError:
        raise ValueError("options are nested too deep") from None
    known = {one.name for one in fields(Options)}
    if not isinstance(told, dict) or (unknown := told.keys() - known):
        raise ValueError(f"unknown options: {', '.join(sorted(unknown)) if isinstance(told, dict) else told!r}")
    return Options(**told)
