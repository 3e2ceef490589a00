"""What was restored, held against what was seen: the channel must be able to make the one into the other.

This reads the channel's rules forward, on its own: characters to bytes, annotations behind any two bytes that can be
read so, cuts at any delimiter, a reader that loses its step. Nothing here knows how the search came to its answer.
"""

from __future__ import annotations

import re

from newscrawl.decode.restore.channel import FOLDED, to_cp936
from newscrawl.decode.restore.families import PINYIN, Damage, is_reading
from newscrawl.decode.restore.symbols import DELIMITERS

_FULL = re.compile(rf"\(([{PINYIN}]{{1,6}}) ?\)")
_REST = re.compile(rf"([{PINYIN}]{{1,6}}) ?\)")
_CUT = frozenset(to_cp936(char) for char in DELIMITERS if char > "\x7f")
# Ways that are followed before a spot is given up as not explained: a spot of a hundred characters needs some hundreds.
_MOST_WAYS = 20_000


def explains(restored: str, seen: str, before: str, damage: Damage) -> bool:
    """Whether `restored`, in the characters that the map gave, comes out of the channel as `seen`.

    `before` is what stands in front of it: an annotation may be of its last byte and the first one of the spot.

    >>> explains("日報", "日?qǐng)?bào)", "", Damage("A", {}))
    True
    >>> explains("日招", "日?qǐng)?bào)", "", Damage("A", {}))
    False
    """
    head = to_cp936(before[-2:])
    data, ways = head + to_cp936(restored), [(len(head), 0)]
    known: set[tuple[int, int]] = set()
    while ways and len(known) < _MOST_WAYS:
        at, place = way = ways.pop()
        if way in known:
            continue
        if at == len(data) and place == len(seen):
            return True
        known.add(way)
        ways += _next(data, at, seen, place, damage)
    return False


def _next(data: bytes, at: int, seen: str, place: int, damage: Damage) -> list[tuple[int, int]]:
    """The places in bytes and symbols that one step of the reader leads to."""
    ways = []
    annotation = _FULL.match(seen, place)
    if annotation and _reads(data, at, annotation[1]):
        ways.append((at, annotation.end()))
    if at < len(data) and data[at] < 0x80:
        ways += [(at + 1, place + 1)] if seen[place : place + 1] == chr(data[at]) else []
    elif at < len(data):
        char = data[at : at + 2].decode("gb18030", "replace")
        if len(char) == 1 and seen[place : place + 1] in (char, char.translate(FOLDED) if damage.folded else char):
            ways.append((at + 2, place + 1))
        ways += _without_trail(data, at, seen, place, damage)
    return ways


def _without_trail(data: bytes, at: int, seen: str, place: int, damage: Damage) -> list[tuple[int, int]]:
    """A lead byte alone: it leaves a `?` or nothing, and takes what stands behind it along."""
    if not damage.drops:
        if seen[place : place + 1] != "?":
            return []
        place += 1
    ways = []
    annotation = _REST.match(seen, place)
    if annotation and _reads(data, at + 1, annotation[1]):
        ways.append((at + 1, annotation.end()))
    following = data[at + 1 : at + 3]
    if following in _CUT or len(following) == 0 or data[at] == 0x80:
        ways.append((at + 1, place))
    if len(following) and (following[0] < 0x40 or data[at] == 0x80):
        ways.append((at + 2, place))
    return ways


def _reads(data: bytes, end: int, pinyin: str) -> bool:
    char = data[end - 2 : end].decode("gb18030", "replace") if end >= 2 else ""
    return len(char) == 1 and is_reading(char, pinyin)
