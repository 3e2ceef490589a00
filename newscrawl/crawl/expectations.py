"""What a run of a site is expected to bring, and what to look at when it falls short.

Pure functions of the run's record (publish/record.py) and of those before it; monitors.py runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

from newscrawl.refused import PASSED_BY

Record = Mapping[str, Any]

LAST_RUNS = 14
"""How many runs a run is held against: two weeks of daily ones hold both kinds of days, and forget what a site was like
before."""

# Shares of fewer articles than these say nothing: a night may bring three pictures without an author.
_ENOUGH = 10
# Fewer runs are no habit yet; the first of them brought everything there was.
_HABIT = 4
# A Sunday brings a third of a working day; a site whose lists have changed brings next to nothing.
_FEW = 0.25
# A field that so many more articles used to have was lost with a template, not with the news.
_LOST = 0.2
# The share of restored articles of a site hardly moves, unless pages are decoded wrongly or a mirror changes its ways.
_STRANGE = 0.25

# How a run ends that was not ended by a fault. A limit that bites is named in the record's `limits`.
_FINE = ("finished", "shutdown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What a site is expected to bring; a site file may say otherwise. Shares are 0 to 1."""

    articles: int = 0
    """New articles a run. None by itself is no fault: a quiet night, or a second run of the day."""
    filled: Mapping[str, float] = field(default_factory=lambda: {"title": 0.99, "published_at": 0.9, "body": 0.95})
    """Field -> share of the articles that have it. Nearly every article has a time; picture pages may have no text."""
    refused: float = 0.5
    """Share of the pages taken for articles that may be refused. Addresses of articles are known; half of them wrong
    means that they are not."""
    restored: float = 1.0
    """Share of the articles that may need to be restored. A portal's own pages never should; a mirror's all do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a run brought, what those before it did, and what was expected."""

    record: Record
    history: Sequence[Record]
    """Earlier records of the site, the newest first."""
    expect: Expect


def ended(run: Brought) -> str | None:
    """The run went to its end, or to one of its limits, and wrote what it refused."""
    reason = run.record["finish_reason"]
    if reason not in _FINE and str(reason).removesuffix("_limit") not in run.record["limits"]:
        return f"the run ended with {reason!r}: look at the last lines of its log"
    if lost := run.record["unwritten"]:
        return f"{lost} refusals could not be written to output/rejects: the log says why, at `cannot write refusals`"
    return None


def articles(run: Brought) -> str | None:
    """Articles were seen, and as many new ones as there should be."""
    found, seen = run.record["articles"], run.record["articles"] + run.record["unchanged"] + run.record["known"]
    if not seen:
        return (
            f"no article on {run.record['pages']} pages, neither new nor known: look at a list in `scrapy shell`, and "
            f"hold its links against article_url and list_url of the site file"
        )
    usual = _usual([one["articles"] for one in run.history])
    few = usual is not None and usual >= _ENOUGH and found < _FEW * usual and _is_due(run)
    if found < run.expect.articles or few:
        wanted = f"{run.expect.articles} or more" if found < run.expect.articles else f"{usual:g} in the last runs"
        return f"{found} articles, expected {wanted}: look at the lists in `scrapy shell`, and at what was refused"
    return None


def filled(run: Brought) -> str | None:
    """The fields are filled, as the site file says, and as in the last runs."""
    if run.record["articles"] < _ENOUGH:
        return None
    shares = _shares(run.record)
    before = [_shares(one) for one in run.history if one["articles"] >= _ENOUGH]
    short = []
    for name, share in shares.items():
        usual = _usual([one[name] for one in before if name in one])
        if share < run.expect.filled.get(name, 0.0) or (usual is not None and share < usual - _LOST):
            wanted = f"{usual:.0%} in the last runs" if usual is not None else f"expected {run.expect.filled[name]:.0%}"
            short.append(f"{name} {share:.0%} ({wanted})")
    if not short:
        return None
    return f"filled less than usual: {', '.join(short)}: look at the layouts, and at the trace of a line without it"


def refused(run: Brought) -> str | None:
    """Not too many of the pages taken for articles were refused."""
    counts = {reason: count for reason, count in run.record["refused"].items() if reason not in PASSED_BY}
    read = run.record["articles"] + run.record["unchanged"]
    total = sum(counts.values()) + read
    if total < _ENOUGH or sum(counts.values()) <= run.expect.refused * total:
        return None
    most = ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items(), key=lambda pair: -pair[1])[:3])
    return f"{sum(counts.values())} of {total} pages refused ({most}): look at their traces in output/rejects"


def restored(run: Brought) -> str | None:
    """As many articles were restored as is usual for the site."""
    if run.record["articles"] < _ENOUGH:
        return None
    share = run.record["restored"] / run.record["articles"]
    usual = _usual([one["restored"] / one["articles"] for one in run.history if one["articles"] >= _ENOUGH])
    if share <= run.expect.restored and (usual is None or abs(share - usual) <= _STRANGE):
        return None
    wanted = f"{usual:.0%} in the last runs" if usual is not None else f"expected at most {run.expect.restored:.0%}"
    return f"{share:.0%} of the articles restored ({wanted}): look at `restored` and `charset` of some lines"


def not_blocked(run: Brought) -> str | None:
    """No host turned the crawler away."""
    if not run.record["blocked"]:
        return None
    hosts = ", ".join(f"{host} ({count})" for host, count in run.record["blocked"].items())
    return f"turned away by {hosts}: crawl more slowly (DOWNLOAD_DELAY), or ask the site for permission"


CHECKS: dict[str, Callable[[Brought], str | None]] = {
    "ended": ended,
    "articles": articles,
    "filled": filled,
    "refused": refused,
    "restored": restored,
    "not_blocked": not_blocked,
}
"""Name -> check: None when all is well, else what is not and what to look at."""


def _is_due(run: Brought) -> bool:
    """Whether so much time has passed since the last run as usual, or half of it: a second run of a day brings less."""
    starts = [datetime.fromisoformat(one["started_at"]) for one in (run.record, *run.history) if one["started_at"]]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(starts)]
    return len(gaps) < 2 or gaps[0] >= median(gaps[1:]) / 2


def _shares(record: Record) -> dict[str, float]:
    return {name: count / record["articles"] for name, count in record["filled"].items()}


def _usual(values: Sequence[float]) -> float | None:
    """The median of the last runs; None when there are too few to be a habit."""
    return median(values) if len(values) >= _HABIT else None
