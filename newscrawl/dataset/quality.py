"""The quality of a text in values that people filter by; none of them is a verdict, and no row is left out for one.

Each is a pure function of the record. The sentence under a field of `Quality` defines it, here, in the schema of the
files, in docs/dataset.md and in the card.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, ClassVar

from newscrawl.decode.restore.lexicon import simplified_only, traditional_only

NGRAM = 4
"""Characters. Gopher counts two to four words; a Chinese word has about two characters, so these are its pairs."""
MEASURED = 100_000
"""Characters of a body that phrases are counted in: all of an article, and a bound on the memory a trap can take."""
_KANA = 0.1
"""Of Han characters and kana together: Japanese is about half kana; a Chinese text with a Japanese title in it stays
below."""
_ONE_SCRIPT = 0.95
"""Of the characters that tell: a simplified text that quotes a sign or a name in traditional ones stays above."""
_DIGITS = 4
"""Decimals that shares are rounded to."""

# Beginning of a character's name in Unicode -> what it tells of the language.
_SCRIPTS = {
    "CJK": "zh",
    "HIRAGANA": "kana",
    "KATAKANA": "kana",
    "HALFWIDTH KATAKANA": "kana",
    "HANGUL": "ko",
    "TIBETAN": "bo",
    "MONGOLIAN": "mn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What is measured of a record."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"use_attribute_docstrings": True}

    characters: int
    """Characters of the body, white space not counted."""
    paragraphs: int
    """Paragraphs of the body."""
    restoration_confidence: float
    """0 to 1: the share of damaged spots that were repaired (restored.confidence); 1 when nothing was damaged."""
    restored_share: float
    """Repairs made (the sum of restored.counts) divided by `characters`; 0 when nothing was damaged. Repairs of the
    whole page count, so that a short body can have more than 1."""
    unresolved: int
    """Spots that are still damaged or have more than one reading."""
    chinese_share: float
    """0 to 1: Han characters among the letters of the body; 0 when it has no letter."""
    repeated_paragraph_share: float
    """0 to 1: the characters of paragraphs that stood in the body before, divided by those of all paragraphs (the
    duplicate line character fraction of Gopher: Rae et al. 2021, table A1, where more than 0.2 is a bad sign)."""
    top_ngram_share: float
    """0 to 1: the share of the body's characters that its most frequent run of four characters covers; 0 when none
    comes twice (the top n-gram character fraction of Gopher, with characters for words; first 100,000 characters)."""
    junk_share: float
    """0 to 1: characters of what was taken off the article, divided by those and the body's. A lower bound: each block
    is kept to 200 characters."""
    language: str
    """By script alone: zh; ja (a tenth of its Han characters and kana is kana); ko, bo (Tibetan), mn (Mongolian script)
    where most letters are; und for letters that many languages share (Latin, Cyrillic, Arabic) and for none."""
    script: str | None
    """Of a text in zh, by the characters that exist in one form only: Hans, Hant, or mixed when less than 0.95 of them
    are of one kind. Null when there is none of them, and for other languages."""


def measure(record: Mapping[str, Any]) -> dict[str, float | int | str | None]:
    """The columns of `Quality` for a record, an article as a line of output has it.

    >>> measured = measure({"body": ["江城老街修旧如旧。"], "junk": [{"kind": "share", "text": "分享到"}]})
    >>> measured["characters"], measured["junk_share"], measured["language"], measured["script"]
    (9, 0.25, 'zh', 'Hans')
    """
    body: list[str] = record["body"]
    chars: Counter[str] = Counter()
    for paragraph in body:
        chars.update(paragraph)
    size = sum(count for char, count in chars.items() if not char.isspace())
    repairs = record.get("restored") or {}
    language, script = language_of(chars), script_of(chars)
    measured = Quality(
        characters=size,
        paragraphs=len(body),
        restoration_confidence=_rounded(repairs.get("confidence", 1.0)),
        restored_share=_share(sum(repairs.get("counts", {}).values()), size),
        unresolved=len(repairs.get("unresolved", ())),
        chinese_share=chinese_share(chars),
        repeated_paragraph_share=repeated_paragraph_share(body),
        top_ngram_share=top_ngram_share(body),
        junk_share=junk_share((junk["text"] for junk in record.get("junk", ())), size),
        language=language,
        script=script if language == "zh" else None,
    )
    return asdict(measured)


def chinese_share(chars: Mapping[str, int]) -> float:
    """Han characters among letters; `chars` are the characters of a text with their counts.

    >>> chinese_share(Counter("老街 OK, 2019")), chinese_share(Counter("2019"))
    (0.5, 0.0)
    """
    letters = {char: count for char, count in chars.items() if char.isalpha()}
    return _share(sum(count for char, count in letters.items() if _script(char) == "zh"), sum(letters.values()))


def repeated_paragraph_share(body: list[str]) -> float:
    """The share of characters in paragraphs that stood before.

    >>> repeated_paragraph_share(["同一段", "另外", "同一段"])
    0.375
    """
    seen: set[str] = set()
    repeated = 0
    for paragraph in body:
        repeated += len(paragraph) if paragraph in seen else 0
        seen.add(paragraph)
    return _share(repeated, sum(map(len, body)))


def top_ngram_share(body: list[str]) -> float:
    """The share of characters that the most frequent run of four covers, counted without overlaps.

    >>> [top_ngram_share(body) for body in (["哈哈哈哈哈哈哈哈"], ["老街修旧如旧"], ["欢迎光临甲", "欢迎光临乙"])]
    [1.0, 0.0, 0.8]
    """
    text = "\n".join(_head(body, MEASURED))
    runs = Counter(text[at : at + NGRAM] for at in range(len(text) - NGRAM + 1))
    within = ((run, count) for run, count in runs.items() if count > 1 and "\n" not in run)
    top, _ = max(within, key=lambda pair: pair[1], default=("", 0))
    covered = len(top) * text.count(top) if top else 0
    return _share(covered if covered > len(top) else 0, len(text) - text.count("\n"))


def junk_share(texts: Iterable[str], size: int) -> float:
    """The share of characters of junk; `size` is the number of characters of the body.

    >>> junk_share(["分享到: 微信"], 6), junk_share([], 0)
    (0.5, 0.0)
    """
    junk = sum(len("".join(text.split())) for text in texts)
    return _share(junk, junk + size)


def language_of(chars: Mapping[str, int]) -> str:
    """A language code by scripts alone.

    >>> [language_of(Counter(text)) for text in ("老街重新开街", "東京の天気です", "서울 날씨", "བོད་ཡིག", "Tiedät")]
    ['zh', 'ja', 'ko', 'bo', 'und']
    """
    counts: Counter[str] = Counter()
    for char, count in chars.items():
        if char.isalpha():
            counts[_script(char)] += count
    if counts["kana"] and counts["kana"] >= _KANA * (counts["kana"] + counts["zh"]):
        counts["ja"] = counts.pop("kana") + counts.pop("zh")
    del counts["kana"]
    return max(sorted(counts), key=counts.__getitem__, default="und")


def script_of(chars: Mapping[str, int]) -> str | None:
    """Hans, Hant or mixed by the characters that exist in one form only; None when there is none of them.

    >>> [script_of(Counter(text)) for text in ("修旧如旧", "修舊如舊", "修旧如舊", "一二三")]
    ['Hans', 'Hant', 'mixed', None]
    """
    simplified = sum(count for char, count in chars.items() if char in _simplified())
    traditional = sum(count for char, count in chars.items() if char in traditional_only())
    told = simplified + traditional
    if not told:
        return None
    if max(simplified, traditional) < _ONE_SCRIPT * told:
        return "mixed"
    return "Hans" if simplified > traditional else "Hant"


@lru_cache(maxsize=1)
def _simplified() -> frozenset[str]:
    """Characters that a traditional text does not use: those that Big5 does not hold (台 and 群 are in it)."""
    return frozenset(char for char in simplified_only() if not _in_big5(char))


def _in_big5(char: str) -> bool:
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=65_536)
def _script(char: str) -> str:
    name = unicodedata.name(char, "")
    return next((script for start, script in _SCRIPTS.items() if name.startswith(start)), "und")


def _head(body: Iterable[str], size: int) -> Iterable[str]:
    """The paragraphs up to `size` characters in all."""
    for paragraph in islice(body, size):
        if size <= 0:
            return
        yield paragraph[:size]
        size -= len(paragraph)


def _share(part: float, whole: float) -> float:
    return _rounded(part / whole) if whole else 0.0


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)
