"""Texts, characters and readings as the numbers that the compiled search works on.

A character is known by its `code`, its two bytes in GBK as one number; ASCII has its own. A reading is known by its
place in the list of all readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import cast

import numpy as np

from newscrawl.decode.language import WIDE, WIDE_COST, load
from newscrawl.decode.restore.channel import to_cp936
from newscrawl.decode.restore.families import BARE, PINYIN, Damage
from newscrawl.decode.restore.lexicon import as_letters, readings, simplified_only, simplify, toneless, traditional_only
from newscrawl.decode.restore.shapes import (
    ANNOTATION,
    BEGIN,
    END,
    IDS,
    LOST,
    SPACE,
    STOP,
    USER_DEFINED,
    Chars,
    Ints,
    Model,
    Seen,
    Site,
    packed,
)
from newscrawl.decode.restore.steps import EXCLAIMED, LOST_BYTE, NOT_MAPPED, UNLIKELY_EXCLAIMED, UNLIKELY_LOST
from newscrawl.tables import rows

DELIMITERS = "！!，,；;：:？?。"
_STOPS, _SPACES, _OPENS = "，。、；：！？", " \u3000\xa0\t\r", "，。、；：！？“‘《（\n"

_TAG_AHEAD = re.compile(r"(?<=\?)/?[A-Za-z][A-Za-z0-9]{0,9}(?:\s[^<>]{0,300})?/?>")
# What may be read one byte off: it begins behind a lost byte, and ends at the latest with an ASCII
# character that is no trail byte.
_ODD = re.compile(r"\?[!,:;?]?[^\x00-?\x7f]*")
_MARKS = re.compile(rf"\((?P<pinyin>[{PINYIN}]{{1,6}}) ?\)|\?(?P<lost>[{PINYIN}]{{1,6}}) ?\)")
_MARKS_DROPPED = re.compile(rf"\((?P<pinyin>[{PINYIN}]{{1,6}}) ?\)|(?P<bare>{BARE})")
_ODD_DROPPED = re.compile(rf"(?:{BARE}|[!！])[^\x00-?\x7f]*")


@lru_cache(maxsize=1)
def characters() -> str:
    """Code -> character, for codes up to FFFF; NUL where there is none."""
    table = ["\0"] * 0x10000
    for code in range(0x80):
        table[code] = chr(code)
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            char = bytes((lead, trail)).decode("gb18030", "replace")
            table[lead << 8 | trail] = char if len(char) == 1 and char != "\ufffd" else "\0"
    return "".join(table)


@lru_cache(maxsize=1)
def _code_of() -> Ints:
    """Code point -> code; 0 where there is none."""
    codes = np.zeros(0x110000, np.int64)
    points = np.frombuffer(characters().encode("utf-32-le"), np.uint32)
    # from behind: of two codes of one character, the lower one stays
    for code in range(0xFFFF, 0, -1):
        if points[code]:
            codes[points[code]] = code
    return codes


def codes_of(text: str) -> Ints:
    """The code of each character of a text; 0 for one that GBK does not have."""
    return _code_of()[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)]


@lru_cache(maxsize=1)
def load_model() -> Model:
    """The language model, straight from its file."""
    return cast(Model, load().record())


@lru_cache(maxsize=1)
def chars() -> Chars:
    """What is known of each code."""
    language, table = load(), characters()
    plain = table.translate(simplify())
    ids = np.array([language.ids[char] for char in plain], np.int64)
    ids[[code for code in range(1, 0x10000) if table[code] == "\0"]] = -1
    extra = NOT_MAPPED * _which(simplified_only()) + WIDE_COST * _which(WIDE)
    kinds = STOP * _which(_STOPS) + SPACE * _which(_SPACES) + USER_DEFINED * _which(map(chr, range(0xE000, 0xF900)))
    mapped = _which(traditional_only()) + 2 * _which(simplified_only())
    opens = np.zeros(len(language.ids), np.uint8)
    opens[[language.ids[char] for char in _OPENS]] = 1
    _, starts, codes = _readings()
    sighted = _table([(row["char"], row["pinyin"]) for row in rows("annotated")])
    return packed(
        Chars(
            ids,
            extra.astype(np.float32),
            kinds.astype(np.uint8),
            mapped.astype(np.uint8),
            _which(DELIMITERS).astype(np.uint8),
            sighted,
            opens,
            starts,
            codes,
            language.ids["\n"],
        )
    )


def _which(wanted: Iterable[str]) -> Ints:
    """By code: 1 for the characters wanted."""
    table = np.zeros(0x10000, np.int64)
    table[codes_of("".join(wanted))] = 1
    table[0] = 0
    return table


@lru_cache(maxsize=1)
def _readings() -> tuple[dict[str, int], Ints, Ints]:
    """Reading -> its number; where the codes of each begin; the codes that can be read so, sorted."""
    found: dict[str, list[int]] = {}
    plain = characters().translate(simplify())
    for code, char in enumerate(characters()):
        if code > 0xFF and char != "\0":
            # 績 is read as 绩 is
            toned = readings(char) | readings(plain[code])
            for pinyin in toned | set(map(toneless, toned)):
                found.setdefault(pinyin, []).append(code)
    starts = np.cumsum([0, *map(len, found.values())])
    codes = [code for codes in found.values() for code in codes]
    return {pinyin: number for number, pinyin in enumerate(found)}, starts.astype(np.int64), np.array(codes, np.int64)


def _table(pairs: list[tuple[str, str]]) -> Ints:
    table = np.full(0x10000, -1, np.int64)
    for char, pinyin in pairs:
        table[int.from_bytes(to_cp936(char), "big")] = _readings()[0].get(as_letters(pinyin), -1)
    return table


def site_of(damage: Damage) -> Site:
    """What is known of the channel that damaged a text."""
    costs = (
        (LOST_BYTE, EXCLAIMED if damage.drops else 0.0)
        if damage.seen_to_drop or not damage.drops
        else (UNLIKELY_LOST, UNLIKELY_EXCLAIMED)
    )
    return packed(Site(_table(list(damage.table.items())), damage.folded, damage.drops, *costs))


def see(text: str, drops: bool) -> Seen:
    """A damaged text as the search takes it."""
    codes, numbers = codes_of(text), _readings()[0]
    marks, tags = np.zeros(codes.size, np.int64), np.zeros(codes.size, np.uint8)
    found = []
    for mark in (_MARKS_DROPPED if drops else _MARKS).finditer(text):
        start, pinyin = mark.start(), as_letters(mark[mark.lastgroup or 0].rstrip(" )"))
        if mark.lastgroup == "bare" and pinyin not in numbers:
            # letters before the reading are trail bytes: fshì) is 說 (D566) and shì)
            start, pinyin = next(
                ((start + at, pinyin[at:]) for at in (1, 2) if pinyin[at:] in numbers and pinyin[:at].isascii()),
                (start, ""),
            )
        found.append((ANNOTATION if mark.lastgroup == "pinyin" else LOST, numbers.get(pinyin, -1), start, mark.end()))
    notes = np.array(found, np.int64).reshape(-1, 4)
    marks[notes[:, BEGIN]] = np.arange(1, len(notes) + 1)
    if ">" in text:
        tags[[tag.start() for tag in _TAG_AHEAD.finditer(text)]] = 1
    return Seen(codes, marks, notes, tags, *_counted(text, codes, notes, drops))


def _counted(text: str, codes: Ints, notes: Ints, drops: bool) -> tuple[Ints, Ints, Ints]:
    """The pairs and triples of the sound part of a text, and how many pairs each id begins."""
    left_out = np.zeros(codes.size + 1, np.int64)
    np.add.at(left_out, notes[:, BEGIN], 1)
    np.add.at(left_out, notes[:, END], -1)
    ids = chars().ids[codes]
    for odd in (_ODD_DROPPED if drops else _ODD).finditer(text):
        ids[odd.start() : odd.end()] = -1
    ids = ids[(np.cumsum(left_out)[:-1] == 0) & (chars().kinds[codes] != SPACE)]
    pairs, triples = ids[:-1] * IDS + ids[1:], (ids[:-2] * IDS + ids[1:-1]) * IDS + ids[2:]
    sound = (ids[:-1] >= 0) & (ids[1:] >= 0)
    totals = np.bincount(ids[:-1][sound], minlength=IDS)
    return (
        np.stack(np.unique(pairs[sound], return_counts=True)),
        np.stack(np.unique(triples[sound[:-1] & sound[1:]], return_counts=True)),
        totals,
    )
