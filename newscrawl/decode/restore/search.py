"""The decoder: gives back what stood where a mirror's reader lost its step.

Such a spot begins where a lead byte was lost, and what follows is read one byte off until the reader meets ASCII. The
search goes through the symbols seen, keeps the readings of the bytes that they allow (`steps`), and lets the language
model choose. It ends where all readings that are left agree again, so its work grows with the damage and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from newscrawl.decode.restore.channel import FOLDED, to_cp936
from newscrawl.decode.restore.families import ANNOTATION, BARE, PINYIN, Damage
from newscrawl.decode.restore.left import Span
from newscrawl.decode.restore.likely import is_suspicious
from newscrawl.decode.restore.shapes import (
    BEGIN,
    END,
    LITERAL,
    NODE,
    ODD,
    QUOTED,
    SPACE,
    TAG,
    UNKNOWN_DIGIT,
    Floats,
    History,
    Ints,
    Paths,
    Seen,
    Work,
    new_history,
    new_paths,
)
from newscrawl.decode.restore.symbols import DELIMITERS, characters, chars, codes_of, load_model, see, site_of
from newscrawl.decode.restore.verify import explains
from newscrawl.decode.restore.walk import solve

# A reading whose every character costs this much is no Chinese; the wrong alignment costs about 11, news about 4.5.
_NO_CHINESE = 8.5

# More readings of a spot than this help nobody.
_RIVALS = 15
# Characters looked at in a row without giving back any: the text is a trap, and the search is not for it.
_FRUITLESS = 10_000
_CONTEXT = 48
_CLOSE = 8
_UNFOLDED = {ord(char): chr(ord(char) + 0xFEE0) for char in ",:!?;()"}
_PINYIN = rf"[{PINYIN}]{{1,6}}"
# 進 is DF 4D: behind a letter that is a trail byte, an annotation is put as behind a character.
_BEHIND_LETTER = rf"(?<=[^\x00-\x7f][@-~])\({_PINYIN} ?\)|(?<=[^\x00-\x7f][,:!?()][@-~])\({_PINYIN} ?\)"
_START = re.compile(rf"\?(?:{_PINYIN} ?\)|[{DELIMITERS}])|{_BEHIND_LETTER}")
_START_DROPPED = re.compile(rf"{BARE}|[!！]|[{DELIMITERS}](?=[^\x00-\x7f])|{_BEHIND_LETTER}")
_CUT_AT = re.compile(rf"\?([{DELIMITERS}])" + r"(?!\?)")
_DIGIT = "\0"
# No line begins so: it was a digit that was swallowed.
_YEAR_AHEAD = re.compile(r"\n(?=[09]\d\d年)")
# Figures are looked for in so many characters of a text.
_SAMPLE = 20_000


@dataclass(slots=True)
class Found:
    """What the search made of a text: the text, how many spots were given back, those that are not certain."""

    text: str
    count: int = 0
    doubtful: list[Span] = field(default_factory=list)
    delimiters: set[str] = field(default_factory=set)
    """Where the mirror cut, as far as a lost byte shows it."""


def decode(text: str, damage: Damage) -> Found:
    """Give back the spots of a damaged text that are out of step. Annotations and characters outside them stay.

    >>> decode("湖北日?qǐng)?bào)", Damage("A", {})).text
    '湖北日報'
    """
    desk = _desk()
    work = Work(load_model(), chars(), site_of(damage), see(text, damage.drops), desk.paths, desk.after, desk.history)
    aside = work._replace(after=desk.between)
    found = Found(text)
    out: list[str] = []
    done = looked_at = counted = open_before = length = fruitless = 0
    for start in (_START_DROPPED if damage.drops else _START).finditer(text):
        at = start.start()
        if at < looked_at:
            continue
        open_before, counted = _quoted(text[counted:at], open_before), at
        if damage.drops and start[0] in DELIMITERS and not _is_suspicious(work, damage, start, open_before):
            continue
        before = ANNOTATION.sub("", "".join(out[-1:]) + text[max(done, at - _CONTEXT) : at])
        state = _state_at(before, open_before, damage.folded)
        looked_at = max(at + 1, solve(work, aside, at, state))
        spots = _read_there(desk, work.seen, text, at, looked_at, damage)
        if not spots or spots[0] == text[at:looked_at]:
            fruitless += looked_at - at
            if fruitless > _FRUITLESS:
                break
            continue
        if not explains(_as_mapped(spots[0], damage), text[at:looked_at], _as_mapped(before, damage), damage):
            spots = (*spots, text[at:looked_at])
        out += [text[done:at], spots[0]]
        length += at - done
        found.doubtful += [_span(length, spots)] if len(spots) > 1 else []
        length += len(spots[0])
        done, counted, fruitless, open_before = looked_at, looked_at, 0, int(desk.state[0, QUOTED])
        found.count += 1
        found.delimiters |= {_as_mapped(cut, damage) for cut in _CUT_AT.findall(text[at:looked_at])}
    found.text = "".join((*out, text[done:])) if out else text
    return found


def _read_there(desk: _Desk, seen: Seen, text: str, at: int, end: int, damage: Damage) -> tuple[str, ...]:
    """What the search found to have stood from `at` to `end`, the likeliest first; nothing when it found nothing."""
    node = _best(desk, end - at)
    if node < 0:
        return ()
    spots = _spots(desk, node, text, seen, end)
    return tuple(spot.translate(FOLDED) for spot in spots) if damage.folded else spots


def _span(start: int, spots: tuple[str, ...]) -> Span:
    """The part of a spot in which its readings differ, with a character before it where one of them has nothing."""
    ahead = _alike(spots)
    behind = _alike(tuple(spot[ahead:][::-1] for spot in spots))
    if ahead and min(map(len, spots)) == ahead + behind:
        ahead -= 1
    readings = tuple(spot[ahead : len(spot) - behind] for spot in spots)
    return Span(start + ahead, readings[0], readings)


def _alike(texts: tuple[str, ...]) -> int:
    """How many characters some texts begin with alike."""
    return next((at for at, chars in enumerate(zip(*texts, strict=False)) if len(set(chars)) > 1), min(map(len, texts)))


def _is_suspicious(work: Work, damage: Damage, start: re.Match[str], open_before: int) -> bool:
    """Whether a spot may begin at a stop, in a text where a lost byte leaves no trace.

    ！ is cut at everywhere. Where no other byte is known to be lost, it is suspicious when a quotation does not end,
    for 。” becomes ！.
    """
    if start[0] in "！!" and (damage.seen_to_drop or open_before):
        return True
    return (damage.seen_to_drop or start[0] in "！!") and is_suspicious(work, start.start())


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the search works, and its tables as arrays: a record of NumPy is slow to ask from Python."""

    paths: Paths
    after: Paths
    between: Paths
    history: History
    cost: Floats
    state: Ints
    used: Ints
    nodes: Ints
    doubts: Ints
    counts: Ints


