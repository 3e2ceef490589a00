"""来源: which paper a piece comes from, of all that a page says, in a stated order of belief.

1  the element that a layout names
2  a label in the head: 来源：江汉日报
3  an element in the head that is called source and holds nothing else
4  a name beside the time: an organisation, the site itself, or an account with its 关注 button
5  a label in the body or behind it: 本文来源：江汉日报
6  a lead-in or dateline of the text: 新华社武汉11月29日电
7  embedded data: meta tags, the state in scripts
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newscrawl.decode.restore.lexicon import to_simplified
from newscrawl.extract import byline, people
from newscrawl.extract.byline import Byline
from newscrawl.extract.draft import Draft
from newscrawl.extract.published import parse_time, says_when
from newscrawl.extract.title import letters, site_names
from newscrawl.judge.junk import kind_of

_WHEN_AND_WHERE = re.compile(
    r"https?://\S+|www\.\S+|\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?|\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
)
_NO_SOURCE = re.compile(r"新闻中心|频道|欢迎|公众号|首页|客户端$|微博|微信|登录|注册|订阅|^(?:要闻|头条|新闻|正文)$")
_FOLLOW = re.compile(r"^[+＋]?\s*(?:关注|關注|订阅|已关注)$")
_DAY = re.compile(r"\d{1,2}[-/月]\d{1,2}")
_NOT_ONE = re.compile(rf"\d|^(?:原创|评论|分享|收藏|关注|转发)|{_NO_SOURCE.pattern}")
# Accounts of counties and of radio, which do not end like papers: believed of a word of its own on the time's line.
_ACCOUNT = re.compile(
    r"(?!打开|下载|进入|安装|扫码|手机|移动|新闻)[\u4e00-\u9fff]{2,8}(?:融媒|客户端|之声|云)"
    r"|今日(?!头条|要闻|天气|关注|新闻|推荐|热[点门]|话题|视[点频]|导读)[\u4e00-\u9fff]{2,3}"
    r"|(?:掌上|云上|平安)[\u4e00-\u9fff]{2,3}"
)
# ——七旬老人的“堤上画室”: the second line of a headline.
_SUBTITLE = re.compile(r"\s*(?:—|--)")
_LONGEST, _LINE = 24, 60
# Buttons stand this close to the account's name and to the time.
_NEAR = 3


def choose_source(
    draft: Draft, head: Sequence[str], in_head: Byline, in_text: Byline, behind: Byline
) -> tuple[str, str] | None:
    """(The source, how we know) or None. `head` are the lines above the text, the bylines what was read where."""
    for source, why in _candidates(draft, head, in_head, in_text, behind):
        if source:
            return source, why
    return None


def _candidates(
    draft: Draft, head: Sequence[str], in_head: Byline, in_text: Byline, behind: Byline
) -> Iterator[tuple[str | None, str]]:
    called = byline.clean_source(draft.source or "")
    if draft.source_from == "layout":
        yield called, "layout"
    yield in_head.source, f"head: {in_head.why.get('source')}"
    yield called, draft.source_from
    yield _beside_the_time(head, site_names(draft.embedded.title or "")), "beside the time"
    yield _account(head), "the account above the 关注 button"
    yield _on_the_time_line(head, draft.page_text), "the account beside the time"
    labelled = [said for said in (in_text, behind) if said.why.get("source", "").startswith("label")]
    for said in (*labelled, in_text, behind):
        yield said.source, f"text: {said.why.get('source')}"
    yield byline.clean_source(draft.embedded.source or ""), draft.embedded.why("source")


def _beside_the_time(head: Sequence[str], site: Sequence[str]) -> str | None:
    """2019年11月25日 18:57 / 参考消息: an organisation, or the site's own name, in the time's block or beside it; an
    account (04-19 10:20 望湖融媒) in the time's own block."""
    for number, line in enumerate(head):
        if not says_when(line):
            continue
        # the nearest line first
        near = [
            line for at in (number + 1, number - 1, number + 2, number - 2) if at >= 0 for line in head[at : at + 1]
        ]
        own = _WHEN_AND_WHERE.sub(" ", line)
        # bars and 【 part what is said there: 2020.07.25 | 荆河日报 | 文/图 …, 华兴网 【字号：大 小】
        around = [*re.split(r"[|｜【]", own), *(text for text in near if not _SUBTITLE.match(text))]
        for text in around:
            name = byline.clean_source(re.sub(r"^(?:编辑|来自|来源于?|via)[：: ]?", "", text.strip(" 　|｜/·-()（）")))
            if name and len(name) <= _LONGEST and len(text) <= _LINE and not kind_of(text) and _is_paper(name, site):
                return name
        accounts = filter(_ACCOUNT.fullmatch, re.split(r"[\s|｜·/]+", own))
        if account := next(filter(None, map(byline.clean_source, accounts)), None):
            return account
    return None


def _is_paper(name: str, site: Sequence[str]) -> bool:
    if name in byline.known_sources():
        return True
    bare = letters(re.sub(r"\[[^\]]*\]$", "", name))
    if any(bare == letters(one) for one in site):
        return True
    return people.is_organisation(name) and not _NO_SOURCE.search(name.translate(to_simplified()))


def _on_the_time_line(head: Sequence[str], page_text: str) -> str | None:
    """原创 07-21 10:12 · 石鼓镇的老周: an account whose name stands on the page again, on its card."""
    lines = frozenset(page_text.splitlines())
    for line in head:
        if _DAY.search(line):
            for word in re.split(r"[\s·|｜/]+", line):
                if 3 <= len(word) <= _LONGEST and word in lines and not kind_of(word) and not _NOT_ONE.search(word):
                    return word
    return None


def _account(head: Sequence[str]) -> str | None:
    """管不饿 / 关注: whoever publishes on a platform has a button right behind the name."""
    for number, line in enumerate(head[1:], start=1):
        near = head[max(0, number - _NEAR) : number + _NEAR + 1]
        if _FOLLOW.match(line) and any(parse_time(other) for other in near):
            name = head[number - 1]
            if 2 <= len(name) <= 16 and not kind_of(name) and parse_time(name) is None:
                return name
    return None
