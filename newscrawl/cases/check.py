"""What must be true of a saved page: its fields, its address, the layout that reads it, its next page.

Each check has a name and two values that must be equal, so that whoever runs it can show both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from newscrawl.cases.case import GENERAL, KEYS, NOT_REVIEWED, REFUSED, Case
from newscrawl.crawl.paging import next_page
from newscrawl.crawl.portal import PortalSpider
from newscrawl.page import host_of, is_within

FINE = "fine"
"""What a check wants that otherwise finds a sentence: what is wrong."""
# Of two texts that differ, what is shown around the first difference.
_AROUND = 24


class Outcome(NamedTuple):
    """What a check found, and what it should have."""

    got: object
    want: object


def check_names(case: Case) -> list[str]:
    """The checks of a case: the fields of expected.json first, then what page.json says. No page is read for it."""
    about_page = [name for name in _CHECKS if REFUSED not in case.expected or name not in ("layout", "next")]
    return [*case.expected, *about_page]


def check(case: Case, record: Mapping[str, Any], site: type[PortalSpider], name: str) -> Outcome:
    """One check; `record` is what newscrawl reads (`case.read`), `site` the description of the site."""
    if name == NOT_REVIEWED:
        return Outcome("a draft: compare expected.json with the page, then delete this line", FINE)
    if name in case.expected:
        return Outcome(record.get(name, _missing(record)), case.expected[name])
    return _CHECKS[name](case, record, site)


def _page_json(case: Case, _: Mapping[str, Any], __: type[PortalSpider]) -> Outcome:
    unknown = [key for key in case.page if key not in KEYS]
    stray = [key for key in case.page.get("known_failures", ()) if key not in case.expected]
    return Outcome([*unknown, *stray], [])


def _why(case: Case, _: Mapping[str, Any], __: type[PortalSpider]) -> Outcome:
    return Outcome(FINE if case.page.get("why") else "page.json does not say what the page is there for", FINE)


def _address(case: Case, _: Mapping[str, Any], site: type[PortalSpider]) -> Outcome:
    return Outcome(wrong_address(case.url, site, refused=REFUSED in case.expected), FINE)


def _layout(case: Case, record: Mapping[str, Any], _: type[PortalSpider]) -> Outcome:
    return Outcome(layout_of(record), case.page.get("layout"))


def _next(case: Case, _: Mapping[str, Any], __: type[PortalSpider]) -> Outcome:
    return Outcome(next_page(case.as_page()), case.page.get("next"))


_CHECKS: dict[str, Callable[[Case, Mapping[str, Any], type[PortalSpider]], Outcome]] = {
    "page.json": _page_json,
    "why": _why,
    "address": _address,
    "layout": _layout,
    "next": _next,
}


def _missing(record: Mapping[str, Any]) -> str:
    """What to show for a field that the record has not: the page was refused, or it was not."""
    return f"refused: {record[REFUSED]}: {record['detail']}" if REFUSED in record else "it is read as an article"


def wrong_address(url: str, site: type[PortalSpider], *, refused: bool = False) -> str:
    """`FINE`, or what is wrong with an address. That of a refused page need not look like an article's."""
    if not is_within(host_of(url), site.allowed_domains):
        return f"{url} is not on {', '.join(site.allowed_domains)}"
    if not refused and not re.search(site.article_url, url):
        return f"{url} does not match article_url"
    return FINE


def layout_of(record: Mapping[str, Any]) -> str:
    """The name of the layout that read a page, `general`, or `nobody` for a page that was refused before."""
    for line in record["trace"]:
        if line.startswith("extract: "):
            how = line.removeprefix("extract: ").split(",")[0]
            return GENERAL if how == "general extractor" else how.removeprefix("layout ")
    return "nobody"


def problem(case: Case, name: str, outcome: Outcome) -> str | None:
    """What is wrong, in a line; None when nothing is. A known failure must still fail."""
    known = case.page.get("known_failures", {}).get(name)
    if outcome.got == outcome.want:
        return f"is right now: take it out of known_failures ({known})" if known else None
    if known:
        return None
    return str(outcome.got) if outcome.want == FINE else said(outcome.got, outcome.want)


def said(got: object, want: object) -> str:
    """How two values differ: lists by their first differing entry, long texts by what stands around the difference.

    >>> said(["a", "b"], ["a", "c"]), said(["a"], ["a", "c"])
    ("[1]: got 'b', expected 'c'", "got 1 of 2: 'c' is missing")
    """
    if isinstance(got, list) and isinstance(want, list):
        for number, (mine, true) in enumerate(zip(got, want, strict=False)):
            if mine != true:
                return f"[{number}]: {said(mine, true)}"
        if len(got) < len(want):
            return f"got {len(got)} of {len(want)}: {want[len(got)]!r} is missing"
        return f"got {len(got)} for {len(want)}: {got[len(want)]!r} is too much"
    if isinstance(got, str) and isinstance(want, str):
        at = next((n for n, (a, b) in enumerate(zip(got, want, strict=False)) if a != b), min(len(got), len(want)))
        begin = max(0, at - _AROUND)
        return f"got {_cut(got, begin)}, expected {_cut(want, begin)}"
    return f"got {got!r}, expected {want!r}"


def _cut(text: str, begin: int) -> str:
    end = begin + 3 * _AROUND
    return f"{'…' if begin else ''}{text[begin:end]!r}{'…' if end < len(text) else ''}"
