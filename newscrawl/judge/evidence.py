"""What a page has of an article, and the form in which it is told what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newscrawl.extract.draft import Draft
from newscrawl.items import Article

# The most that all rows of a reason give for one place they are looked for in. An article that names its source and has
# prose stands at 3, so that no list of words refuses it alone.
MOST = 3
# All but one of 65 real articles have more prose; recipes, cards and captions mostly have less. Where nobody is named
# it takes more: posts, answers and offers have a time and a few sentences, too.
PROSE, PROSE_OF_NOBODY = 100, 250
# Of real articles' text 60 % to 100 % is sentences, but for two of 65, which name their time, source and people.
SENTENCES = 0.6
SENTENCE_ENDS = ("。", "！", "？", "”", "；", "，", "…", "」")
_PUNCTUATION = re.compile(r"[，。！？；]")
_EDITORIAL = re.compile(r"article|news", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks against the page: for which reason of `refused.REASONS`, how much, and what was seen."""

    reason: str
    points: int
    seen: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a page has of an article."""

    has: tuple[str, ...]
    """Of time, source, people, prose and type (which the page declares) those it has."""

    @property
    def named(self) -> bool:
        """Whether somebody answers for the text; of 130 real articles all but three say who."""
        return "source" in self.has or "people" in self.has

    @property
    def published(self) -> bool:
        """Whether it is of somebody or of some time, as whatever is published."""
        return self.named or "time" in self.has

    @property
    def points(self) -> int:
        """A point for each, and one for being named; one at least, so that no trifle refuses a page."""
        return max(1, len(self.has) + self.named)


def standing(article: Article, draft: Draft) -> Standing:
    """What the page has of an article. A day alone is the time of anything, of an article beside source or people."""
    said = draft.embedded
    source = article.source is not None
    people = bool(article.reporters or article.authors or article.correspondents or article.editors)
    has = {
        "time": article.published_at is not None and (article.published_precision != "day" or source or people),
        "source": source,
        "people": people,
        "prose": has_prose(article.body, PROSE if source or people else PROSE_OF_NOBODY),
        "type": any(map(_EDITORIAL.search, [said.og_type or "", *said.types])),
    }
    return Standing(tuple(name for name, found in has.items() if found))


def is_sentence(text: str) -> bool:
    """Whether a line is prose: it ends as a sentence does, or has two marks of punctuation."""
    return text.endswith(SENTENCE_ENDS) or len(_PUNCTUATION.findall(text)) > 1


def has_prose(body: Sequence[str], least: int = PROSE) -> bool:
    """Whether paragraphs are mostly sentences, and so many characters of them."""
    length = sum(map(len, body))
    return sum(len(text) for text in body if is_sentence(text)) >= max(least, SENTENCES * length)
