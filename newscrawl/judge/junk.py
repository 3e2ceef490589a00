"""Blocks that stand on the page of an article and do not belong to it, each told by a kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.decode.restore.lexicon import to_simplified, to_traditional
from newscrawl.extract.people import is_name
from newscrawl.items import Article, Junk
from newscrawl.tables import rows

if TYPE_CHECKING:
    from newscrawl.extract.draft import Draft

_SENTENCE = re.compile(r"[。！？；，]")
# What ends like a sentence is prose, whatever words it begins with: 搜索队在山中找到了老人。 Only the rows that say so
# (sentence yes) take a sentence for junk.
_SENTENCE_ENDS = ("。", "！", "？", "”", "；", "!", "?", "…", "」", "』")
# （记者 某某）, (完): what stands behind the last sentence
_BEHIND = re.compile(r"[（(][^（()）]{1,20}[)）]\s*$")
_SHORT_PARTS = re.compile(r"\s*[|｜丨,、]\s*|\s{1,}")
# A link farm is names and nothing else: at least this many short parts and no sentence. Set on the tails of place names
# and on the keyword lines of spider pools; a list of people in an article is shorter or holds a comma and a full stop.
_FARM_PARTS = 8
_FARM_PART = 8.0
# Without bars between the parts it takes more of them.
_LONG_FARM = 20
# A keyword line is so many keywords, none longer than this, as spam fills titles with; three of them are a section, a
# channel and a site behind a headline.
_KEYWORDS, _LONGEST_KEYWORD = 4, 20
_KEYWORD_PARTS = re.compile(r"[\s_|｜丨,，、]+")
# 云端奇迹手游_云端奇迹攻略_云端奇迹礼包: three parts that begin alike. Sites behind a headline share two characters at
# most (新浪财经_新浪网).
_SAME_WORD = re.compile(r"(?:^|[_|｜])([^_|｜\s]{3,8})[^_|｜]{0,16}(?:[_|｜]\1[^_|｜]{0,16}){2}")
# Once in the title, once as a heading, once at the foot.
_OFTEN = 3
# Of a block of junk so many characters are kept: enough to see what it is.
LONGEST_JUNK = 200
# What is longer is asked about once, and not kept.
_SHORT = 300
# Of what a row matched so much is told.
_SHOWN = 20
_NUMBERED = re.compile(r"\d{1,2}[.．、]")


class _Rule(NamedTuple):
    """A row of tables/junk.tsv."""

    kind: str
    sentence: bool
    longest: int
    pattern: re.Pattern[str]
    why: str


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(row["kind"], row["sentence"] == "yes", int(row["longest"]), re.compile(row["pattern"]), row["why"])
        for row in rows("junk")
    )


@lru_cache(maxsize=1)
def _traditional() -> re.Pattern[str]:
    """The traditional forms of the characters in the rules: without any of them a text need not be mapped."""
    known = set("".join(pattern.pattern for _, _, _, pattern, _ in _rules()))
    return re.compile(f"[{''.join(sorted({char.translate(to_traditional()) for char in known} - known))}]")


def kind_of(text: str) -> str | None:
    """The kind of junk a block of text is, or None when it may belong to an article.

    >>> kind_of("鄂ICP备 13000573号-1"), kind_of("丰都县| 常德市| 富宁县| 林芝县| 廉江市| 沁源县| 和政县| 衡阳市")
    ('licence', 'link_farm')
    >>> kind_of("市民办理许可证时，窗口人员说：“请您稍等。”")
    """
    return _kind_of_short(text) if len(text) <= _SHORT else _kind_of(text)


def _kind_of(text: str) -> str | None:
    told = why_junk(text)
    return told[0] if told else None


def why_junk(text: str) -> tuple[str, str] | None:
    """The kind of junk a block of text is, and why: the row of tables/junk.tsv, or what else tells it."""
    if _traditional().search(text):
        text = text.translate(to_simplified())
    sentence = (_BEHIND.sub("", text).rstrip() if text.endswith(("）", ")")) else text).endswith(_SENTENCE_ENDS)
    for rule in _rules():
        if len(text) <= rule.longest and (rule.sentence or not sentence) and (found := rule.pattern.search(text)):
            return rule.kind, f"{rule.why} (newscrawl/tables/junk.tsv): {found[0][:_SHOWN]}"
    if not sentence and len(text) <= LONGEST_JUNK and (found := _SAME_WORD.search(text)):
        return "keywords", f"three parts begin with the same word: {found[1]}"
    return ("link_farm", "nothing but many short names") if not sentence and is_link_farm(text) else None


# The same short lines are asked about by every part that looks at a page, and stand on every page of a site.
_kind_of_short = lru_cache(maxsize=4096)(_kind_of)


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


def repeated_keywords(draft: Draft) -> list[str]:
    """The keyword lines that a page says again and again: in its title or among its text, and in all three times or
    more. No list of words is asked, so spam in new words is found, too; a menu that is printed three times is none."""
    lines = [draft.embedded.title or "", *draft.page_text.splitlines(), *draft.hidden]
    often = {line for line, count in Counter(lines).items() if count >= _OFTEN and _is_keywords(line)}
    return [line for line in often if line == lines[0] or line in (body.text for body in draft.body)]


def _is_keywords(line: str) -> bool:
    parts = [part for part in _KEYWORD_PARTS.split(line) if part]
    return len(parts) >= _KEYWORDS and max(map(len, parts)) <= _LONGEST_KEYWORD and not line.endswith(_SENTENCE_ENDS)


def set_aside_injected(article: Article, blocks: Collection[str]) -> None:
    """Move to the junk the paragraphs that the mirror added: those in `blocks`, which did not go through its channel,
    and keyword lines that stand on a page again and again."""
    repeated = {line for page in article.pages if page.draft for line in repeated_keywords(page.draft)}
    injected = {block.strip() for block in blocks} | repeated
    found = [paragraph for paragraph in article.body if paragraph in injected]
    known = {junk.text for junk in article.junk}
    found += [line for line in sorted(repeated) if line[:LONGEST_JUNK] not in known and line not in found]
    article.junk += [Junk(kind="injected", text=text[:LONGEST_JUNK]) for text in found]
    article.body = [paragraph for paragraph in article.body if paragraph not in injected]
