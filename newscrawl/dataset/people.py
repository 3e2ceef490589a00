"""Rows without those who made the articles: no column of people, and their names masked wherever else they stand.

A name is masked by as many █ as it had characters, so that every offset holds. Simplified and traditional forms count
as one, and so do names padded with spaces (王 强). Two kinds of names are masked with care:

- What is a word, too (高峰, 文明), or has one character: only where something shows that it is the name. It stands
  alone between punctuation, behind a word such as 记者 or another masked name, or before 摄 and the like.
- Names in Latin letters and staff codes (NF051): only as whole words.

People whom the news is about stay, and so does who made an article but was not recognised in its byline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from newscrawl.dataset.rows import PEOPLE
from newscrawl.decode.language import load
from newscrawl.decode.restore.lexicon import CJK, to_simplified
from newscrawl.tables import rows

MASK = "█"
"""Stands for one character of a name. No text has it that is not a drawing."""
TEXTS = ("title", "subtitle", "source", "section", "breadcrumb", "body", "images", "restored", "junk", "trace")
"""The columns that a name can stand in, beside those of people. Addresses stay: they say where a row came from."""

_COMMON = 13.0
"""Nats: what a word costs in the language model at most to be an everyday word, one in 440,000 characters of news. 高峰
(11.3), 文明 (10.1) and 白云 (12.7) are, 张伟 (14.1), 王强 (14.5) and every name of three characters tried are not."""
_HAN = f"{CJK}\U00020000-\U0003ffff"
_PADDING = r"[ \u3000\xa0]{0,4}"
_BETWEEN = r"[\s、，,；;:：/&|·()（）【】\[\]]{0,4}"
_BEHIND = re.compile(rf"{_PADDING}(?:摄|供图|报道|报导|撰文|文/|图/|文并图)")
# What the trace quotes of a byline that could not be read as names, and what junk may hold of one.
_QUOTED = "people: "


def without_people(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is in a data set without people; `row` is one of `rows.row`."""
    names = {name for column in PEOPLE for name in row[column] if name and name.strip()}
    masked = _masker(names)
    kept = {name: value for name, value in row.items() if name not in PEOPLE}
    kept["trace"] = [line for line in row["trace"] if not line.startswith(_QUOTED)]
    kept["junk"] = [junk for junk in row["junk"] if not _roles().search(junk["text"] or "")]
    return kept | {name: _everywhere(kept[name], masked) for name in TEXTS} | {"restored": _repairs(row, masked)}


def mask(text: str, names: Iterable[str]) -> str:
    """A text with the names masked where it is safe to say that they are these.

    >>> mask("记者张小川（实习）和高峰报道：早高峰到了，張小川说。", ["张小川", "高峰"])
    '记者███（实习）和██报道：早高峰到了，███说。'
    """
    return _masker(set(names))(text)


def _everywhere(value: Any, masked: Callable[[str], str]) -> Any:
    """Every text in a value. The address of a picture stays, and so does what kind of junk it is."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list):
        return [_everywhere(one, masked) for one in value]
    if isinstance(value, dict):
        return {name: one if name in ("url", "kind") else _everywhere(one, masked) for name, one in value.items()}
    return value


def _repairs(row: Mapping[str, Any], masked: Callable[[str], str]) -> Any:
    """The repairs without the spots that lie in a name: their candidates would tell it."""
    repairs = row["restored"]
    if not repairs:
        return repairs
    left = [spot for spot in repairs["unresolved"] or () if not _tells(spot, row, masked)]
    return {**repairs, "unresolved": left}


def _tells(spot: Mapping[str, Any], row: Mapping[str, Any], masked: Callable[[str], str]) -> bool:
    """Whether a spot lies in a column of people, or where a name is masked."""
    name, _, index = (spot["field"] or "").partition("[")
    if name in PEOPLE or any(MASK in masked(text or "") for text in (spot["seen"], *(spot["candidates"] or ()))):
        return True
    text = row.get(name)
    if isinstance(text, list) and index.rstrip("]").isdecimal() and int(index.rstrip("]")) < len(text):
        text = text[int(index.rstrip("]"))]
    if not isinstance(text, str):
        return False
    start, seen = spot["start"] or 0, spot["seen"] or ""
    return MASK in masked(text)[start : start + len(seen)]


def _masker(names: set[str]) -> Callable[[str], str]:
    """What masks the names in a text; longer ones first, for 张小 may be another's beginning."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    safe = [_pattern(name) for name in ordered if not _is_word(name)]
    words = [_pattern(name) for name in ordered if _is_word(name)]
    anywhere = re.compile("|".join(safe)) if safe else None
    shown = re.compile("|".join(words)) if words else None

    def masked(text: str) -> str:
        if anywhere:
            text = anywhere.sub(_blocks, text)
        return _where_shown(text, shown) if shown else text

    return masked


