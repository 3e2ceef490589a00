"""The rows of tables/kinds.tsv that are found on a page: addresses, programs, titles, words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from newscrawl.extract.draft import Draft
from newscrawl.items import Article
from newscrawl.judge.evidence import MOST, SENTENCE_ENDS, Evidence
from newscrawl.tables import rows

# Labels and counters are short; 60 lets a row of them pass, 120 one without any punctuation.
FURNITURE, LONG_FURNITURE = 60, 120
# Places of a thousand characters; the others are short, and their patterns more than lists of words.
_LONG = frozenset(("labels", "prose"))
_PUNCTUATION = re.compile(r"[，。！？；]")
# The alternatives of a pattern that stand in no brackets, and what makes one of them more than a word.
_ALTERNATIVES = re.compile(r"(?<!\\)\|(?!(?:[^()\\]|\\.)*\))")
_SPECIAL = re.compile(r"[\\^$.?*+(\[{|]")
# Of a pattern, what may match different texts; a group that holds no other; a character that may be missing.
_CLASS = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]")
_GROUP = re.compile(r"\([^()]*\)")
# What the rules below would take for characters: no literal is believed of such a pattern.
_UNUSUAL = re.compile(r"\(\?[a-z]+\)|\[\^?\]|\\[xuUN]|[?*+}][?+]")
_OPTIONAL = re.compile(r"[^\n](?:[?*]|\{[^}]*\})")
_LITERAL = re.compile(r"[^\n.^$+|]+")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """An alternative of a row, and the words without which it cannot match: looking for those is far cheaper."""

    expression: re.Pattern[str]
    literals: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A row; of its pattern the plain words apart."""

    reason: str
    where: str
    needed: int
    points: int
    words: frozenset[str]
    patterns: tuple[_Pattern, ...]

    def find(self, text: str, words: frozenset[str]) -> set[str]:
        """What of the row stands in a text that holds `words` of all rows; of 密码 and 忘记密码 the longer only."""
        found = {*(self.words & words)}
        for pattern in self.patterns:
            if pattern.literals <= words:
                found.update(match[0].strip() for match in pattern.expression.finditer(text))
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
    words = {where: _words_in(text) if where in _LONG else frozenset[str]() for where, text in places.items()}
    points: Counter[tuple[str, str]] = Counter()
    seen: dict[tuple[str, str], set[str]] = {}
    for kind in _kinds():
        found = kind.find(places[kind.where], words[kind.where])
        if len(found) >= kind.needed:
            points[kind.reason, kind.where] += kind.points * (len(found) // kind.needed)
            seen.setdefault((kind.reason, kind.where), set()).update(found)
    for (reason, where), worth in points.items():
        some = ", ".join(sorted(seen[reason, where])[:5])
        yield Evidence(reason, min(worth, MOST), f"{where}: {some}")


def _words_in(text: str) -> frozenset[str]:
    """The words of all rows, and of their patterns, that stand in a text."""
    try:
        return frozenset(_finder().find_matches_as_strings(text, overlapping=True))
    except UnicodeEncodeError:  # half a surrogate pair, which a text may hold that was no bytes
        return _words_in(text.encode(errors="replace").decode())


def _labels(page_text: str) -> str:
    lines = page_text.splitlines()
    labels = [
        line
        for line in lines
        if not line.endswith(SENTENCE_ENDS)
        and (len(line) <= FURNITURE or (len(line) <= LONG_FURNITURE and not _PUNCTUATION.search(line)))
    ]
    return "\n".join(labels).replace(":", "：")


@lru_cache(maxsize=1)
def _kinds() -> tuple[_Kind, ...]:
    return tuple(map(_kind, rows("kinds")))


@lru_cache(maxsize=1)
def _finder() -> AhoCorasick:
    """Finds all words of long places in one pass over a text."""
    patterns = [pattern.literals for kind in _kinds() for pattern in kind.patterns]
    return AhoCorasick(sorted(frozenset().union(*(kind.words for kind in _kinds()), *patterns)))


def _kind(row: dict[str, str]) -> _Kind:
    if row["where"] in _LONG:
        parts = _ALTERNATIVES.split(row["pattern"])
        words = frozenset(part for part in parts if not _SPECIAL.search(part))
        patterns = tuple(_Pattern(_compiled(part), _literals(part)) for part in parts if part not in words)
    else:
        words, patterns = frozenset(), (_Pattern(_compiled(row["pattern"]), frozenset()),)
    return _Kind(row["reason"], row["where"], int(row["needed"]), int(row["points"]), words, patterns)


def _compiled(part: str) -> re.Pattern[str]:
    return re.compile(part, re.MULTILINE)


def _literals(part: str) -> frozenset[str]:
    """The words that stand in whatever a pattern without alternatives matches; what is in brackets is not looked at."""
    if _UNUSUAL.search(part):
        return frozenset()
    bare = _CLASS.sub("\n", part)
    while bare != (bare := _GROUP.sub("\n", bare)):
        pass
    if "|" in bare:
        return frozenset()
    return frozenset(_LITERAL.findall(_OPTIONAL.sub("\n", re.sub(r"\n(?:[?*]|\{[^}]*\})", "\n", bare))))
