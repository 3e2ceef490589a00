"""A text as it was served beside the one given back: character by character, with what was repaired and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from newscrawl.decode.restore.families import PINYIN
from newscrawl.decode.restore.lexicon import CJK, gbk_bytes, simplify

# 發(fā), with whatever space the mirror puts inside or behind the bracket.
_ANNOTATED = re.compile(rf"([{CJK}])\([{PINYIN}]{{1,6}} ?\) ?")
_ONLY_COMMAS = re.compile(r"[,，]+")
# Two texts of so many characters take a second to compare; longer ones are compared line by line, or not at all.
MOST = 20_000
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
    if len(seen) > MOST or len(restored) > MOST:
        return [_repair(seen, restored)]
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
    """(seen, restored, kind) from left to right."""
    for tag, a, b, c, d in SequenceMatcher(None, keys, restored, autojunk=False).get_opcodes():
        if tag != "equal":
            yield "".join(units[a:b]), restored[c:d], "misaligned"
            continue
        for unit, char in zip(units[a:b], restored[c:d], strict=True):
            yield unit, char, None if unit == char else "annotation" if len(unit) > 1 else "traditional"


def _merged(runs: Iterator[tuple[str, str, str | None]]) -> Iterator[tuple[str, str, str | None]]:
    """Neighbours of one kind as one run, but for annotations; what little stands between misaligned runs is theirs."""
    done: list[tuple[str, str, str | None]] = []
    for seen, restored, kind in runs:
        if kind == "misaligned" and len(done) > 1 and done[-2][2] == kind and len(done[-1][0]) <= _CHANCE:
            middle, before = done.pop(), done.pop()
            done.append((before[0] + middle[0] + seen, before[1] + middle[1] + restored, kind))
        elif done and done[-1][2] == kind and kind != "annotation":
            before = done.pop()
            done.append((before[0] + seen, before[1] + restored, kind))
        else:
            done.append((seen, restored, kind))
    yield from done


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
