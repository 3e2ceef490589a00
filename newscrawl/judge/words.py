"""The rows of tables/kinds.tsv that are found on a page: addresses, programs, titles, words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.extract.draft import Draft
from newscrawl.items import Article
from newscrawl.judge.evidence import MOST, SENTENCE_ENDS, Evidence
from newscrawl.tables import rows

# Labels and counters are short; 60 lets a row of them pass, 120 one without any punctuation.
FURNITURE, LONG_FURNITURE = 60, 120
# The alternatives of a pattern that stand in no brackets, and what makes one of them more than a word.
_ALTERNATIVES = re.compile(r"(?<!\\)\|(?![^(]*\))")
_PUNCTUATION = re.compile(r"[，。！？；]")
_SPECIAL = re.compile(r"[\\^$.?*+(\[{|]")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A row; of its pattern the plain words apart, which are found ten times faster."""

    reason: str
    where: str
    needed: int
    points: int
    words: tuple[str, ...]
    pattern: re.Pattern[str] | None

    def find(self, text: str, letters: frozenset[str]) -> set[str]:
        """What of the row stands in a text, whose characters are `letters`; of 密码 and 忘记密码 the longer only."""
        found = {word for word in self.words if letters.issuperset(word) and word in text}
        if self.pattern:
            found.update(match[0].strip() for match in self.pattern.finditer(text))
        return {one for one in found if not any(one in other and one != other for other in found)}


def words_against(article: Article, draft: Draft) -> Iterator[Evidence]:
    """One piece of evidence for each reason and place in which rows are found, worth `MOST` points at most.

    The places: address, program (generator), types (OpenGraph, JSON-LD), headline, title (headline and <title>), labels
    (short lines that are no sentences, with full-width colons), prose (the text of the page).
    """
    said = draft.embedded
    places = {
        "address": f"{article.url or ''} {article.canonical_url or ''}",
        "program": said.generator or "",
        "types": " ".join([said.og_type or "", *said.types]),
        "headline": article.title or "",
        "title": f"{article.title or ''}\n{said.title or ''}",
        "labels": _labels(draft.page_text),
        "prose": draft.page_text,
    }
    letters = {where: frozenset(text) for where, text in places.items() if where != "labels"}
    letters["labels"] = letters["prose"] | {"："}  # some too many; to count them would take longer than it saves
    points: Counter[tuple[str, str]] = Counter()
    seen: dict[tuple[str, str], set[str]] = {}
    for kind in _kinds():
        found = kind.find(places[kind.where], letters[kind.where])
        if len(found) >= kind.needed:
            points[kind.reason, kind.where] += kind.points * (len(found) // kind.needed)
            seen.setdefault((kind.reason, kind.where), set()).update(found)
    for (reason, where), worth in points.items():
        some = ", ".join(sorted(seen[reason, where])[:5])
        yield Evidence(reason, min(worth, MOST), f"{where}: {some}")


def _labels(page_text: str) -> str:
    lines = page_text.splitlines()
    labels = [
        line
        for line in lines
        if not line.endswith(SENTENCE_ENDS)
        and len(line) <= (FURNITURE if _PUNCTUATION.search(line) else LONG_FURNITURE)
    ]
    return "\n".join(labels).replace(":", "：")


@lru_cache(maxsize=1)
def _kinds() -> tuple[_Kind, ...]:
    return tuple(map(_kind, rows("kinds")))


def _kind(row: dict[str, str]) -> _Kind:
    # addresses and titles are short, and their patterns more than lists of words
    parts = _ALTERNATIVES.split(row["pattern"]) if row["where"] in ("labels", "prose") else [row["pattern"]]
    words = tuple(part for part in parts if not _SPECIAL.search(part))
    rest = "|".join(part for part in parts if _SPECIAL.search(part))
    pattern = re.compile(rest, re.MULTILINE) if rest else None
    return _Kind(row["reason"], row["where"], int(row["needed"]), int(row["points"]), words, pattern)
