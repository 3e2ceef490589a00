"""Byline lines: 来源, 记者, 通讯员, 作者, 编辑, 审核 and the people and papers behind these labels.

A line is cut at its labels (tables/labels.tsv); what stands between two labels is read by the role of the first. A
label without a colon counts only when people follow it, so that 记者从会上获悉 or 编辑部 name nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest

from newscrawl.decode.restore.lexicon import to_simplified
from newscrawl.extract import people
from newscrawl.tables import rows

ROLES = ("reporters", "correspondents", "authors", "editors", "reviewers")

# Bylines are short. The bound keeps a line of thousands of labels, which is a trap, from costing minutes.
LONGEST = 400
_COLON = re.compile(r"[ \u3000]*(?:[：:|｜︱│／/丨]|\]|】)[ \u3000]*")
_VALUE_END = re.compile(r"[）)】\]〕>《\n]|[。！？]|(?:电|讯|报道|報導)[：:]")
_PLACEHOLDERS = frozenset(
    (
        "无",
        "未知",
        "本站",
        "本网",
        "网络综合",
        "暂无",
        "网络",
        "互联网",
        "来源网络",
        "不详",
        "佚名",
        "本站原创",
        "原创",
        "综合",
        "其他",
        "-",
        "--",
        "admin",
    )
)
# What stands behind 作者 and 编辑 where nobody signs.
_NOBODY = frozenset(
    ("admin", "管理员", "小编", "编辑", "本站编辑", "本网编辑", "网站编辑", "实习生", "值班", "读者来信", "本站")
)
_SOURCE_END = re.compile(r"[\s|｜\t]|[（(](?=[\u4e00-\u9fff]{2,4}[)）])|[）)，。；;]|(?:19|20)\d\d[-年/.]")
# 记者 孙晓 摄 took the picture; 摄影报道 and 摄影/文 wrote, too.
_PHOTOGRAPHER = re.compile(r"摄(?!影(?:报道|报导|/|、|并))")
_INITIALS = re.compile(r"[A-Za-z0-9]")


@dataclass(slots=True)
class Byline:
    """What byline lines say. Lists hold people in the order named; `source` is None when no line names one."""

    source: str | None = None
    reporters: list[str] = field(default_factory=list)
    correspondents: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    """What stands behind a label of people and cannot be read as names for certain."""

    def add(self, other: Byline) -> None:
        """Take over what another line says; who has a role keeps it, the first source stays."""
        self.source = self.source or other.source
        taken = {name for role in ROLES for name in getattr(self, role)}
        for role in ROLES:
            mine = getattr(self, role)
            # one person may write and edit a piece: that is a second role only for editors and reviewers
            barred = set(mine) if role in ("editors", "reviewers") else taken
            mine += [name for name in getattr(other, role) if name not in barred and name not in mine]
        self.undecided += other.undecided

    def __bool__(self) -> bool:
        return bool(self.source or any(getattr(self, role) for role in ROLES))


@dataclass(frozen=True, slots=True)
class _Label:
    role: str
    word: str
    start: int
    end: int
    colon: bool


@lru_cache(maxsize=1)
def _roles() -> dict[str, str]:
    return {row["label"]: row["role"] for row in rows("labels")}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """All labels, longest first; labels of two characters may be padded (编 辑)."""
    words = sorted(_roles(), key=len, reverse=True)
    return re.compile("|".join(r"[ \u3000]{0,4}".join(map(re.escape, word)) for word in words))


def parse(line: str) -> Byline:
    """Read one line of labels and names.

    >>> parse("发布时间：2018年11月29日15:37 来源： 湖北日报").source
    '湖北日报'
    >>> byline = parse("湖北日报全媒体记者 张三丰 通讯员 李四光")
    >>> byline.reporters, byline.correspondents
    (['张三丰'], ['李四光'])
    """
    byline = Byline()
    line = line[:LONGEST]
    labels = list(_labels(line))
    for label, following in zip_longest(labels, labels[1:]):
        value = line[label.end : following.start if following else len(line)]
        _read(label, value, byline)
    return byline


def is_label(line: str) -> bool:
    """Whether a line is the label of a source or of people and nothing else: 来源, 责任编辑.

    >>> is_label("责任编辑"), is_label("责任编辑 张三"), is_label("分享")
    (True, False, False)
    """
    return _roles().get(re.sub(r"[ \u3000]", "", line)) in ("source", *ROLES)


def _read(label: _Label, value: str, byline: Byline) -> None:
    if label.role == "source":
        byline.source = byline.source or clean_source(value)
        return
    if label.role not in ROLES:
        return
    found = _people(value, label)
    if not found and label.colon and value.strip():
        byline.undecided.append(f"{label.word}：{value.strip()[:20]}")
    addition = Byline()
    setattr(addition, label.role, found)
    byline.add(addition)


def _people(value: str, label: _Label) -> list[str]:
    value = _VALUE_END.split(value.lstrip("：:|／/ 　（(【["), maxsplit=1)[0]
    found, rest = people.leading_names(value)
    if _PHOTOGRAPHER.match(rest):
        return []
    if not found and label.colon:
        return [name for name in people.labelled_names(value) if name not in _PLACEHOLDERS | _NOBODY]
    return found


def _labels(line: str) -> Iterator[_Label]:
    """The labels of a line that count, in order."""
    # labels are looked up in simplified script (記者, 責任編輯); the map is one to one, so places stay the same
    simplified = line.translate(to_simplified())
    reporter_line = "记者" in simplified
    for match in _pattern().finditer(simplified):
        word = re.sub(r"[ \u3000]", "", match[0])
        role = _roles()[word]
        if role == "reporters_or_authors":
            # 文/图 记者 王某: the second label says what he is
            role = "reporters" if reporter_line else "authors"
        colon = _COLON.match(line, match.end())
        end = colon.end() if colon else match.end()
        if _counts(line, match, word, role, colon is not None):
            yield _Label(role, word, match.start(), end, colon is not None)


def _counts(line: str, match: re.Match[str], word: str, role: str, colon: bool) -> bool:
    before, after = line[: match.start()], line[match.end() :]
    apart = not before or before[-1] in " 　\t|｜/()（）【】[]〔〕\xa0、，,；;：:·。□■◎●▲"
    if len(word) == 1:
        return apart and colon
    if role in ROLES:
        return bool(people.leading_names(after.lstrip("：:（( 　"))[0]) or (
            colon and (apart or people.is_name(before[-3:]) or word != "作者")
        )
    if role == "source":
        # 资金来源 and 收入来源 are other words
        apart = not "\u4e00" <= before[-1:] <= "\u9fff" or any(people.is_name(before[-size:]) for size in (2, 3))
        return (colon and apart) or (not before and bool(_INITIALS.match(after[:1]) or after[:1] in " 　"))
    return colon or (apart and (not after or not "\u4e00" <= after[0] <= "\u9fff"))


@lru_cache(maxsize=1)
def known_sources() -> frozenset[str]:
    """Sources whose names do not end like a paper's, or look like a person's."""
    return frozenset(row["source"] for row in rows("sources"))


def clean_source(value: str) -> str | None:
    """The name of a source out of what stands behind 来源; None for placeholders, addresses and people.

    >>> clean_source(" 上海证券报·中国证券网(上海) 分享"), clean_source("互联网")
    ('上海证券报·中国证券网', None)
    """
    value = re.sub(r"^原创[：:]", "", value.strip(" 　\t\xa0：:|（(【[“\"'《"))
    name = _SOURCE_END.split(value, maxsplit=1)[0].strip("”\"'》】，,;；、-—_|")
    if not name or name in _PLACEHOLDERS or len(name) > 30 or "://" in name or name.isdigit():
        return None
    parts = [name, *name.split("·")]
    if people.is_name(name) and not any(people.is_organisation(part) or part in known_sources() for part in parts):
        return None
    return name


_ORG = r"[\u4e00-\u9fffA-Za-z·]{2,12}?(?:[报网台社刊]|中心|客户端|频道|新闻)"
_PEOPLE_LABEL = r"(?:[\u4e00-\u9fff]{0,6}(?:记者|記者)|通讯员|实习生|文/图|图/文|作者|评论员|撰文|文)"
# 本报讯（记者…）, 江汉网消息（…）, （江汉都市报）（见习记者…）, □记者…: printed at the head, not part of the text
_LEAD = re.compile(
    rf"""
    [□■◎●▲★☆【\[]?\s*
    (?: 本[报网台刊]讯[】\]]?[ \u3000]* [^，。（(]{{0,6}}记者[^，。]{{2,30}}?报道[：:，]
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
_IN_BRACKETS = re.compile(r"[（(]([^（()）]{2,60})[）)]")
_RUN_ON = re.compile(rf"^[□■◎●▲]?[ \u3000]*(?:{_ORG})?(?:全媒体|全媒|融媒体|首席|见习|实习|特约|本报)?记者[ \u3000]*")


def split_lead(paragraph: str) -> tuple[str, str]:
    """Cut a lead-in off a first paragraph: (the lead-in with its people, the text).

    A lead-in without a day (本报讯（记者张明山）) is a byline and stays out of the body; a dateline with a day
    (新华社武汉11月29日电（记者某某）) is part of the text: it is returned as lead-in and stays in the text.

    >>> split_lead("本报讯（记者张明山 通讯员余丽）昨日，天晴。")
    ('本报讯（记者张明山 通讯员余丽）', '昨日，天晴。')
    """
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
    labels = [label for label in _labels(head) if label.role in ROLES]
    if not labels or labels[0].start > 14:
        return None
    last = labels[-1]
    found, rest = people.leading_names(head[last.end :].lstrip())
    end = head.rfind(rest) if rest else len(head)
    # only a space says for certain that the names are over; 记者张三在现场看到 is a sentence
    return end if found and head[end - 1 : end] in (" ", "\u3000") else None


def parse_lead(lead: str) -> Byline:
    """Read a lead-in; names at the head of its bracket are reporters without a label (…电（孙晓、实习生李冰）).

    >>> parse_lead("江汉社临江3月4日电（孙晓、实习生李冰）").reporters
    ['孙晓', '李冰']
    """
    found = parse(lead)
    source = source_of_lead(lead)
    for inner in (_DATELINE.match(lead) and _IN_BRACKETS.findall(lead)) or []:
        unlabelled, _ = people.leading_names(inner)
        found.reporters = [*unlabelled, *(name for name in found.reporters if name not in unlabelled)]
    found.source = found.source or source
    return found


def source_of_lead(lead: str) -> str | None:
    """The paper or agency a lead-in names: 新华社 of a dateline, （楚天都市报）, 荆楚网消息; never 本报."""
    for pattern in (_LEAD, _DATELINE):
        if (match := pattern.match(lead)) and (name := match["org"] or match.groupdict().get("bracketed")):
            return None if name.startswith("本") else name
    return None
