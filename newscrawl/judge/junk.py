"""Blocks that stand on the page of an article and do not belong to it, each told by a kind."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from newscrawl.extract.people import is_name
from newscrawl.items import Article, Junk
from newscrawl.tables import rows

_SENTENCE = re.compile(r"[。！？；，]")
# What ends like a sentence is prose, whatever words it begins with: 搜索队在山中找到了老人。 Only the rows that say so
# (sentence yes) take a sentence for junk.
_SENTENCE_ENDS = ("。", "！", "？", "”", "；")
_SHORT_PARTS = re.compile(r"\s*[|｜丨,、]\s*|\s{1,}")
# A link farm is names and nothing else: at least this many short parts and no sentence. Set on the tails of place names
# and on the keyword lines of spider pools; a list of people in an article is shorter or holds a comma and a full stop.
_FARM_PARTS = 8
_FARM_PART = 8.0
# Without bars between the parts it takes more of them.
_LONG_FARM = 20
_NUMBERED = re.compile(r"\d{1,2}[.．、]")


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[str, bool, int, re.Pattern[str]], ...]:
    return tuple(
        (row["kind"], row["sentence"] == "yes", int(row["longest"]), re.compile(row["pattern"])) for row in rows("junk")
    )


def kind_of(text: str) -> str | None:
    """The kind of junk a block of text is, or None when it may belong to an article.

    >>> kind_of("鄂ICP备 13000573号-1"), kind_of("丰都县| 常德市| 富宁县| 林芝县| 廉江市| 沁源县| 和政县| 衡阳市")
    ('licence', 'link_farm')
    >>> kind_of("市民办理许可证时，窗口人员说：“请您稍等。”")
    """
    sentence = text.endswith(_SENTENCE_ENDS)
    for kind, may_be_sentence, longest, pattern in _rules():
        if len(text) <= longest and (may_be_sentence or not sentence) and pattern.search(text):
            return kind
    return "link_farm" if not sentence and is_link_farm(text) else None


def is_link_farm(text: str) -> bool:
    """Whether a text is nothing but many short names: places, keywords, links to friends."""
    if len(text) < 2 * _FARM_PARTS or _SENTENCE.search(text.replace("，", "、")):
        return False
    parts = [part for part in _SHORT_PARTS.split(text) if part]
    if len(parts) < _FARM_PARTS or sum(map(len, parts)) > _FARM_PART * len(parts):
        return False
    # numbered points, and the names of those who won a prize, are lists of an article
    if "|" in text:
        return sum(_NUMBERED.match(part) is not None for part in parts) < len(parts) / 2
    return len(parts) >= _LONG_FARM and sum(map(is_name, parts)) < len(parts) / 2


def set_aside_injected(article: Article, blocks: Collection[str]) -> None:
    """Move the paragraphs that did not go through a mirror's channel, so that the mirror added them, to the junk."""
    injected = {block.strip() for block in blocks}
    if injected.isdisjoint(article.body):
        return
    article.junk += [Junk(kind="injected", text=paragraph) for paragraph in article.body if paragraph in injected]
    article.body = [paragraph for paragraph in article.body if paragraph not in injected]
