"""The labels of a byline line: where they stand, which role they give, and which of them count.

A label without a colon counts only when people follow it, so that 记者从会上获悉 or 编辑部 name nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from newscrawl.decode.restore.lexicon import to_simplified, to_traditional
from newscrawl.extract.people import (
    could_be_name,
    is_name,
    is_organisation,
    is_rare_name,
    labelled_names,
    leading_names,
    without_desk,
)
from newscrawl.tables import rows

ROLES = ("reporters", "correspondents", "authors", "editors", "reviewers")

_COLON = re.compile(r"[ \u3000]*(?:[：:∶|｜︱│／/丨]|\]|】)[ \u3000]*")
_BRACKET = re.compile(r"[（(【\[]?")
_INITIALS = re.compile(r"[A-Za-z0-9]")
_APART = frozenset(" 　\t|｜/()（）【】[]〔〕\xa0、，,；;：:·。□■◎●▲")
_QUOTES = ("“", "”", "「", "‘", "《")
# 编辑 / 审核 / 监制：one value for several labels
_JOINT = re.compile(r"[\s/／、&和]*")
# A single word up to the end of the bracket, where only a name can stand
_CLOSED = re.compile(r"([ \u3000]*)([\u4e00-\u9fff]{2,6})[ \u3000]*[)）\]】]")
_LAST_WORD = re.compile(r"[\u4e00-\u4e27\u4e29-\u9fff]+$")
# 摄影：江汉日报记者 张三: the reporter took the picture
_PICTURES = frozenset(("摄影", "摄像", "摄", "图", "图片", "制图", "视频", "剪辑", "供图", "绘图"))


@dataclass(frozen=True, slots=True)
class Label:
    """A label that counts, with what stands behind it up to the next one."""

    role: str
    """One of `ROLES`, source, credit (of people that no field names) or nobody."""
    word: str
    colon: bool
    value: str
    at: int = 0
    """Where in the line the value stands: labels that share it have the same."""
    closed: bool = False
    """Whether the bracket it stands in ends with the value: [责任编辑 包青格乐]."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    role: str
    word: str
    begin: int
    """Where it starts with the words glued to its head, which say more about it: 稿件 of 稿件审核."""
    start: int
    end: int
    colon: str
    """The colon or bar behind it with its spaces, or nothing."""


def labels_of(line: str) -> list[Label]:
    """The labels of a line that count, in order; labels that share a value (编辑/审核：…) come each with all of it.

    Read from the end, because what a label names ends where the next label that counts begins.
    """
    found: list[Label] = []
    end = len(line)
    for candidate in reversed(_candidates(line)):
        value = line[candidate.end : end]
        if found and _took_pictures(candidate, value):
            found[-1] = replace(found[-1], role="nobody")
        elif found and _is_joint(candidate, value, found[-1]):
            found.append(replace(found[-1], role=candidate.role, word=candidate.word))
            end = candidate.begin
        elif _counts(line, candidate, value):
            closed = _CLOSED.match(value) is not None
            found.append(Label(candidate.role, candidate.word, bool(candidate.colon), value, candidate.end, closed))
            end = candidate.begin
    return found[::-1]


def without_labels(line: str) -> str:
    """A line without its labels, whether they count or not."""
    return _pattern().sub("", line.translate(to_simplified()))


def may_say(line: str) -> bool:
    """Whether a line holds any character that a label, a lead-in or a signature begins with: most lines do not."""
    return _first_characters().search(line) is not None


@lru_cache(maxsize=1)
def _first_characters() -> re.Pattern[str]:
    first = {label[0] for label in _roles()} | set("讯消电报社道网台")
    return re.compile(f"[{re.escape(''.join(first | {char.translate(to_traditional()) for char in first}))}]")


def is_label(line: str) -> bool:
    """Whether a line is the label of a source or of people and nothing else: 来源, 责任编辑.

    >>> is_label("责任编辑"), is_label("责任编辑 张三"), is_label("分享")
    (True, False, False)
    """
    return _roles().get(re.sub(r"[ \u3000]", "", line)) in ("source", *ROLES)


def credited(line: str) -> tuple[str, str] | None:
    """(Label, what stands behind it) of a line that begins with the credit of somebody no field names.

    >>> credited("校对丨李某"), credited("校对的工作")
    (('校对', '李某'), None)
    """
    start = _BRACKET.match(line)
    word = _pattern().match(line.translate(to_simplified()), start.end() if start else 0)
    label = re.sub(r"[ \u3000]", "", word[0]) if word else ""
    colon = _COLON.match(line, word.end()) if word and _roles()[label] == "credit" else None
    return (label, line[colon.end() :].rstrip("）)】] ")) if colon else None


def says_label(word: str) -> bool:
    """Whether a word is a label of the table, or ends with one of people: 责编, 图片编辑; no paper is called so.

    >>> says_label("责编"), says_label("图片编辑"), says_label("江汉青年报")
    (True, True, False)
    """
    word = word.translate(to_simplified())
    return word in _roles() or word.endswith(_of_people())


@lru_cache(maxsize=1)
def _roles() -> dict[str, str]:
    return {row["label"]: row["role"] for row in rows("labels")}


