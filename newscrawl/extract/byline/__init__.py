"""Byline lines: 来源, 记者, 通讯员, 作者, 编辑, 审核 and the people and papers behind these labels.

The grammar of a line, each part read by its own module:

    line    = [lead-in] { labels value } | signed { signed }
    lead-in = paper [place day] (电 | 讯 | 消息) ["（" line "）"]                     lead
    labels  = label { ("/" | "、" | " ") label } [colon]                             labels, tables/labels.tsv
    value   = [desk] name { [separator] name } rest | paper rest                     values
    name    = surname given | name "·" name | pen name behind a colon                people, tables/surnames.tsv
    signed  = name ("/" | " ") (文 | 报道 | 图) | name "（" paper "）"                 values

A head may also say `name "/" paper` (`slashed`); in a text 黄金/白银 looks the same, so `parse` does not read it.

What the grammar cannot read for certain is left out, and told in `Byline.undecided`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from newscrawl.extract.byline.labels import ROLES, Label, credited, is_label, labels_of, may_say, without_labels
from newscrawl.extract.byline.lead import LONGEST, bracketed_names, source_of_lead, split_lead
from newscrawl.extract.byline.values import (
    clean_source,
    in_brackets,
    known_sources,
    marked,
    people_of,
    shares,
    signed,
    slashed,
    with_paper,
)

__all__ = [
    "LONGEST",
    "ROLES",
    "Byline",
    "clean_source",
    "credited",
    "is_label",
    "known_sources",
    "marked",
    "parse",
    "parse_brackets",
    "slashed",
    "split_lead",
    "without_labels",
]


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
    why: dict[str, str] = field(default_factory=dict)
    """Field -> the label, or the form, that gave it first."""

    def add(self, other: Byline) -> None:
        """Take over what another line says; who has a role keeps it, the first source stays."""
        self.undecided += other.undecided
        if not other:
            return
        self.source = self.source or other.source
        for role in ROLES:
            mine, given = getattr(self, role), getattr(other, role)
            if not given:
                continue
            # one person may write and edit a piece: that is a second role only for editors and reviewers
            others = () if role in ("editors", "reviewers") else set(ROLES) - {role}
            taken = {name for other_role in others for name in getattr(self, other_role)}
            theirs = [name for name in dict.fromkeys(given) if name not in taken]
            # the line that names all of them has their order
            mine[:] = theirs if set(mine) < set(theirs) else dict.fromkeys([*mine, *theirs])
        self.why = {**other.why, **self.why}

    def __bool__(self) -> bool:
        return bool(self.source or any(getattr(self, role) for role in ROLES))


def parse(line: str) -> Byline:
    """Read one line of labels and names, or a lead-in.

    >>> parse("发布时间：2018年11月29日15:37 来源： 湖北日报").source
    '湖北日报'
    >>> byline = parse("湖北日报全媒体记者 张三丰 通讯员 李四光")
    >>> byline.reporters, byline.correspondents
    (['张三丰'], ['李四光'])
    >>> byline = parse("江汉社临江3月4日电（孙晓、实习生李冰）")
    >>> byline.source, byline.reporters
    ('江汉社', ['孙晓', '李冰'])
    """
    line = line[:LONGEST]
    byline = Byline()
    if not may_say(line):
        return byline
    if names := bracketed_names(line):
        byline.add(Byline(reporters=names, why={"reporters": "names in a dateline"}))
    # labels side by side that have one value between them: 编辑/审核：甲/乙
    for _, group in groupby(labels_of(line), key=lambda label: label.at):
        _read(list(group), byline)
    if not byline and not byline.undecided:
        role, names = signed(line)
        byline.add(_said(role, names, "signature"))
        if pair := with_paper(line):
            why = "names with their paper"
            byline.add(Byline(source=pair[1], reporters=pair[0], why={"source": why, "reporters": why}))
    if source := source_of_lead(line):
        byline.add(Byline(source=source, why={"source": "dateline"}))
    return byline


def parse_brackets(inner: str) -> Byline:
    """Read what stands in brackets behind a text, without a label: people, or an office and people.

    >>> parse_brackets("张璐").reporters, parse_brackets("临江市税务局 张璐").correspondents
    (['张璐'], ['张璐'])
    """
    return _said(*in_brackets(inner), "names in brackets")


def _said(role: str, names: list[str], why: str) -> Byline:
    said = Byline()
    if names:
        setattr(said, role, names)
        said.why[role] = why
    return said


def _read(labels: list[Label], byline: Byline) -> None:
    first = labels[0]
    if first.role == "source":
        if source := clean_source(first.value):
            byline.add(Byline(source=source, why={"source": f"label {first.word}"}))
    elif first.role in ROLES:
        found = people_of(first.value, first)
        if not found and first.colon and first.value.strip():
            byline.undecided.append(f"{first.word}：{first.value.strip()[:20]}")
        for label, names in shares(labels, found):
            byline.add(_said(label.role, names, f"label {label.word}"))
