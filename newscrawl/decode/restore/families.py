"""Which damage a text shows, if any. Nothing is repaired on a text in which no family is recognised."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.decode.restore.lexicon import CJK, readings, simplify, toneless_readings, traditional_only
from newscrawl.tables import rows

# The letters of pinyin as GBK holds them: its own ɑ and ɡ included.
PINYIN = "a-züêɑɡāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
# The bracket comes first, the character is looked back at: a literal start makes the scan of a clean page cheap.
ANNOTATION = re.compile(rf"\((?<=([{CJK}])\()([{PINYIN}]{{1,6}})( ?)\)( ?)")
LOST_ANNOTATED = re.compile(rf"\?([{PINYIN}]{{1,6}}) ?\)")

_HAN = re.compile(rf"[{CJK}]")
_TONED = re.compile(r"[^a-züêɑɡ]")
_COMMAS = re.compile(r",,|，，|[,，]。")
# UNMAPPED characters of the mirrors' map, and what a text written in traditional characters has in their place.
_STAYING, _PROPER = "后于么采愿并斗咨里干", "後於麼採願並鬥諮裡裏幹"

# Set on the wild pages: the table of a site annotates every occurrence of its characters (52 of 52 on the seed of this
# project); teaching texts annotate the first one, or give one character different readings.
CONSISTENT = 0.8
# A text in which more than this share of the characters is annotated teaches reading (verse, textbooks); the densest
# mirror pages (family B) have about a fifth. The bound leaves room for a short heading such as 發(fā)布時(shí)間.
TEACHING = 0.6


@dataclass(frozen=True, slots=True)
class Damage:
    """What was recognised: the family's name, and the characters that carry an annotation, with it."""

    family: str
    table: dict[str, str]


def recognise(text: str) -> Damage | None:
    """Tell the family of a text, or None for a text that did not go through a mirror's channel."""
    if "(" in text and (found := ANNOTATION.findall(text)):
        if damage := _annotated(text, found):
            return damage
    elif LOST_ANNOTATED.search(text):
        return Damage("A", {})
    return Damage("D", {}) if _is_mapped(text) else None


def _annotated(text: str, found: list[tuple[str, str, str, str]]) -> Damage | None:
    table = _inferred_table(text, found)
    certain = sum(pinyin == _known().get(char) for char, pinyin in table.items())
    traditional = sum(char in traditional_only() for char in table)
    marked = LOST_ANNOTATED.search(text) is not None
    if not (certain or marked or (traditional >= 2 and len(table) >= 2)):
        return None
    used = [(char, inside, after) for char, _, inside, after in found if char in table]
    if len(used) > TEACHING * len(_HAN.findall(text)) and not marked:
        return None
    return Damage(_name(text, table, used), table)


def _inferred_table(text: str, found: list[tuple[str, str, str, str]]) -> dict[str, str]:
    """The site's table as the text shows it: one reading a character, right for it, at every occurrence."""
    seen: dict[str, Counter[str]] = {}
    for char, pinyin, _, _ in found:
        seen.setdefault(char, Counter())[pinyin] += 1
    return {
        char: next(iter(counts))
        for char, counts in seen.items()
        if len(counts) == 1 and is_reading(char, next(iter(counts))) and counts.total() >= CONSISTENT * text.count(char)
    }


def is_reading(char: str, pinyin: str) -> bool:
    """Whether a character can be read so, tones counting where they are written."""
    pinyin = pinyin.replace("ɑ", "a").replace("ɡ", "g")
    if _known().get(char) == pinyin:
        return True
    return pinyin in (readings(char) if _TONED.search(pinyin) else toneless_readings(char))


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    return {row["char"]: row["pinyin"] for row in rows("annotated")}


@lru_cache(maxsize=1)
def _only_b() -> frozenset[str]:
    families: dict[str, set[str]] = {"A": set(), "B": set()}
    for row in rows("annotated"):
        families[row["family"]].add(row["char"])
    return frozenset(families["B"] - families["A"])


def _name(text: str, table: dict[str, str], used: list[tuple[str, str, str]]) -> str:
    spaced_inside = sum(1 for _, inside, _ in used if inside)
    toneless = sum(1 for pinyin in table.values() if not _TONED.search(pinyin))
    # one B-only character may be chance: the tables are known from 26 pages
    if spaced_inside:
        family = "C'"
    elif toneless > len(table) / 2:
        family = "C"
    else:
        family = "B" if sum(char in _only_b() for char in table) >= 2 else "A"
    return family + "+commas" if len(_COMMAS.findall(text)) >= 2 else family


def _is_mapped(text: str) -> bool:
    """Family D: traditional characters, yet 什么, 以后, 采訪 in a place where traditional text has 什麼, 以後, 採訪."""
    # Some of the commonest characters, in both forms: a clean page is left after a fraction of a millisecond.
    if sum(map(text.count, "這們來個時為會國說對")) <= sum(map(text.count, "这们来个时为会国说对")):
        return False
    staying = sum(map(text.count, _STAYING))
    return staying >= 2 and staying >= 4 * sum(map(text.count, _PROPER))


def mend_commas(text: str) -> tuple[str, int]:
    """Take back doubled commas. Returns the text and how many there were."""
    return _COMMAS.subn(lambda pair: pair[0][1], text)


def strip_annotations(text: str, table: dict[str, str]) -> tuple[str, int]:
    """Take out the annotations of `table` and other right readings of traditional characters; returns how many, too."""
    count = 0

    def strip(match: re.Match[str]) -> str:
        nonlocal count
        char, pinyin = match[1], match[2]
        if table.get(char) != pinyin and not (char in traditional_only() and is_reading(char, pinyin)):
            return match[0]
        count += 1
        toned = _TONED.search(pinyin) is not None
        return match[4] if toned else ""

    return ANNOTATION.sub(strip, text), count


def to_mainland(text: str) -> tuple[str, int]:
    """Map the characters back to simplified ones. Returns the text and how many changed."""
    mapped = text.translate(simplify())
    return mapped, sum(before != after for before, after in zip(text, mapped, strict=True))
