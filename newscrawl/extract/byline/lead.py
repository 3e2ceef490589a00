"""Lead-ins: what stands before the first sentence and names paper, place, day and people.

A lead-in without a day (本报讯（记者张明山）) is a byline and stays out of the body; a dateline with a day
(新华社武汉11月29日电（记者某某）) is part of the text.
"""

from __future__ import annotations

import re

from newscrawl.extract.byline.labels import ROLES, labels_of
from newscrawl.extract.people import leading_names

# Bylines are short. The bound keeps a line of thousands of labels, which is a trap, from costing minutes.
LONGEST = 400
_ORG = r"[\u4e00-\u9fffA-Za-z·]{2,12}?(?:[报网台社刊]|中心|客户端|频道|新闻)"
_PEOPLE_LABEL = (
    r"(?:[\u4e00-\u9fff]{0,6}(?:记者|記者)|通讯员|实习生|文/图|图/文|评论员|撰文|(?:作者|文)(?=\s*[：:/／|｜]))"
)
# 本报讯（记者…）, 江汉网消息（…）, （江汉都市报）（见习记者…）, □记者…: printed at the head, not part of the text
_LEAD = re.compile(
    rf"""
    [□■◎●▲★☆【\[]?\s*
    (?: 本[报网台刊]讯[】\]]?[ \u3000]* [^，。（(]{{0,6}}(?:记者|通讯员)[^，。]{{2,30}}?报道[：:，]
      | (?P<org> 本[报网台刊社] | {_ORG}) (?:讯|消息|电) [】\]]? [ \u3000]* [（(〔] [^（()）〕]{{0,60}} [）)〕]
      | (?: [（(〔] (?P<bracketed> {_ORG}) [）)〕] )? [ \u3000]*
        [（(] [^（()）]{{0,10}} {_PEOPLE_LABEL} [^（()）]{{1,60}} [）)]
      | 本[报网台刊]讯 (?= [ \u3000：:])
    )
    [：:]? [ \u3000]*
    """,
    re.VERBOSE,
)
# 新华社武汉11月29日电（记者某某）
_DATELINE = re.compile(
    rf"""
    [ \u3000]* (?P<org> {_ORG})
    [^，。；]{{0,14}}? \d{{1,2}}月?\d{{0,2}}日? [^，。；（(]{{0,6}} (?:电|讯|报道) [ \u3000]*
    (?: [^，。；（()）]{{0,20}} [（(] [^（()）]{{1,60}} [）)] )?
    """,
    re.VERBOSE,
)
# 新京报快讯（记者 裴剑飞）: not one of the set forms, so it stays in the text, but the people in it are named
_BRACKETED = re.compile(
    rf"^[^，。；！？（(〔]{{0,20}}[（(〔][^（()）〔〕]{{0,10}}{_PEOPLE_LABEL}[^（()）〔〕]{{1,40}}[）)〕]"
)
# （中央社記者陳六台北5日電）: a dateline, too
_AGENCY_DATELINE = re.compile(r"[（(][^（()）]{4,30}\d{1,2}日[电電][)）]")
_IN_BRACKETS = re.compile(r"[（(]([^（()）]{2,60})[）)]")
_RUN_ON = re.compile(rf"^[□■◎●▲]?[ \u3000]*(?:{_ORG})?(?:全媒体|全媒|融媒体|首席|见习|实习|特约|本报)?记者[ \u3000]*")


def split_lead(paragraph: str) -> tuple[str, str]:
    """Cut a lead-in off a first paragraph: (the lead-in with its people, the text).

    A lead-in without a day (本报讯（记者张明山）) is a byline and stays out of the body; a dateline with a day
    (新华社武汉11月29日电（记者某某）) is part of the text: it is returned as lead-in and stays in the text.

    >>> split_lead("本报讯（记者张明山 通讯员余丽）昨日，天晴。")
    ('本报讯（记者张明山 通讯员余丽）', '昨日，天晴。')
    """
    if agency := _AGENCY_DATELINE.match(paragraph):
        return agency[0], paragraph
    if lead := _LEAD.match(paragraph):
        return lead[0].strip(), paragraph[lead.end() :]
    if head := _DATELINE.match(paragraph) or _BRACKETED.match(paragraph):
        return head[0].strip(), paragraph
    if _RUN_ON.match(paragraph) and (end := _end_of_run_on(paragraph)):
        return paragraph[:end].strip(), paragraph[end:].lstrip(" 　")
    return "", paragraph


def _end_of_run_on(paragraph: str) -> int | None:
    """Where a byline ends that runs on into the text (…记者陈大昌 杨小洲 实习生张小菊 昨日中午，…), if there is one."""
    head = re.split(r"[，。；！？]", paragraph[:LONGEST], maxsplit=1)[0]
    labels = [label for label in labels_of(head) if label.role in ROLES]
    if not labels:
        return None
    found, rest = leading_names(labels[-1].value.lstrip())
    end = head.rfind(rest) if rest else len(head)
    # only a space says for certain that the names are over; 记者张三在现场看到 is a sentence
    return end if found and head[end - 1 : end] in (" ", "\u3000") else None


def bracketed_names(lead: str) -> list[str]:
    """The names at the head of a dateline's bracket, reporters without a label: …电（孙晓、实习生李冰）."""
    if not _DATELINE.match(lead):
        return []
    return [name for inner in _IN_BRACKETS.findall(lead) for name in leading_names(inner)[0]]


# 新华社北京电, 据江汉日报报道, 据新华社: a line that is nothing else
_WHOLE = re.compile(
    rf"[（(]?(?:据(?P<told>{_ORG})(?:报道|报导|消息|報導)?|(?P<agency>[\u4e00-\u9fff]{{1,4}}社)[\u4e00-\u9fff]{{2,6}}[电電])[）)]?"
)
# 中央社記者陳六台北5日電
_AGENCY = re.compile(r"[（(]?(?P<org>[\u4e00-\u9fff]{1,4}社)[记記]者[\u4e00-\u9fff]{4,7}\d{1,2}日[电電]")


def source_of_lead(lead: str) -> str | None:
    """The paper or agency a lead-in names: 新华社 of a dateline, （楚天都市报）, 荆楚网消息; never 本报."""
    if whole := _WHOLE.fullmatch(lead):
        return whole["told"] or whole["agency"]
    for pattern in (_LEAD, _DATELINE, _AGENCY):
        if (match := pattern.match(lead)) and (name := match["org"] or match.groupdict().get("bracketed")):
            return None if name.startswith("本") else name
    return None
