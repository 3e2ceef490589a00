"""The spots of a text that cannot be trusted: bytes lost for good, and what the channel left."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newscrawl.decode.language import load
from newscrawl.decode.restore.families import PINYIN
from newscrawl.decode.restore.lexicon import CJK, everyday


@dataclass(frozen=True, slots=True)
class Span:
    """A spot in a text: `start` in characters, what is `seen` there, and what it may be, the likeliest first."""

    start: int
    seen: str
    candidates: tuple[str, ...] = ()


# Closer to certain than this, in nats, a ? is a question's; else it may be a sign that has no code in GBK.
_QUESTION = 6.5
_SIGNS = ("？", "·", "•", "©", "\xa0")
_ASKED = re.compile(rf"(?<=[{CJK}]{{2}})\?(?=[{CJK}])")
_CLAUSE = re.compile(r"[^，。！？；：,!?;:\s]*\Z")
_ASKING = re.compile("[吗呢么谁哪几何怎吧啊]|什|多少|是否|能否|可否|是不是|有没有|难道|岂")
_ODD = re.compile(rf"[{CJK}\ue000-\uf8ff]")
_LEFT = re.compile(
    rf"\?[{PINYIN}]{{1,6}}\)|[@-Z\[-~]\([{PINYIN}]*[^ -~()ɑɡ][{PINYIN}]*\)|[\ue000-\uf8ff]|\?[！!]\?|\?{{3,}}"
)
_CUT = re.compile(r"\?[！!，,；;：:？。](?=([^\x00-\x7f]{2,12}))")
_LOST = re.compile("\ufffd+|(?:锟斤拷)+")


def unresolved(text: str, *, damaged: bool) -> list[Span]:
    """The spots of a text that cannot be trusted, in order: bytes lost for good, and, in a text known to be `damaged`
    by the channel, what the channel left. (Elsewhere a private character is an icon and `?!` is an exclamation.)
    """
    spans = []
    if "\ufffd" in text or "锟斤拷" in text:
        spans += [Span(match.start(), match[0]) for match in _LOST.finditer(text)]
    if damaged:
        spans += [Span(match.start(), match[0]) for match in _LEFT.finditer(text)]
        spans += [Span(match.start(), match[0]) for match in _CUT.finditer(text) if _is_out_of_step(match[1])]
    return sorted(spans, key=lambda span: span.start)


def _is_out_of_step(run: str) -> bool:
    """Whether a run of characters is read one byte off: such a run is full of rare characters."""
    odd = _ODD.findall(run)
    return sum(char not in everyday() for char in odd) >= max(1, 0.25 * len(odd))


def signs(text: str) -> list[Span]:
    """The `?` of a damaged text that look like no question: each may be a sign without a code, · in a name or ©."""
    costs = load().costs
    return [
        Span(asked.start(), "?", _SIGNS)
        for asked in _ASKED.finditer(text)
        if costs[text[asked.start() - 2 : asked.start()] + "？"] > _QUESTION and not _asks(text, asked.start())
    ]


def _asks(text: str, end: int) -> bool:
    """Whether the clause that ends there asks something."""
    clause = _CLAUSE.search(text[max(0, end - 40) : end])
    return clause is not None and _ASKING.search(clause[0]) is not None
