"""A text as it was served beside the one given back: character by character, with what was repaired and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from newscrawl.decode.restore.families import PINYIN
from newscrawl.decode.restore.lexicon import CJK, gbk_bytes, simplify

# 發(fā), with the space that some mirrors put inside the bracket.
_ANNOTATED = re.compile(rf"([{CJK}])\([{PINYIN}]{{1,6}} ?\)")
_ONLY_COMMAS = re.compile(r"[,，]+")
# Two texts are in step again where so many characters are equal: two in a row may be chance.
_IN_STEP = 3
# Two lines that are out of step for longer than this have nothing to do with each other.
_FURTHEST = 60
# Equal characters between two repairs may be chance when they are so few: 日?qǐng)?bào) has a ? of its own.
_CHANCE = 1


class Piece(NamedTuple):
    """A run of text. Pieces joined by `seen` are the text as served, joined by `restored` the one given back."""

    seen: str
    restored: str
    kind: str | None = None
    """What was repaired: annotation, traditional, misaligned, comma; None for text that is as it was."""
    note: str = ""
    """The bytes in GBK on both sides and the rule, for people."""


def align(seen: str, restored: str) -> list[Piece]:
    """The pieces of two texts of which one is the other repaired.

    >>> [piece[:3] for piece in align("湖北日?qǐng)?bào)道", "湖北日报道")]
    [('湖北日', '湖北日', None), ('?qǐng)?bào)', '报', 'misaligned'), ('道', '道', None)]
    >>> [piece[:3] for piece in align("發(fā)布時間", "发布时间")]
    [('發(fā)', '发', 'annotation'), ('布', '布', None), ('時間', '时间', 'traditional')]
    """
    if seen == restored:
        return [Piece(seen, restored)] if seen else []
    return [_piece(*run) for run in _merged(_runs(*_units(seen), restored))]


def _units(seen: str) -> tuple[list[str], str]:
    """A text cut into what stands for one character each (報(bào) is one), and those characters simplified."""
    units: list[str] = []
    done = 0
    for found in _ANNOTATED.finditer(seen):
        units += [*seen[done : found.start()], found[0]]
        done = found.end()
    units += seen[done:]
    return units, "".join(unit[0].translate(simplify())[0] for unit in units)


def _runs(units: list[str], keys: str, restored: str) -> Iterator[tuple[str, str, str | None]]:
    """(seen, restored, kind) from left to right; takes time in proportion to the length, whatever the texts are."""
    at = to = 0
    while at < len(keys) or to < len(restored):
        if keys[at : at + 1] == restored[to : to + 1]:
            unit, char = units[at], restored[to]
            yield unit, char, None if unit == char else "annotation" if len(unit) > 1 else "traditional"
            at, to = at + 1, to + 1
        else:
            more, further = _out_of_step(keys[at : at + 2 * _FURTHEST], restored[to : to + 2 * _FURTHEST])
            yield "".join(units[at : at + more]), restored[to : to + further], "misaligned"
            at, to = at + more, to + further


def _out_of_step(keys: str, restored: str) -> tuple[int, int]:
    """How many characters of both go by until they are in step again, as few as can be."""
    for length in range(1, 2 * _FURTHEST):
        for more in range(max(0, length - _FURTHEST), min(length, _FURTHEST) + 1):
            rest, other = keys[more : more + _IN_STEP], restored[length - more :][:_IN_STEP]
            if rest == other and more <= len(keys) and length - more <= len(restored):
                return more, length - more
    return min(_FURTHEST, len(keys)), min(_FURTHEST, len(restored))


def _merged(runs: Iterator[tuple[str, str, str | None]]) -> Iterator[tuple[str, str, str | None]]:
    """Neighbours of one kind as one run, but for annotations; what little stands between misaligned runs is theirs."""
    done: list[_Run] = []
    for seen, restored, kind in runs:
        if (seen, restored) == (" ", "") and done and done[-1].kind == "annotation":  # others put it behind the bracket
            done[-1].add(" ", "")
        elif kind == "misaligned" and len(done) > 1 and done[-2].kind == kind and done[-1].length <= _CHANCE:
            middle = done.pop()
            done[-1].add("".join(middle.seen), "".join(middle.restored))
            done[-1].add(seen, restored)
        elif done and done[-1].kind == kind and kind != "annotation":
            done[-1].add(seen, restored)
        else:
            done.append(_Run(kind, [seen], [restored]))
    for run in done:
        yield "".join(run.seen), "".join(run.restored), run.kind


@dataclass(slots=True)
class _Run:
    """A run as it grows, in parts: to join them each time would take a long run squared."""

    kind: str | None
    seen: list[str]
    restored: list[str]

    @property
    def length(self) -> int:
        return sum(map(len, self.seen))

    def add(self, seen: str, restored: str) -> None:
        self.seen.append(seen)
        self.restored.append(restored)


def _piece(seen: str, restored: str, kind: str | None) -> Piece:
    if kind is None:
        return Piece(seen, restored)
    if kind == "misaligned":
        return _repair(seen, restored)
    rule = (
        "the mirror put its reading behind a character of its table, and mapped it to the traditional one"
        if kind == "annotation"
        else "the mirror maps characters one by one to traditional ones"
    )
    return Piece(seen, restored, kind, f"{_bytes(seen)} → {_bytes(restored)}; {rule}")


def _repair(seen: str, restored: str) -> Piece:
    if _ONLY_COMMAS.fullmatch(seen) and _ONLY_COMMAS.fullmatch(restored or ","):
        return Piece(seen, restored, "comma", "the mirror writes each comma twice")
    rule = (
        "the mirror worked on bytes, lost one, and read what follows one byte off; a language model chose the reading"
    )
    return Piece(seen, restored, "misaligned", f"{_bytes(seen)} → {_bytes(restored)}; {rule}")


def _bytes(text: str) -> str:
    """The bytes in GBK, a group a character; what GBK lacks by its code point. The first dozen characters."""
    shown = [
        (
            data.hex(" ").upper()
            if (data := gbk_bytes(char))
            else f"{ord(char):02X}"
            if char < "\x80"
            else f"U+{ord(char):04X}"
        )
        for char in text[:12]
    ]
    return " ".join(shown) + (" …" if len(text) > 12 else "") if text else "nothing"
