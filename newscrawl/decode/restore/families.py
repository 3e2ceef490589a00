"""Which damage a text shows, if any. Nothing is repaired on a text in which no family is recognised."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.decode.plain import beyond_ascii
from newscrawl.decode.restore import script
from newscrawl.decode.restore.lexicon import (
    CJK,
    as_letters,
    everyday,
    perhaps_mapped,
    readings,
    simplified_only,
    toneless_readings,
    traditional_only,
)
from newscrawl.tables import rows

# The letters of pinyin as GBK holds them: its own ɑ and ɡ included.
PINYIN = "a-züêɑɡāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
# The bracket comes first, the character is looked back at: a literal start makes the scan of a clean page cheap.
ANNOTATION = re.compile(rf"\((?<=([{CJK}])\()([{PINYIN}]{{1,6}})( ?)\)( ?)")
# 日?qǐng): the opening bracket went with the lost byte. With a tone mark, else `(really?yes)` and `x?a)` look like it.
LOST_ANNOTATED = re.compile(rf"\?(?<=[{CJK}\ue000-\uf8ff]\?)(?=[a-z]*[^\x00-\x7f])([{PINYIN}]{{1,6}}) ?\)")

# A lost byte shows as `?` before a reading or where the mirror cut; where it leaves nothing, only the reading shows it.
_SHOWN = re.compile(rf"\?(?:[{PINYIN}]{{1,6}} ?\)|[！!，,；;：:？?。])")
# qǐng) without its opening bracket. Without a tone, `a)` is an author's.
BARE = rf"(?<![(?{PINYIN}])(?=[a-zü]*[^\x00-\x7f])[{PINYIN}]{{1,6}} ?\)"
_BARE = re.compile(BARE)
_ASCII_STOPS = re.compile(rf"[,:](?<=[{CJK})][,:])")
_FULL_STOPS = re.compile(rf"[，：](?<=[{CJK})][，：])")
_HAN = re.compile(rf"[{CJK}]")
_TONED = re.compile(r"[^a-züêɑɡ]")
# Tags and addresses are passed over: commas are doubled there for other reasons.
_COMMAS = re.compile(r"<[^<>]*>|https?://[!-~]*[!-+\--~]|(?P<doubled>,{2,}|，{2,})|(?P<stop>[,，]+。)")
# Set on the wild pages: the table of a site annotates every occurrence of its characters (52 of 52 on the seed of this
# project); teaching texts annotate the first one, or give one character different readings.
CONSISTENT = 0.8
# A text in which more than this share of the characters is annotated teaches reading (verse, textbooks); the densest
# mirror pages (family B) have about a fifth. The bound leaves room for a short heading such as 發(fā)布時(shí)間.
TEACHING = 0.6
# Teaching texts annotate ordinary characters as well (床前明月光): less than half of theirs are of the mirrors' kind.
MIRRORS = 0.5
# The mirrors annotate about a third of a text's traditional characters (at least 0.16 on 61 portal texts put through
# table A); an annotated edition of a classic a few.
SPARSE = 0.07
# ... unless so many are everyday characters of the mirrors' tables, such as 發(fā), which no edition explains.
ORDINARY = 3
# What every mirror's map gives, of the commonest characters. A page without any of them did not go through one.
_ANY_MIRRORS = "這們來個時為會國說對發間報記專業學開關東車長門問題應動過進還現點總統讓從後實經機電務"
_PAGE = 5_000
# With fewer different characters annotated than this, a text in simplified characters may just be quoting.
FEW = 4


@dataclass(frozen=True, slots=True)
class Damage:
    """What was recognised of a site's channel."""

    family: str
    table: dict[str, str]
    """The characters that carry an annotation, with it."""
    folded: bool = True
    """Full-width punctuation was made ASCII."""
    drops: bool = False
    """A lead byte without its trail byte leaves nothing, instead of a `?`; for all that is known, when no lost byte
    shows at all."""
    seen_to_drop: bool = False
    """It is known."""


def recognise(text: str) -> Damage | None:
    """Tell the family of a text, or None for a text that did not go through a mirror's channel."""
    if len(text) > _PAGE and not any(map(beyond_ascii(text).count, _ANY_MIRRORS)):
        return None
    found = ANNOTATION.findall(text) if "(" in text else []
    marked = _has_lost_annotations(text)
    if (found or marked) and (damage := _annotated(text, found, marked)):
        return damage
    return Damage("D", {}, is_folded(text)) if script.is_mapped(text) else None


