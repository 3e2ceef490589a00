"""How well a character fits between its neighbours: a trigram model of simplified Chinese news.

`build` counts it and writes language.bin; this module reads the file by mapping it, so that opening takes no
time and processes share it. Costs are negative natural logarithms of probabilities: they add up along a text, lower is
more likely. A sentence of news costs 3 to 6.5 a character, its bytes read with the wrong alignment 12 and more.

What the model does not tell apart is folded first: all digits are 0, all Latin letters a (full-width ones, too), ASCII
, : ; ! ? ( ) are their full-width forms, and every white space is a newline, as is the start of a text.
"""

from __future__ import annotations

import mmap
import struct
from array import array
from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("language.bin")
MAGIC = b"NCLM0001"
ORDER = 3

# Bigrams point to their trigrams by two bytes from the start of their block: a block's trigrams must stay under 65,536.
BLOCK = 32

# Sections of the file: type of array and what it holds, in their order. A section begins at a multiple of 8 bytes.
SECTIONS = {
    "vocabulary": "H",  # UTF-16 code of each known character; its index is its id, the kinds' ids follow
    "cost1": "f",  # of a character anywhere
    "back1": "f",  # cost of backing off from it as a context
    "start2": "I",  # the index of its first bigram
    "last2": "H",  # the bigrams, sorted by both ids: id of the second character
    "cost2": "B",  # index into book2
    "back2": "B",  # index into book_back
    "block3": "I",  # the index of the first trigram of each block of bigrams
    "offset3": "H",  # of a bigram's first trigram within the block
    "last3": "H",  # the trigrams, sorted by all ids: id of the third character
    "cost3": "B",  # index into book3
    "book2": "f",
    "book_back": "f",
    "book3": "f",
}

# The classes of characters that are not in the vocabulary, from likely to nearly impossible, with their costs. The
# order is certain, the costs are set: a level-1 character not seen in 1.8 million may still come, kana may not.
KINDS = {"level 1": 13.0, "symbol": 14.0, "level 2": 15.0, "other Chinese": 17.0, "foreign": 22.0}

# Today's news writes digits and letters in ASCII; full-width ones and the wide space are seen, but ten times rarer.
WIDE_COST = 3.0

# Entries of the cache of costs before it is emptied.
COSTS_KEPT = 400_000


def _folded() -> dict[str, str]:
    table = {chr(code + wide): "0" for code in range(0x30, 0x3A) for wide in (0, 0xFEE0)}
    table |= {
        chr(code + wide): "a" for first in (0x41, 0x61) for code in range(first, first + 26) for wide in (0, 0xFEE0)
    }
    table |= {mark: chr(ord(mark) + 0xFEE0) for mark in ",:;!?()"}
    table |= {chr(ord(mark) + 0xFEE0): mark for mark in ".%-/+~"}
    return table | dict.fromkeys("\t\r\f\v \xa0\u3000", "\n")


FOLDED = _folded()
WIDE = frozenset(char for char in FOLDED if "\uff01" <= char <= "\uff5e" or char == "\u3000")


def kind(char: str) -> str:
    """Name the class of a character that the model does not know: one of `KINDS`."""
    # By GBK: Python's GB 2312 holds other code points than everyone for the dash and the middle dot.
    code = char.encode("gbk", "ignore")
    if len(code) == 1:
        return "symbol"
    if not code or code[0] < 0xA1 or code[0] > 0xF7 or code[1] < 0xA1:
        chinese = "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000"
        return "other Chinese" if chinese else "foreign"
    lead = code[0]
    if lead < 0xB0:
        # Rows 4 to 8 of GB 2312 are kana, Greek, Cyrillic, pinyin and bopomofo, row 9 draws boxes.
        return "foreign" if 0xA4 <= lead <= 0xA9 else "symbol"
    return "level 1" if lead < 0xD8 else "level 2"


class _Ids(dict[str, int]):
    """Character -> id; folds and classifies at the first look-up of each character."""

    def __init__(self, vocabulary: str) -> None:
        super().__init__((char, number) for number, char in enumerate(vocabulary))
        self._kinds = {name: len(vocabulary) + number for number, name in enumerate(KINDS)}

    def __missing__(self, char: str) -> int:
        folded = FOLDED.get(char, char)
        found = self.get(folded)
        self[char] = self._kinds[kind(folded)] if found is None else found
        return self[char]


