"""What is known of characters: traditional and simplified forms, readings, how common they are, their GBK bytes."""

from __future__ import annotations

import os
import unicodedata
from functools import lru_cache

import opencc

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

# The mirrors' map to traditional characters is one-to-one: these keep their simplified form on the wild pages, although
# a traditional text would write them otherwise.
UNMAPPED = frozenset("后干于系里么采愿并斗咨范游云征余")

_UNIFIED = "".join(map(chr, range(0x4E00, 0xA000)))


@lru_cache(maxsize=4)
def _single_characters(config: str) -> dict[int, str]:
    """What OpenCC makes of every character on its own, so that no phrase table takes part; unchanged ones left out."""
    converted = _converter(config).convert("\n".join(_UNIFIED)).split("\n")
    return {ord(before): after for before, after in zip(_UNIFIED, converted, strict=True) if before != after}


@lru_cache(maxsize=4)
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)


def by_words(text: str, config: str) -> str:
    """What OpenCC makes of a text by its tables of words: `s2tw` as written in Taiwan, `s2hk` in Hong Kong."""
    converted: str = _converter(config).convert(text)
    return converted


@lru_cache(maxsize=1)
def to_simplified() -> dict[int, str]:
    """A `str.translate` table: traditional character -> the simplified one."""
    return _single_characters("t2s")


@lru_cache(maxsize=1)
def to_traditional() -> dict[int, str]:
    """A `str.translate` table for the mirrors' map: simplified character -> traditional, one-to-one.

    Taiwan's forms (眾, 為, 群) are the ones seen on mirrors; `UNMAPPED` stays. A character is mapped only when the
    way back through `to_simplified` gives it again, and when GBK can write it.
    """
    back = to_simplified()
    table = _single_characters("s2tw")
    return {
        code: form
        for code, form in table.items()
        if chr(code) not in UNMAPPED and back.get(ord(form)) == chr(code) and gbk_bytes(form) is not None
    }


@lru_cache(maxsize=1)
def traditional_only() -> frozenset[str]:
    """Characters that a simplified text does not use: those with a simplified form which GB 2312 does not hold.

    (乾 or 著 have a simplified form for some meanings, but are in GB 2312 themselves: they prove nothing.)
    """
    return frozenset(chr(code) for code in to_simplified() if not _encodes(chr(code), "gb2312"))


@lru_cache(maxsize=1)
def simplify() -> dict[int, str]:
    """The way back: a `str.translate` table for text that went through the mirrors' map.

    Only characters that a map can have made are in it, 為 as well as 爲: 乾 in 乾隆 or 著 in 著名 stood in the
    simplified original, and so did 昇 in a name, for no map changes 升.
    """
    inverse = {ord(form): chr(code) for code, form in to_traditional().items()}
    changed = {chr(code) for config in ("s2t", "s2tw") for code in _single_characters(config)}
    variants = {code: form for code, form in to_simplified().items() if form in changed}
    return {code: form for code, form in variants.items() if chr(code) in traditional_only()} | inverse


@lru_cache(maxsize=1)
def perhaps_mapped() -> dict[int, str]:
    """What a site's map may have made of a simplified character, though a simplified text may hold it, too: 於, 後, 徵.

    Code point -> simplified character; none of them is in `simplify`.
    """
    made = {form: chr(code) for config in ("s2t", "s2tw") for code, form in _single_characters(config).items()}
    return {ord(form): char for form, char in made.items() if ord(form) not in simplify() and len(form) == 1}


@lru_cache(maxsize=1)
def simplified_only() -> frozenset[str]:
    """Characters that the mirrors' map would have changed: where they stand, the text did not go through it."""
    return frozenset(map(chr, to_traditional()))


def _encodes(char: str, codec: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def gbk_bytes(char: str) -> bytes | None:
    """The two bytes of a character in GBK, user-defined areas included (U+E000..U+E765); None when it has none."""
    try:
        data = char.encode("gb18030")
    except UnicodeEncodeError:
        return None
    return data if len(data) == 2 else None


@lru_cache(maxsize=1)
def everyday() -> frozenset[str]:
    """The 3,755 characters of GB 2312 level 1 with their traditional forms: what ordinary news is made of."""
    level_1 = b"".join(bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    simplified = level_1.decode("gb2312", "ignore")
    return frozenset(simplified + simplified.translate(to_traditional()))


def everyday_share(text: str) -> float:
    """The share (0 to 1) of the non-ASCII characters of `text` that are everyday characters or Chinese punctuation.

    Chinese news scores above 0.9; the same bytes read with a wrong character set score below 0.6. 1.0 for pure ASCII.
    """
    foreign = [char for char in text if char > "\x7f"]
    if not foreign:
        return 1.0
    return sum(map(_everyday_or_mark().__contains__, foreign)) / len(foreign)


@lru_cache(maxsize=1)
def _everyday_or_mark() -> frozenset[str]:
    return everyday() | set("，。、；：？！“”‘’（）《》【】—…·\u3000\xa0")


@lru_cache(maxsize=1)
def _pinyin() -> dict[int, str]:
    # The table of phrases takes 0.2 s to load and is not needed for single characters.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    return dict(pinyin_dict)


@lru_cache(maxsize=8192)
def readings(char: str) -> frozenset[str]:
    """The readings of a character, with tone marks, its rarer ones included; empty when none is known."""
    return frozenset(_pinyin().get(ord(char), "").split(",")) - {""}


@lru_cache(maxsize=8192)
def toneless_readings(char: str) -> frozenset[str]:
    """The readings without tone marks; ü is u."""
    return frozenset(map(toneless, readings(char)))


def as_letters(pinyin: str) -> str:
    """Pinyin in plain letters: GBK has an ɑ and a ɡ of its own."""
    return pinyin.replace("ɑ", "a").replace("ɡ", "g")


def toneless(pinyin: str) -> str:
    """Take the tone marks off.

    >>> toneless("lǜ"), toneless("fā")
    ('lu', 'fa')
    """
    return "".join(mark for mark in unicodedata.normalize("NFD", pinyin) if not unicodedata.combining(mark))