def _where_shown(text: str, words: re.Pattern[str]) -> str:
    """Mask the words that something shows to be names, from left to right: one masked shows that the next is one."""
    parts, done = "", 0
    for found in words.finditer(text):
        parts += text[done : found.start()]
        done = found.end()
        parts += _blocks(found) if _is_shown(parts, text[done : done + 12]) else found[0]
    return parts + text[done:]


def _is_shown(before: str, after: str) -> bool:
    if _BEHIND.match(after) or _before().search(before[-24:]):
        return True
    return not (before[-24:].rstrip()[-1:].isalnum() or after.lstrip()[:1].isalnum())


def _blocks(found: re.Match[str]) -> str:
    return MASK * len(found[0])


@lru_cache(maxsize=65_536)
def _is_word(name: str) -> bool:
    """Whether a name can stand in a text without being one."""
    if not re.search(f"[{_HAN}]", name):
        return name.isalpha() or len(name) < 4  # May, Li, 12; neither Li Na nor NF051
    plain = name.translate(to_simplified())
    return len(plain) == 1 or plain in _no_names() or load().cost(plain) < _COMMON


@lru_cache(maxsize=65_536)
def _pattern(name: str) -> str:
    """A name in either script, padded or not; one without Chinese characters as a whole word."""
    if not re.search(f"[{_HAN}]", name):
        return rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
    return _PADDING.join(_either_form(char) for char in "".join(name.split()))


def _either_form(char: str) -> str:
    plain = char.translate(to_simplified())
    return f"[{re.escape(plain)}{_traditional().get(plain, '')}]" if re.match(f"[{_HAN}]", char) else re.escape(char)


@lru_cache(maxsize=1)
def _traditional() -> dict[str, str]:
    """Simplified character -> every traditional one that is written so."""
    forms: dict[str, str] = {}
    for code, plain in to_simplified().items():
        forms[plain] = forms.get(plain, "") + chr(code)
    return forms


@lru_cache(maxsize=1)
def _no_names() -> frozenset[str]:
    return frozenset(row["word"] for row in rows("no_names"))


def _role_words() -> str:
    """The words that stand before people, the longer first."""
    people = {*PEOPLE, "reporters_or_authors"}
    labels = {row["label"] for row in rows("labels") if row["role"] in people} | {"摄影", "摄", "见习", "实习"}
    return "|".join(re.escape(label) for label in sorted(labels, key=lambda label: (-len(label), label)))


@lru_cache(maxsize=1)
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?:{_role_words()}|{MASK}){_BETWEEN}[和与及]?{_BETWEEN}$")


@lru_cache(maxsize=1)
def _roles() -> re.Pattern[str]:
    """A byline in what was taken off: a word for who made it, then a colon or a name between spaces."""
    return re.compile(rf"(?:{_role_words()})[ \u3000]*[:：]|(?:记者|編輯|编辑|通讯员)[ \u3000]+[{_HAN}]")