def _drops(text: str) -> tuple[bool, bool]:
    """Whether a lost byte may leave nothing, and whether it was seen to."""
    is_bare = _BARE.search(text) is not None
    return is_bare or not _SHOWN.search(text), is_bare


def may_be_out_of_step(text: str, damage: Damage) -> bool:
    """Whether the mirror's reader may have lost its step in a damaged text. With C it never does.

    A text with so few annotations that it passes for family D may have lost bytes, too.
    """
    if damage.family == "D":
        return "?" in text and _SHOWN.search(text) is not None
    return damage.family[0] in "AB" and ("?" in text or damage.drops)


def is_folded(text: str) -> bool:
    """Whether Chinese punctuation was made ASCII: it is the commoner one behind Chinese characters."""
    return len(_ASCII_STOPS.findall(text)) >= len(_FULL_STOPS.findall(text))


_MARKUP = re.compile(r"<script\b.*?</script>|<style\b.*?</style>|<[a-zA-Z/!][^>]*>", re.DOTALL | re.IGNORECASE)


def _has_lost_annotations(text: str) -> bool:
    """Whether `?qǐng)` stands somewhere, and is not the end of a bracket: (你好吗?hǎo)."""
    return any(
        text.rfind("(", 0, lost.start()) <= text.rfind(")", 0, lost.start()) for lost in LOST_ANNOTATED.finditer(text)
    )


def _annotated(text: str, found: list[tuple[str, str, str, str]], marked: bool) -> Damage | None:
    spaced = any(inside for _, _, inside, _ in found)
    table = _inferred_table(text, found, spaced)
    used = [(char, inside, after) for char, _, inside, after in found if char in table]
    if not marked and not (table and _is_mirrors(text, table, len(used), len(found))):
        return None
    return Damage(_name(text, table, used), table, is_folded(text), *_drops(text))


def _is_mirrors(text: str, table: dict[str, str], used: int, found: int) -> bool:
    """Whether it was a mirror that annotated a text, `used` of its `found` annotations being of the mirrors' kind."""
    certain = sum(pinyin == _known().get(char) for char, pinyin in table.items())
    if not certain and len(table) < 2:
        return False
    if used < MIRRORS * found or used > TEACHING * len(_HAN.findall(text)):
        return False
    if certain >= ORDINARY and len(table) >= FEW:
        return True
    traditional, simplified = (sum(map(kind().__contains__, text)) for kind in (traditional_only, simplified_only))
    quoting = len(table) < FEW and traditional < simplified
    return not quoting and (certain >= ORDINARY or used >= SPARSE * traditional)


def _inferred_table(text: str, found: list[tuple[str, str, str, str]], spaced: bool) -> dict[str, str]:
    """The site's table as the text shows it: one reading a character, right for it, at every occurrence.

    Mirrors annotate what their map gave, traditional characters; those that put a space inside the bracket (`spaced`)
    annotate 事, too. Other annotations are the author's: 翟(zhái).
    """
    seen = Counter((char, pinyin) for char, pinyin, _, _ in found)
    readings_seen = Counter(char for char, _ in seen)
    # what a page's scripts and attributes hold may not have gone through the channel
    shown = _MARKUP.sub("", text)
    return {
        char: pinyin
        for (char, pinyin), count in seen.items()
        if readings_seen[char] == 1
        and (char in traditional_only() or ord(char) in perhaps_mapped() or (spaced and char in everyday()))
        and is_reading(char, pinyin)
        and count >= CONSISTENT * shown.count(char)
    }


def is_reading(char: str, pinyin: str) -> bool:
    """Whether a character can be read so, tones counting where they are written."""
    pinyin = as_letters(pinyin)
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
    return family + "+commas" if any(pair["doubled"] for pair in _COMMAS.finditer(text)) else family


def mend_commas(text: str) -> tuple[str, int]:
    """Take back doubled commas in text, tags and addresses left alone. Returns the text and how many there were."""
    count = 0

    def mend(found: re.Match[str]) -> str:
        nonlocal count
        count += found.lastgroup is not None
        return found[0][-1] if found.lastgroup else found[0]

    return _COMMAS.sub(mend, text), count


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
