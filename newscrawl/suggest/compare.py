"""A proposed layout beside the general extractor: what each reads on the pages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from newscrawl.extract.layout import Layout
from newscrawl.items import Article
from newscrawl.page import Page
from newscrawl.publish.feed import to_line
from newscrawl.suggest.places import find_places, read_with
from newscrawl.suggest.propose import OPTIONAL, propose

FIELDS = (
    "title",
    "published_at",
    "source",
    "source_url",
    "reporters",
    "correspondents",
    "authors",
    "editors",
    "reviewers",
    "breadcrumb",
    "body",
    "images",
)
VERDICTS = ("same", "better", "worse", "other")
"""Better: the field is found, or right; worse: it is lost, or wrong; other: both say something, and nobody knows who is
right."""


# Of two texts that differ, what is shown before the first difference, and behind it twice as much.
_AROUND = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that the layout reads in another way."""

    page: str
    field: str
    verdict: str
    general: Any
    layout: Any

    def __str__(self) -> str:
        return f"{self.verdict}: {self.page}: {self.field}: {told_apart(self.layout, self.general)}"


@dataclass(slots=True)
class Suggestion:
    """What came of the pages."""

    layout: Layout
    counts: dict[str, Counter[str]]
    """Field -> verdict -> pages."""
    differences: list[Difference] = field(default_factory=list)
    misfits: dict[str, str] = field(default_factory=dict)
    """Pages the layout does not read, and what it misses on them."""
    fits: list[str] = field(default_factory=list)


def suggest(pages: Mapping[str, Page], name: str, truths: Mapping[str, Mapping[str, Any]]) -> Suggestion | None:
    """A layout for the template of most of the pages, held against the general extractor.

    `pages` are decoded and restored, by the names to call them by; `truths` holds the true fields of those for which
    they are known. None when the pages share no selector for their text. Raises `Refused`.
    """
    read = {place: read_with(page, ()) for place, page in pages.items()}
    places = {place: find_places(page, read[place]) for place, page in pages.items()}
    layout = propose(list(places.values()), name)
    if layout is None:
        return None
    general = {place: _record(article) for place, article in read.items()}
    suggestion = held(layout, pages, general, truths)
    for part in OPTIONAL:
        # a part that costs a field is not worth naming: the general extractor finds it better
        without = held(replace(suggestion.layout, **{part: ""}), pages, general, truths)
        if _lost(without.differences) < _lost(suggestion.differences):
            suggestion = without
    return suggestion


def held(
    layout: Layout,
    pages: Mapping[str, Page],
    general: Mapping[str, Mapping[str, Any]],
    truths: Mapping[str, Mapping[str, Any]],
) -> Suggestion:
    """What a layout reads on the pages, beside the records of the general extractor."""
    suggestion = Suggestion(layout, {name: Counter() for name in FIELDS})
    for place, page in pages.items():
        article = read_with(page, [layout])
        draft = article.pages[0].draft
        if draft is None or not draft.how.startswith(f"layout {layout.name}"):
            suggestion.misfits[place] = _missing(layout, page, article)
            continue
        suggestion.fits.append(place)
        record = _record(article)
        for name in FIELDS:
            verdict = judged(general[place][name], record[name], truths.get(place, {}).get(name, _UNKNOWN))
            suggestion.counts[name][verdict] += 1
            if verdict != "same":
                suggestion.differences.append(
                    Difference(
                        page=place, field=name, verdict=verdict, general=general[place][name], layout=record[name]
                    )
                )
    return suggestion


_UNKNOWN = object()


def judged(general: Any, mine: Any, truth: Any = _UNKNOWN) -> str:
    """One of `VERDICTS` for what the layout reads.

    >>> judged(None, "江汉日报"), judged(["张三"], []), judged("a", "b"), judged("a", "b", "a")
    ('better', 'worse', 'other', 'worse')
    """
    if general == mine:
        return "same"
    if truth is not _UNKNOWN and truth in (general, mine):
        return "better" if mine == truth else "worse"
    return "better" if not general else "worse" if not mine else "other"


def told_apart(layout: Any, general: Any) -> str:
    """How two values of a field differ: lists by their first differing entry, texts by what is around the difference.

    >>> told_apart(["a", "expected"], ["a"]), told_apart(None, "江汉日报")
    ("[1]: got 'expected', the general extractor has None", "got None, the general extractor has '江汉日报'")
    """
    if isinstance(layout, list) and isinstance(general, list):
        pairs = enumerate(zip_longest(layout, general))
        number, pair = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
        return f"[{number}]: {told_apart(*pair)}"
    begin = 0
    if isinstance(layout, str) and isinstance(general, str):
        pairs = enumerate(zip_longest(layout, general))
        begin = max(0, next((at for at, pair in pairs if pair[0] != pair[1]), 0) - _AROUND)
    return f"got {_cut(layout, begin)}, the general extractor has {_cut(general, begin)}"


def _cut(value: Any, begin: int) -> str:
    if not isinstance(value, str):
        return repr(value)
    end = begin + 3 * _AROUND
    return f"{'…' if begin else ''}{value[begin:end]!r}{'…' if end < len(value) else ''}"


def _lost(differences: Iterable[Difference]) -> int:
    return sum(difference.verdict == "worse" for difference in differences)


def _record(article: Article) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(to_line(article))
    return record


def _missing(layout: Layout, page: Page, article: Article) -> str:
    """The selectors of a layout that match nothing on a page."""
    pruned = find_places(page, article).pruned
    parts = [(part, getattr(layout, part)) for part in ("title", "byline", "body")]
    return (
        ", ".join(f"no {part} at {css}" for part, css in parts if css and not pruned.select(css)) or "another reads it"
    )