@lru_cache(maxsize=1)
def _desk() -> _Desk:
    paths, history = new_paths(), new_history()
    arrays = (paths.cost, paths.state, paths.used, history.nodes, history.doubts, history.used)
    return _Desk(paths, new_paths(), new_paths(), history, *arrays)


@lru_cache(maxsize=1)
def _known() -> tuple[list[int], list[int], int]:
    """Of each code, its kind and its id; the id of a line end."""
    known = chars()
    return known.kinds.tolist(), known.ids.tolist(), int(known.newline)


def _state_at(before: str, open_before: int, folded: bool) -> Ints:
    """Where a spot begins: the two bytes and the two characters before it."""
    prior, last = to_cp936(before[-2:].translate(_UNFOLDED if folded else {})).rjust(2, b"\0")[-2:]
    kinds, ids, newline = _known()
    context = [code for code in codes_of(before[-_CLOSE:]).tolist() if kinds[code] != SPACE][-2:]
    first, second = [newline] * (2 - len(context)) + [ids[code] for code in context]
    return np.array([0, prior, last, first, second, open_before, -1], np.int64)


def _as_mapped(text: str, damage: Damage) -> str:
    """A text as it was before it was folded."""
    return text.translate(_UNFOLDED) if damage.folded else text


def _quoted(text: str, before: int) -> int:
    """How many quotations are open behind `text`, when so many were `before`; a paragraph closes them."""
    start = text.rfind("\n") + 1
    return min(2, max(0, (0 if start else before) + text.count("“", start) - text.count("”", start)))