@lru_cache(maxsize=1)
def _of_people() -> tuple[str, ...]:
    # not 文, with which 人文 ends, too
    return tuple(label for label, role in _roles().items() if role in ROLES and len(label) > 1)


@lru_cache(maxsize=1)
def _need() -> dict[str, str]:
    """Labels that are common words, too, and what shows that they are labels.

    needed: a colon (来自 names a source only before one); names: a colon, and a name behind it (采访：…, 文字：…).
    """
    return {row["label"]: row["colon"] for row in rows("labels") if row["colon"] != "free"}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """All labels, longest first; labels of two characters may be padded (编 辑)."""
    words = sorted(_roles(), key=len, reverse=True)
    return re.compile("|".join(r"[ \u3000]{0,4}".join(map(re.escape, word)) for word in words))


def _candidates(line: str) -> list[_Candidate]:
    # labels are looked up in simplified script (記者, 責任編輯); the map is one to one, so places stay the same
    simplified = line.translate(to_simplified())
    found: list[_Candidate] = []
    for match in _pattern().finditer(simplified):
        word = re.sub(r"[ \u3000]", "", match[0])
        role = _roles()[word]
        if role == "reporters_or_authors":
            # 文/图 记者 王某: the second label says what he is
            role = "reporters" if "记者" in simplified else "authors"
        colon = _COLON.match(line, match.end())
        end = colon.end() if colon else match.end()
        begin = match.start() - _glued(line[found[-1].end : match.start()], found[-1], role) if found else match.start()
        found.append(_Candidate(role, word, begin, match.start(), end, colon[0] if colon else ""))
    return found


def _glued(between: str, before: _Candidate, role: str) -> int:
    """How many characters at the end of what stands between two labels belong to the second one.

    Those back to the last space or mark, unless they are names: 编辑：逯璐　稿件审核：…, but 编辑：逯璐 石小磊审核：….
    With no space or mark only what stands before 记者 and 通讯员 does (作者：学生记者 …, 摄影：南都记者 …): 小刀 of
    编辑：小刀审核：… is a pen name.
    """
    word = _LAST_WORD.search(between)
    if not word or not leading_names(between)[1].endswith(word[0]):
        return 0
    alone = word[0] == between.strip()
    if alone and not (before.role in (*ROLES, "credit") and role in ("reporters", "correspondents")):
        return 0
    return len(word[0])


def _is_joint(candidate: _Candidate, value: str, following: Label) -> bool:
    """编辑 / 审核：…, 编辑 审核：…: nothing but a slash or a space before the next label of people.

    文/通讯员 …: the second label says who wrote it.
    """
    return (
        candidate.role in ROLES
        and candidate.role != "authors"
        and following.role in ROLES
        and _JOINT.fullmatch(value) is not None
        and candidate.colon.strip() not in ("：", ":")
    )


def _took_pictures(candidate: _Candidate, value: str) -> bool:
    """摄影 记者 张三, 图/江汉日报记者 张三."""
    if candidate.word not in _PICTURES:
        return False
    return not value.strip() or (bool(candidate.colon) and is_organisation(value))


def _counts(line: str, label: _Candidate, value: str) -> bool:
    before = line[: label.start]
    apart = not before or before[-1] in _APART
    if label.word in _need() or len(label.word) == 1:
        named = _need().get(label.word) != "names" or _names_follow(value, label)
        return apart and bool(label.colon) and named
    if label.role in ROLES:
        return _names_follow(value, label) or (
            bool(label.colon)
            and not before.endswith(_QUOTES)
            and (apart or is_name(before[-3:]) or is_organisation(before[-4:]) or label.word != "作者")
        )
    if label.role == "source":
        return _is_source(before, label, value)
    return bool(label.colon) or (apart and not "\u4e00" <= line[label.end : label.end + 1] <= "\u9fff")


def _is_source(before: str, label: _Candidate, value: str) -> bool:
    if not label.colon:
        # 来源 江汉日报, | 来源CSDN |
        return (not before and value[:1] in " 　") or (
            before[-1:] in ("", " ", "|", "｜") and bool(_INITIALS.match(value.lstrip()))
        )
    # 资金来源 and 收入来源 are other words, 注明“来源：…” is a condition
    apart = not "\u4e00" <= before[-1:] <= "\u9fff" or any(is_name(before[-size:]) for size in (2, 3))
    return apart and not before.endswith(_QUOTES)


def _names_follow(value: str, label: _Candidate) -> bool:
    names, rest = leading_names(without_desk(value.lstrip("：:（( 　")))
    if not names and (alone := _CLOSED.match(value)):
        return is_rare_name(alone[2]) or (len(alone[1]) > 0 and len(alone[2]) > 2 and bool(labelled_names(alone[2])))
    if not names:
        # 记者 高峰 通讯员 …: between two labels it is no other word
        word = value.strip()
        last = value[-1:].isspace() or len(word) > 2  # 通讯员 占雪莹
        return value[:1].isspace() and ((is_rare_name(word) and last) or (could_be_name(word) and value[-1:].isspace()))
    # 作者谈新书：…: what a colon follows is no list of names
    return bool(label.colon) or not rest.startswith(("：", ":"))
