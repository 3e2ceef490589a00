"""Records of runs -> what the templates print. Pure functions; nothing here knows of HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newscrawl.publish.record import STAGES
from newscrawl.publish.report.changes import Change, Fill, Record, changes, fills, total
from newscrawl.publish.report.figures import Bar, Columns, bars, over_time
from newscrawl.publish.report.text import marked
from newscrawl.publish.summary import seen
from newscrawl.refused import REASONS

OWN_STAGES = STAGES[1:]
_LEVELS = ("failed", "check", "ok")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a site's run went: `failed`, `check` (a person should look), `ok`; and why."""

    level: str
    why: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Our own time for a page, or for all: in seconds, and its parts by stage as shares of `of`."""

    url: str | None
    seconds: float
    stages: list[Bar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page to look at; texts are pieces, each with whether it was changed."""

    url: str | None
    why: str
    title_before: list[tuple[str, bool]]
    title: list[tuple[str, bool]]
    before: list[tuple[str, bool]]
    after: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """A site's part of the report."""

    record: Record
    status: Status
    changes: dict[str, Change]
    last_runs: int
    """How many earlier runs the changes are against."""
    failed: list[Mapping[str, Any]]
    passed: list[Mapping[str, Any]]
    fills: list[Fill]
    days: Columns | None
    older: int
    """Articles with a time that are older than the days told."""
    bars: dict[str, list[Bar]]
    """Bar charts by name: sections, families, refused, recovered, blocked, limits."""
    work: Work
    slowest: list[Work]
    samples: list[Sample]


def site_views(records: Sequence[Record], history: Mapping[str, Sequence[Record]]) -> list[SiteView]:
    """A view a site: failed ones first, else in the order crawled."""
    views = [site_view(record, history.get(record["site"], ())) for record in records]
    return sorted(views, key=lambda view: _LEVELS.index(view.status.level))


def site_view(record: Record, history: Sequence[Record]) -> SiteView:
    """What is printed of a site's run; `history` are its earlier runs, in any order."""
    before = sorted(history, key=lambda one: one["run"])
    changed = changes(record, before)
    return SiteView(
        record=record,
        status=status(record),
        changes=changed,
        last_runs=len(changed["articles"].runs) - 1,
        failed=[one for one in record["expectations"] if not one["passed"]],
        passed=[one for one in record["expectations"] if one["passed"]],
        fills=fills(record, before),
        days=over_time(record["days"]),
        older=record["filled"].get("published_at", 0) - sum(record["days"].values()),
        bars={
            name: bars(record[name], REASONS if name == "refused" else None)
            for name in ("sections", "families", "refused", "recovered", "blocked", "limits")
        },
        work=work(None, record["stage_seconds"]),
        slowest=_slowest(record["slowest"]),
        samples=[sample(one) for one in record["samples"]],
    )


def status(record: Record) -> Status:
    """How the run went. A site whose articles are all known already did not fail."""
    if not seen(record):
        return Status(level="failed", why=["no article was seen"])
    why = []
    if failed := sum(not one["passed"] for one in record["expectations"]):
        why.append(f"{failed} expectation{'s' if failed > 1 else ''} failed")
    if record["finish_reason"] != "finished":
        why.append(f"ended early: {record['finish_reason'] or 'no end was recorded'}")
    if blocked := record["blocked"]:
        why.append(f"blocked by {len(blocked)} host{'s' if len(blocked) > 1 else ''}")
    return Status(level="check" if why else "ok", why=why)


def work(url: str | None, seconds: Mapping[str, float], of: float = 0.0) -> Work:
    """Our own time by stage; a bar's length is its share of `of` seconds, or of the sum when that is 0."""
    own = {stage: seconds.get(stage, 0.0) for stage in OWN_STAGES}
    spent = sum(own.values())
    stages = [Bar(label=stage, value=took, share=took / (of or spent or 1)) for stage, took in own.items()]
    return Work(url=url, seconds=spent, stages=stages)


def _slowest(pages: Sequence[Mapping[str, Any]]) -> list[Work]:
    most = max((page["seconds"] for page in pages), default=0.0)
    return [work(page["url"], page, of=most) for page in pages]


def sample(one: Mapping[str, Any]) -> Sample:
    """A sample with its changes marked; where there is nothing from before, nothing is marked."""
    title_before, title = _sides(one["title_before"], one["title"])
    before, after = _sides(one["before"], one["after"])
    return Sample(url=one["url"], why=one["why"], title_before=title_before, title=title, before=before, after=after)


def _sides(before: str | None, after: str | None) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    if before and after:
        return marked(before, after)
    return [(before, False)] if before else [], [(after, False)] if after else []


def totals(records: Sequence[Record]) -> dict[str, float]:
    """The sums over the sites of a run."""
    names = ("articles", "restored", "refused", "blocked", "pages", "bytes", "seconds")
    return {name: sum(total(record, name) or 0 for record in records) for name in names}