def _best(desk: _Desk, length: int) -> int:
    """The node of the best reading that ends in step; -1 when there is none that is Chinese."""
    for row in range(int(desk.used[0])):
        if not desk.state[row, ODD]:
            return int(desk.state[row, NODE]) if desk.cost[row] < _NO_CHINESE * (length + 4) else -1
    return -1


def _spots(desk: _Desk, node: int, text: str, seen: Seen, end: int) -> tuple[str, ...]:
    """What may have stood at a spot, the likeliest first: the text of `node`, and those of its near rivals."""
    line = _line(desk, node)
    spot = _text_of(desk, line, text, seen)
    rivals: list[str] = []
    for better, rival in desk.doubts[: int(desk.counts[1])].tolist():
        if better in line and len(rivals) < _RIVALS:
            own, other = (_text_of(desk, _line(desk, which), text, seen) for which in (better, rival))
            rivals.append(other + spot[len(own) :])
    ahead = text[end : end + 8]
    spots = (_YEAR_AHEAD.sub(_DIGIT, spot + ahead)[: len(spot)] for spot in (spot, *rivals))
    return tuple(dict.fromkeys(sure for spot in spots for sure in _with_digits(spot, text, end)))


def _line(desk: _Desk, node: int) -> list[int]:
    """A node and those before it."""
    line = []
    while node >= 0:
        line.append(node)
        node = desk.nodes.item(node, 0)
    return line


def _text_of(desk: _Desk, line: list[int], text: str, seen: Seen) -> str:
    """What the nodes of a line emit."""
    symbols = desk.nodes[line[::-1], 1:].ravel().tolist()
    return "".join([_symbol(symbol, text, seen) for symbol in symbols if symbol])


def _symbol(symbol: int, text: str, seen: Seen) -> str:
    if symbol < 0:
        return text[slice(*seen.notes[-symbol - 1, [BEGIN, END]].tolist())]
    if symbol >= LITERAL:
        return text[symbol - LITERAL]
    if symbol == TAG:
        return "<"
    return _DIGIT if symbol == UNKNOWN_DIGIT else characters()[symbol]


def _with_digits(spot: str, text: str, end: int) -> list[str]:
    """A spot with each digit that may have been swallowed in it, the likeliest one first."""
    before, mark, behind = spot.partition(_DIGIT)
    if not mark:
        return [spot]
    return [
        before + digit + rest
        for rest in _with_digits(behind, text, end)
        for digit in _likely_digits(rest + text[end : end + 12], text)
    ]


def _likely_digits(behind: str, text: str) -> str:
    """The digits that may have stood before `behind`: in a date one, else first those of the same figures."""
    if re.match(r"0\d\d年", behind):
        return "2"
    if re.match(r"9\d\d年|[012]月", behind):
        return "1"
    figures = re.match(r"[\d.,]*.?", behind, re.DOTALL)
    seen = Counter(re.findall(rf"(?<![\d.,])([1-9]){re.escape(figures[0] if figures else '')}", text[:_SAMPLE]))
    return "".join(sorted("1234567890", key=lambda digit: -seen[digit]))
