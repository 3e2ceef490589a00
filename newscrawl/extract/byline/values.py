"""What stands behind a label: the people, or the paper; and names that are signed without a label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newscrawl.extract.byline.labels import Label, says_label
from newscrawl.extract.people import (
    could_be_name,
    is_name,
    is_organisation,
    is_rare_name,
    labelled_names,
    leading_names,
    only_names,
    without_desk,
)
from newscrawl.tables import rows

_VALUE_END = re.compile(r"[）)】\]〕>《\n]|[。！？]|(?:[电電]|[讯訊]|报道|報導)[：:]")
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
_NOBODY = _PLACEHOLDERS | frozenset(
    ("管理员", "webmaster", "editor", "小编", "编辑", "本站编辑", "本网编辑", "网站编辑", "实习生", "值班", "读者来信")
)
_OFFICE = re.compile(r"记者|記者|编辑部|通讯员")
# What templates print right behind the source, without a space.
_CONTROLS = "参与互动|分享|字号|字体|浏览|点击|打印|评论|我要评论|收藏|发布时间|更新时间|纠错|手机看新闻|扫码"
_SOURCE_END = re.compile(
    rf"[\s|｜\t]|[（(](?=[\u4e00-\u9fff]{{2,4}}[)）])|[）)，。；;]|(?<=..)\d+(?:条|次)|(?<=[\u4e00-\u9fff])A[-+]|(?:19|20)\d\d[-年/.]|(?<=..)(?:{_CONTROLS})"
)
# What a mirror leaves of the &nbsp; of a template.
_LOST = "?\ufffd"
# 记者 孙晓 摄 took the picture; 摄影报道 and 摄影/文 wrote, too.
_PHOTOGRAPHER = re.compile(r"[/／ ]*拍?摄(?!影(?:报道|报导|/|、|并))")
_FOUR = 4
_NO_PERSON = re.compile(
    r"报道|整理|摄影|摄$|综合|编译|发布|点击|浏览|阅读|分享|来源|字号|评论|时间|收藏|打印|中心|文图|图文|供图|校对"
)
_ACCOUNT = re.compile(r"[a-z][a-z0-9_]{3,15}")
# 作者：临江大学新闻学院教授 张三
_TITLED = re.compile(
    r"(?:教授|研究员|主任|院长|所长|部长|会长|秘书长|博士|博士生|研究生|专家|学者|记者|评论员|作家|律师|医师|书记)"
    r"[ \u3000]*"
    r"([\u4e00-\u9fff]{2,4})[ \u3000]*$"
)
_SIGNED = re.compile(
    r"(?P<names>[\u4e00-\u9fff·、 　]{2,24}?)"
    r"(?:[ 　]*(?P<what>摄影报道|报道|報導)|[ 　]*[/／|｜ 　][ 　]*(?P<wrote>文图|文))"
)
_WITH_PAPER = re.compile(
    r"[□■◎●▲]?\s*(?P<names>[\u4e00-\u9fff·、 \u3000]{2,24}?)\s*"
    r"[（(](?P<paper>[\u4e00-\u9fffA-Za-z·]{1,12}[报网社台])[)）]"
)
_SIGNS = frozenset("□■◎●○◇◆▲★☆")
_MEDIUM = re.compile(r"融媒|媒体|传媒|新闻|广播|电视|客户端|[报网台刊]$|(?:通讯|新华|报|中新)社$")
_SLASHED = re.compile(
    r"(?P<one>[\u4e00-\u9fff·]{2,12})\s*[/／]\s*(?P<other>[\u4e00-\u9fff·]{2,12})(?=$|[\s\d])(?!\s*[/／])"
)


def people_of(value: str, label: Label) -> list[str]:
    """The people that the value of a label names; an empty list when none is sure."""
    value = _VALUE_END.split(value.lstrip("：:∶|｜/／ 　（(【["), maxsplit=1)[0]
    found, rest = leading_names(without_desk(value))
    if _PHOTOGRAPHER.match(rest):
        return []
    if found and rest and label.colon and set(found) < set(everyone := labelled_names(value)):
        # beside a sure name, and behind a colon, a word that is none of what bylines print is another: 茹毅 侍佳妮
        found = everyone if all(len(name) <= _FOUR and not _NO_PERSON.search(name) for name in everyone) else found
    if not found and label.colon and (titled := _TITLED.search(value)) and is_name(titled[1]):
        found = [titled[1]]
    if not found:
        found = labelled_names(value) if label.colon or label.closed else []
        word = value.strip()
        found = found or [word] * (could_be_name(word) or is_rare_name(word))
        # the account of an editor: suxinli
        found = found or [word] * (label.role == "editors" and label.colon and _ACCOUNT.fullmatch(word) is not None)
    return [name for name in found if name not in _NOBODY and not _OFFICE.search(name) and not _is_handout(name)]


def _is_handout(name: str) -> bool:
    """穗林宣 is how the forestry office of 穗 signs its handouts (宣 for 宣传); 闵晓宣 is a person."""
    return name.endswith("宣") and not is_name(name)


def shares(labels: list[Label], names: list[str]) -> Iterator[tuple[Label, list[str]]]:
    """Which of the labels that stand before one value has which of its names.

    As many names as labels go one to each, in order; else the first label has them all: one person has one role.
    """
    if len(names) == len(labels) > 1:
        yield from ((label, [name]) for label, name in zip(labels, names, strict=True))
    else:
        yield labels[0], names


def signed(line: str) -> tuple[str, list[str]]:
    """(Role, people) of a line that is nothing but names and what they did: 周晓岚 摄影报道, 王立新/文 赵国栋/图."""
    for piece in re.split(r"(?<=[文图])[\s，,、]+", line.strip(" 　（()）【】[]")):
        found = _SIGNED.fullmatch(piece)
        if found and (names := only_names(found["names"])):
            return ("authors" if found["wrote"] else "reporters"), names
    return "authors", []


def marked(line: str) -> list[str]:
    """The people of □ 沈长河 or ◎沈长河: a sign before names and nothing else."""
    return only_names(line[1:].strip()) if line[:1] in _SIGNS else []


def in_brackets(inner: str) -> tuple[str, list[str]]:
    """(Role, people) of what stands in brackets behind a text: （张璐）, （县融媒体中心 张璐）, （临江市税务局 张璐）.

    Who works for a medium reports for it; who works for another office sends in, as correspondents do.
    """
    office, _, people = inner.strip().partition(" ")
    if not people or not (is_organisation(office) or _MEDIUM.search(office)):
        return "reporters", only_names(inner)
    return ("reporters" if _MEDIUM.search(office) else "correspondents"), only_names(people)


def with_paper(line: str) -> tuple[list[str], str] | None:
    """(People, paper) of 孙小颖顾大彬（春城晚报）: names with their paper in brackets, and nothing else; no label."""
    match = _WITH_PAPER.fullmatch(line.strip())
    names = only_names(match["names"]) if match else []
    return (names, match["paper"]) if match and names else None


def slashed(line: str) -> tuple[str, str] | None:
    """(Person, paper) of 石佳/江汉青年报, 上報快訊／范姜佳鈺: a person and an organisation, no label."""
    match = _SLASHED.match(line)
    for person, paper in ((match["one"], match["other"]), (match["other"], match["one"])) if match else ():
        if is_name(person) and not is_name(paper) and not says_label(paper):
            return person, paper
    return None


@lru_cache(maxsize=1)
def known_sources() -> frozenset[str]:
    """Sources whose names do not end like a paper's, or look like a person's."""
    return frozenset(row["source"] for row in rows("sources"))


def clean_source(value: str) -> str | None:
    """The name of a source out of what stands behind 来源; None for placeholders, addresses and people.

    >>> clean_source(" 上海证券报·中国证券网(上海) 分享"), clean_source("互联网")
    ('上海证券报·中国证券网', None)
    """
    value = re.sub(r"^原创[：:]", "", value.strip(f" 　\t\xa0：:|（(【[“\"'《{_LOST}"))
    name = _SOURCE_END.split(value, maxsplit=1)[0].strip(f"”\"'》】，,;；、-—_|{_LOST}")
    if not name or name in _PLACEHOLDERS or len(name) > 30 or "://" in name or name.isdigit():
        return None
    parts = [name, *name.split("·")]
    if is_name(name) and not any(is_organisation(part) or part in known_sources() for part in parts):
        return None
    return name
