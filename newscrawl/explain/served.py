"""The page as it was served: its lines, and which of them stands for a line of the text given back."""

from __future__ import annotations

import re

from newscrawl.decode.restore.families import PINYIN
from newscrawl.decode.restore.lexicon import simplify
from newscrawl.extract import dom
from newscrawl.page import Page
from newscrawl.refused import Refused

# The right line has nine of ten characters in common with what was made of it; a line about something else half.
_ALIKE = 0.7
# Pairs of a line that are looked for, and lines looked at for each: a page may say the same again and again.
_RARE, _MOST_NEAR = 8, 50
# (qǐng), and ?qǐng) of which the bracket was lost.
_READING = re.compile(rf"[(?][{PINYIN}]{{1,6}} ?\)")
_WORD = re.compile(r"\w")


class Served:
    """The lines of a page as a reader saw it, before anything was repaired; `text` is its source."""

    def __init__(self, page: Page, text: str) -> None:
        self._damaged = bool(page.mended or (page.restored and page.restored.family))
        self._lines = _lines(text, flat=page.flat) if self._damaged else []
        self._keys = [_key(line) for line in self._lines]
        self._holders: dict[str, list[int]] = {}
        for number, key in enumerate(self._keys):
            for pair in key:
                self._holders.setdefault(pair, []).append(number)
        self._found: dict[str, str] = {}

    def line_of(self, restored: str) -> str:
        """The line that became `restored`: the most alike; on a clean page itself, and so where none is alike."""
        if not self._damaged:
            return restored
        if restored not in self._found:
            self._found[restored] = self._most_alike(restored)
        return self._found[restored]

    def _most_alike(self, restored: str) -> str:
        wanted = _key(restored)
        # the right line has most of the pairs: one of any eight is enough to come upon it, the rarest take least time
        rare = sorted(wanted & self._holders.keys(), key=lambda pair: len(self._holders[pair]))[:_RARE]
        near = sorted({number for pair in rare for number in self._holders[pair][:_MOST_NEAR]})
        best = max(near, key=lambda number: _shared(self._keys[number], wanted), default=None)
        if best is None or _shared(self._keys[best], wanted) < _ALIKE:
            return restored
        return self._lines[best]


def _lines(text: str, *, flat: bool) -> list[str]:
    if flat:
        return [dom.fold(line) for line in text.splitlines() if line.strip()]
    try:
        tree = dom.parse(text)
        title = dom.fold(tree.findtext(".//title") or "")
        dom.prune(tree)
        return [*filter(None, [title]), *(block.text for block in dom.blocks(tree) if block.text)]
    except Refused:  # a trap has no lines to show
        return []


def _key(line: str) -> frozenset[str]:
    """What damage leaves of a line: its characters, simplified, each with the one behind it."""
    letters = "".join(_WORD.findall(_READING.sub("", line).translate(simplify())))
    return frozenset(letters[at : at + 2] for at in range(max(1, len(letters) - 1)))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two lines have in common, 0 to 1; damage adds as much as it takes."""
    both = len(one) + len(other)
    most = 2 * min(len(one), len(other))
    return 2 * len(one & other) / both if most >= _ALIKE * both > 0 else 0.0