class Costs(dict[str, float]):
    """`costs["abc"]`: the cost of c after ab; `costs["bc"]`: of c after b; `costs["c"]`: of c anywhere."""

    def __init__(self, look_up: Callable[[str], float]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, key: str) -> float:
        if len(self) >= COSTS_KEPT:
            self.clear()
        value = self[key] = self._look_up(key)
        return value


class Language:
    """The model; get it by `load()`."""

    def __init__(self, data: Any) -> None:
        views = _sections(data)
        self.ids = _Ids(views["vocabulary"].tobytes().decode("utf-16-le"))
        self.costs = Costs(self.look_up)
        self._data = data
        lists: dict[str, list[float]] = {name: view.tolist() for name, view in views.items() if SECTIONS[name] == "f"}
        self._cost1, self._back1 = lists["cost1"], lists["back1"]
        self._book2, self._book_back, self._book3 = lists["book2"], lists["book_back"], lists["book3"]
        self._start2, self._last2, self._cost2 = views["start2"], views["last2"], views["cost2"]
        self._back2, self._block3, self._offset3 = views["back2"], views["block3"], views["offset3"]
        self._last3, self._cost3 = views["last3"], views["cost3"]

    def cost(self, text: str, before: str = "") -> float:
        """Add up the costs of the characters of `text`, given what stands before it ("" is the start of a text)."""
        run = ("\n\n" + before)[1 - ORDER :] + text
        costs = self.costs
        return sum([costs[run[place : place + ORDER]] for place in range(len(text))])

    def record(self) -> Any:
        """The sections as one record of NumPy, straight from the file: what the compiled search reads."""
        views = _sections(self._data)
        place, formats, offsets = len(MAGIC) + -(-4 * len(SECTIONS) // 8) * 8, [], []
        for name, code in SECTIONS.items():
            formats.append((np.dtype(code).newbyteorder("<"), (len(views[name]),)))
            offsets.append(place)
            place += -(-views[name].nbytes // 8) * 8
        dtype = np.dtype({"names": list(SECTIONS), "formats": formats, "offsets": offsets, "itemsize": place})
        return np.frombuffer(self._data, np.dtype((np.record, dtype)), count=1)[0]

    def look_up(self, key: str) -> float:
        """The cost of the last character of `key`: of the longest n-gram known, or backing off."""
        ids = self.ids
        char = key[-1]
        last = ids[char]
        extra: float = WIDE_COST if char in WIDE else 0.0
        if len(key) == 1:
            return self._cost1[last] + extra
        second = ids[key[-2]]
        if len(key) >= ORDER:
            place = self._bigram(ids[key[-3]], second)
            if place >= 0:
                start, end = self._trigrams(place)
                found = bisect_left(self._last3, last, start, end)
                if found < end and self._last3[found] == last:
                    extra += self._book3[self._cost3[found]]
                    return extra
                extra += self._book_back[self._back2[place]]
        place = self._bigram(second, last)
        if place >= 0:
            extra += self._book2[self._cost2[place]]
            return extra
        return self._back1[second] + self._cost1[last] + extra

    def _bigram(self, first: int, second: int) -> int:
        """The index of a bigram, or -1."""
        end = self._start2[first + 1]
        found = bisect_left(self._last2, second, self._start2[first], end)
        return found if found < end and self._last2[found] == second else -1

    def _trigrams(self, place: int) -> tuple[int, int]:
        after = place + 1
        return (
            self._block3[place // BLOCK] + self._offset3[place],
            self._block3[after // BLOCK] + self._offset3[after],
        )


def _sections(data: Any) -> dict[str, Any]:
    view: Any = memoryview(data)
    if view[: len(MAGIC)] != MAGIC:
        raise ValueError("language.bin is of another version: build it again")
    place = len(MAGIC)
    sizes = struct.unpack_from(f"<{len(SECTIONS)}I", view, place)
    place += -(-4 * len(SECTIONS) // 8) * 8
    views = {}
    for (name, code), size in zip(SECTIONS.items(), sizes, strict=True):
        views[name] = view[place : place + size].cast(code)
        place += -(-size // 8) * 8
    return views


def to_bytes(arrays: dict[str, array[Any]]) -> bytes:
    """Write the sections as `load` reads them; little-endian."""
    parts = [arrays[name].tobytes() for name in SECTIONS]
    head = struct.pack(f"<{len(SECTIONS)}I", *map(len, parts))
    return MAGIC + b"".join(part + bytes(-len(part) % 8) for part in (head, *parts))


@lru_cache(maxsize=1)
def load() -> Language:
    """Open the model; once a process. Raises OSError when language.bin cannot be read."""
    with FILE.open("rb") as file:
        return Language(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
