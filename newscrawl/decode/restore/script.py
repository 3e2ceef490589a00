"""Which script a text was written in, and the way back from the mirrors' map to simplified characters."""

from __future__ import annotations

import re
from functools import lru_cache

from newscrawl.decode.language import load
from newscrawl.decode.plain import beyond_ascii
from newscrawl.decode.restore.lexicon import (
    by_words,
    perhaps_mapped,
    simplified_only,
    simplify,
    to_simplified,
    to_traditional,
    traditional_only,
)

_COMMON_TRADITIONAL, _COMMON_SIMPLIFIED = "這們來個時為會國說對圍園區", "这们来个时为会国说对围园区"
# The characters to look for: the mirrors' maps leave them (發: there is 髮, too), writers of traditional ones do not.
_BETRAYED = frozenset("后于里么采愿并斗干系咨游征松云发制注托志冲迹")
_OUTNUMBER = 4
_BEYOND_DOUBT = 4
# In a text of this length, a writer of traditional characters is likely to have used one of theirs: one in 60.
_TELLING = 100
# Less is a phrase, of which nobody expects that it can be told; more is a page's source, too long to show as one spot.
_SENTENCES, _PAGE = 60, 1_000
# What lies between line ends and tags.
_BLOCK = re.compile(r"[^\n<>]{4,}")
# The simplified character of two must be so much likelier (20 to 1, in nats).
_SURE = 3.0
# The first pages of a long text tell as much as all of it.
_SAMPLE = 20_000


def is_mapped(text: str) -> bool:
    """Family D: traditional characters, yet 关于 became 關于 and not 關於, as no text written in them has it."""
    if not _is_traditional(text):
        return False
    betraying, genuine = _written_otherwise(text[:_SAMPLE])
    # a single one may be a name or a slip; “ is how the mainland quotes
    quoting = text.count("“") - text.count("「")
    certain = betraying >= 2 or (betraying == 1 and (quoting > 0 or len(text) >= _TELLING))
    if not betraying and not genuine:
        certain = quoting > 0 and len(text) >= _TELLING
    # some sites of the mainland quote with 「, too
    quoted_alike = quoting >= 0 or betraying >= _BEYOND_DOUBT
    return certain and betraying >= _OUTNUMBER * genuine and quoted_alike


def is_undecided(text: str) -> bool:
    """Whether nothing tells if a short text is in traditional characters because its author wrote it so."""
    if not _SENTENCES <= len(text) <= _PAGE or "「" in text or not _is_traditional(text):
        return False
    return _written_otherwise(text) == (0, 0)


def _is_traditional(text: str) -> bool:
    # Some of the commonest characters, in both forms: a clean text is left after a few microseconds.
    rest = beyond_ascii(text)
    traditional = sum(map(rest.count, _COMMON_TRADITIONAL))
    return traditional > 0 and traditional > sum(map(rest.count, _COMMON_SIMPLIFIED))


def _written_otherwise(text: str) -> tuple[int, int]:
    """How many words a writer in Taiwan or Hong Kong would not have written so, and how many only they would.

    What they would have written is what OpenCC, which knows words, makes of the simplified text. Each character counts
    once with the one before it: a name (于先生) is no proof, however often it comes.
    """
    plain = text.translate(to_simplified())
    taiwan, hong_kong = by_words(plain, "s2tw"), by_words(plain, "s2hk")
    if not len(text) == len(taiwan) == len(hong_kong):
        return 0, 0
    betraying, genuine = set(), set()
    for at, (seen, *written, before) in enumerate(zip(text, taiwan, hong_kong, plain, strict=True)):
        if before in _BETRAYED:
            if seen not in written:
                betraying.add(text[max(0, at - 1) : at + 1])
            elif seen != to_traditional().get(ord(before), before):
                genuine.add(text[max(0, at - 1) : at + 1])
    return len(betraying), len(genuine)


def to_mainland(text: str) -> tuple[str, int, list[str]]:
    """Map the characters of what went through the channel back to simplified ones.

    Returns the text, how many characters changed, and the blocks that did not go through: what a mirror adds itself
    stays simplified, in a text that is else traditional.
    """
    foreign = []
    if not simplified_only().isdisjoint(text):
        foreign = [span for span in map(re.Match.span, _BLOCK.finditer(text)) if _is_foreign(text[slice(*span)])]
    if sum(end - start for start, end in foreign) * 2 > len(text):
        foreign = []
    parts, done, changed = [], 0, 0
    for start, end in [*foreign, (len(text), len(text))]:
        part = text[done:start]
        changed += len(_mapped().findall(part))
        parts += [_words_back(part.translate(simplify())), text[start:end]]
        done = end
    return "".join(parts), changed, [text[start:end] for start, end in foreign]


def _is_foreign(block: str) -> bool:
    simplified = sum(map(simplified_only().__contains__, block))
    return simplified > 0 and simplified > sum(map(traditional_only().__contains__, block))


@lru_cache(maxsize=1)
def _mapped() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(chr, simplify()))}]")


@lru_cache(maxsize=1)
def _either() -> re.Pattern[str]:
    return re.compile(f"[{''.join(sorted(map(chr, perhaps_mapped())))}]")


def _words_back(text: str) -> str:
    """Characters that a simplified text may hold, too (著名, 宫商角徵羽), by what suits their neighbours."""
    costs = load().costs

    def choose(found: re.Match[str]) -> str:
        plain = perhaps_mapped()[ord(found[0])]
        before, behind = text[max(0, found.start() - 2) : found.start()], text[found.end() : found.end() + 2]
        window = ("\n\n" + before)[-2:]
        as_it_is, mapped = (
            sum(costs[(window + char + behind)[at : at + 3]] for at in range(1 + len(behind)))
            for char in (found[0], plain)
        )
        return plain if mapped + _SURE < as_it_is else found[0]

    return _either().sub(choose, text)
