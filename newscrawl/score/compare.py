"""What was read against what is true: the figures of a reader on a set of pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from newscrawl.score.pages import Truth
from newscrawl.score.readers import Reader, Reading
from newscrawl.score.variants import Given

_SPACE = re.compile(r"\s+")
_GRAM = 4


class Figure(NamedTuple):
    """A figure: the mean of the answers to a question, each from 0 to 1."""

    name: str
    field: str
    """Which field of a reader answers it; empty when every reader does."""
    best: int = 1
    """The best answer; 0 where the figure counts mistakes."""
    tolerated: float = 0.0
    """An answer further than this from the best one is listed as wrong."""

    def is_wrong(self, value: float) -> bool:
        """Whether an answer is one to look at."""
        return abs(self.best - value) > self.tolerated


FIGURES: tuple[Figure, ...] = (
    Figure("title", "title"),
    Figure("minute", "minute"),
    Figure("day", "time"),
    Figure("source", "source"),
    Figure("reporters", "reporters"),
    Figure("false reporters", "reporters", best=0),
    Figure("editors", "editors"),
    Figure("first+last sentence", "body"),
    Figure("body F1", "body", tolerated=0.05),
    Figure("junk in body", "body", best=0, tolerated=0.05),
    Figure("non-articles accepted", "", best=0),
    Figure("correspondents", "correspondents"),
    Figure("false source", "source", best=0),
    Figure("false editors", "editors", best=0),
    Figure("false correspondents", "correspondents", best=0),
    Figure("articles accepted", ""),
)
"""The columns of the table. White space never counts.

Right or wrong: title; minute (where the page tells it) and day of the time; source, reporters (with the authors),
editors and correspondents, in order and complete, on pages that have any; `false` ones on pages that have none: the
share on which one is given; the first and the last sentence, found in the body. Body F1 is that of the runs of four
characters of the body and the true one, `junk in body` the share of them that are not in the true one. A refused
article has nothing right, and no junk.
"""
_FIGURES = {figure.name: figure for figure in FIGURES}


class Answer(NamedTuple):
    """How right one answer is."""

    file: str
    value: float
    said: str
    """What was read and what is true, for people."""


@dataclass(slots=True)
class Score:
    """The answers of one reader."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    """By the name of the figure; figures nobody asked for are missing."""
    milliseconds: list[tuple[float, str]] = field(default_factory=list)
    """How long each page took, with its file."""

    @property
    def shares(self) -> dict[str, float]:
        """The figures, 0 to 1, in the order of `FIGURES`."""
        return {name: _mean(self.answers[name]) for name in _FIGURES if name in self.answers}

    def wrong(self, name: str) -> list[str]:
        """A line for each wrong answer to a question: file, figure, what was read, what is true."""
        answers = self.answers.get(name, [])
        return [f"{answer.file}: {name}: {answer.said}" for answer in answers if _FIGURES[name].is_wrong(answer.value)]


def _mean(answers: Sequence[Answer]) -> float:
    return sum(answer.value for answer in answers) / len(answers)


def compare(reader: Reader, pages: Sequence[Given]) -> Score:
    """Hold what a reader found against what is true of the pages, which are in the order in which it read them."""
    score = Score()
    for given, reading in zip(pages, reader.readings, strict=True):
        page = given.page
        score.milliseconds.append((reading.milliseconds, page.file))
        for name, value, said in _values(given, reading, page.truth):
            if not _FIGURES[name].field or _FIGURES[name].field in reader.fields:
                score.answers.setdefault(name, []).append(Answer(page.file, float(value), said))
    return score


def _values(given: Given, reading: Reading, truth: Truth | None) -> Iterator[tuple[str, float, str]]:
    """(Figure, value, what to say) for every question that a page asks."""
    if truth is None:
        yield "non-articles accepted", reading.accepted, f"{given.page.kind} read as {reading.title!r}"
        return
    yield "articles accepted", reading.accepted, reading.refusal
    for name, got, want in _questions(given, reading, truth):
        is_alike = got == want
        yield name, is_alike if _FIGURES[name].best else not is_alike, f"{got!r} is not {want!r}"
    body = _bare(reading.body, given)
    for sentence in (truth.first_sentence, truth.last_sentence):
        yield "first+last sentence", _bare(sentence, given) in body, f"no {sentence!r} in {reading.body[:40]!r}"
    mine, true = _grams(body), _grams(_bare(truth.body, given))
    common = (mine & true).total()
    overlap = 2 * common / max(1, mine.total() + true.total())
    junk = 1 - common / mine.total() if mine else 0.0
    yield "body F1", overlap, f"{overlap:.3f}"
    yield "junk in body", junk, f"{junk:.3f}"


def _questions(given: Given, reading: Reading, truth: Truth) -> Iterator[tuple[str, object, object]]:
    """(Figure, what was read, what is true) for the fields that are right or wrong."""
    yield "title", _bare(reading.title, given), _bare(truth.title, given)
    at, true_at = reading.time, truth.time or ""
    if true_at and truth.precision != "day":
        yield "minute", at[:16], true_at[:16]
    yield "day", at[:10], true_at[:10]
    yield _asked("source", [reading.source] if reading.source else [], [truth.source] if truth.source else [], given)
    if truth.reporters is not None:
        yield _asked("reporters", reading.reporters, truth.reporters, given)
    yield _asked("editors", reading.editors, truth.editors, given)
    yield _asked("correspondents", reading.correspondents, truth.correspondents, given)


def _asked(name: str, got: list[str], want: list[str], given: Given) -> tuple[str, object, object]:
    """Pages that have the field and pages that have not are two questions."""
    return name if want else f"false {name}", [_bare(one, given) for one in got], [_bare(one, given) for one in want]


def _bare(text: str, given: Given) -> str:
    return _SPACE.sub("", text).translate(given.folded)


def _grams(text: str) -> Counter[str]:
    return Counter(text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1))
