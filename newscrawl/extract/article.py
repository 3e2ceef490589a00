"""Drafts into the record: which line gives which field, in a stated order of belief, each choice told in the trace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from newscrawl.extract import byline, people
from newscrawl.extract.body import COMMENTS
from newscrawl.extract.breadcrumb import is_breadcrumb
from newscrawl.extract.byline import Byline
from newscrawl.extract.dom import fold
from newscrawl.extract.draft import Draft
from newscrawl.extract.paragraphs import LONGEST_BYLINE, absolute, covers, read_body, throw
from newscrawl.extract.published import Published, clock_on, parse_meta, parse_time, parse_url, says_when
from newscrawl.extract.source import choose_source
from newscrawl.items import Article
from newscrawl.judge.junk import kind_of

_TIME_LABEL = re.compile(r"(?:发布|发表|发稿|刊发)(?:时间|日期|于)|^时间|日期")
_UPDATED_LABEL = re.compile(r"(?:更新|修改)(?:时间|日期|于)?")
_SIGNATURE = re.compile(r"[（(]([^（()）]{2,20})[)）]")
_SIGNATURES = 2
_SENTENCE = re.compile(r"[。！？]|，.{8,}$")
_LEADING = 4
# The day on which the page was saved, printed at its top.
_TODAY = re.compile(r"今天是|今日是|现在是|欢迎您|当前时间")
# The value of a label that stands in another block is a name or two.
_VALUE = 30
# □ 沈长河, （沈长河）
_SIGNS = " \u3000□■◎●○◇◆▲★☆@（()）[]【】"
_CRUMB_HOME = re.compile(r"^(?:首页|主页|新闻首页|网站首页|home|Home|HOME)$")


def fill(article: Article, drafts: list[Draft]) -> None:
    """Fill the fields of `article` from the drafts of its pages, in order."""
    first = drafts[0]
    in_head, in_text, behind = Byline(), Byline(), Byline()
    article.trace.append(f"extract: {first.how}" + (f", {len(drafts)} pages" if len(drafts) > 1 else ""))
    _title(article, first)
    head = _head_lines(first, in_head)
    read_body(article, [line for draft in drafts for line in draft.body], in_text)
    for draft in drafts:
        _tail(article, draft, behind)
    _published(article, first, head)
    _source(article, first, head, [in_head, in_text, behind])
    _people(article, [in_head, in_text, behind], first, head)
    _place(article, first)


def _title(article: Article, draft: Draft) -> None:
    article.title = draft.title
    article.subtitle = draft.subtitle
    article.canonical_url = absolute(article, draft.embedded.canonical)
    if draft.title:
        article.trace.append(f"title: {draft.title_from}")
    if draft.subtitle:
        article.trace.append("subtitle: the layout, or the line below the headline")


def _head_lines(draft: Draft, said: Byline) -> list[str]:
    """The lines above the body, each read as a byline; returned without the long ones, which are none."""
    # the empty lines keep apart what is not printed side by side
    leading = [part for line in _leading_bylines(draft) for part in (line, "", "")]
    lines = [*leading, *(line for line in draft.head if not _TODAY.search(line))]
    kept = _with_values([line for line in lines if len(line) <= 2 * LONGEST_BYLINE])
    for line in kept:
        if not is_breadcrumb(line) and (pair := byline.slashed(line)):  # 首页 / 时评 / 正文 names nobody
            said.add(
                Byline(source=pair[1], reporters=[pair[0]], why=dict.fromkeys(("source", "reporters"), "name/paper"))
            )
        said.add(byline.parse(line))
    return kept


def _leading_bylines(draft: Draft) -> list[str]:
    """Lines of source and time that stand in the element of the text, above its first paragraph."""
    first = [line.apart or line.text for line in draft.body[:_LEADING] if line.text]
    short = [line for line in first if len(line) <= LONGEST_BYLINE and not _SENTENCE.search(line)]
    # a day alone is what lists print
    return [line for line in short if (found := parse_time(line)) and (found.precision != "day" or byline.parse(line))]


def _with_values(lines: list[str]) -> list[str]:
    """Lines, with a label that stands alone in a block joined to the next, which is its value: 来源： / 新华网."""
    joined: list[str] = []
    for line in lines:
        alone = joined and len(line) <= _VALUE and (joined[-1].endswith(("：", ":")) or byline.is_label(joined[-1]))
        if alone and not byline.parse(line):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _tail(article: Article, draft: Draft, said: Byline) -> None:
    """The lines behind the body: editors and credits are read, junk is kept as such."""
    for text in draft.tail[:_SIGNATURES]:
        # （罗森） right below the text
        if signed := _SIGNATURE.fullmatch(text):
            said.add(byline.parse_brackets(signed[1]))
    below = False  # whether lists and comments have begun, which name other people
    for text in _with_values(draft.tail):
        below = below or kind_of(text) == "related" or COMMENTS.search(text) is not None
        if len(text) <= LONGEST_BYLINE and not _SENTENCE.search(text):
            found = byline.parse(text)
            if below and not found.source:  # 本文来源：财经网 作者：… is the article's wherever it stands
                found = Byline(editors=found.editors, reviewers=found.reviewers, why=found.why)
            if covers(text, found):
                said.add(found)
    for text in (draft.embedded.title or "", *draft.tail, *draft.foot):
        if text and (kind := kind_of(text)):
            throw(article, kind, text)
    for text in draft.hidden:
        throw(article, "hidden", text)


def _published(article: Article, draft: Draft, head: list[str]) -> None:
    if found := _first_time(_times(article, draft, head)):
        published, where = found
        if published.precision == "day" and (
            exact := next(filter(None, (clock_on(line, published) for line in head)), None)
        ):
            published, where = exact, f"{where}, the clock from the head"
        article.published_at, article.published_precision = published.at, published.precision
        article.trace.append(f"published_at: {where}")


def _first_time(candidates: Iterable[tuple[Published | None, str]]) -> tuple[Published, str] | None:
    """The first; when it knows the day only, the first of the same day that knows the clock as well."""
    first: tuple[Published, str] | None = None
    for found, where in candidates:
        if found is None or (first and found.at.date() != first[0].at.date()):
            continue
        if found.precision != "day":
            return found, where
        first = first or (found, where)
    return first


def _times(article: Article, draft: Draft, head: list[str]) -> Iterable[tuple[Published | None, str]]:
    """The times of a page in the order they are believed."""
    fetched = article.fetched_at
    for line in head:
        # 更新时间：… 发布时间：…: only what stands between the right label and the next counts
        for label in _TIME_LABEL.finditer(line):
            yield (
                parse_time(_UPDATED_LABEL.split(line[label.end() :])[0], fetched_at=fetched),
                f"head, label {label[0]}",
            )
    for line in head:
        yield parse_time(_UPDATED_LABEL.split(line)[0], fetched_at=fetched), "head, without a label"
    yield _split_time(head, fetched), "head, day and clock in lines of their own"
    if draft.embedded.published:
        yield parse_meta(draft.embedded.published, fetched_at=fetched), draft.embedded.why("published")
    for text in draft.tail[:8]:
        if _TIME_LABEL.search(text):
            yield parse_time(text, fetched_at=fetched), "line behind the body"
    for first in draft.body[:2]:
        if len(first.text) <= LONGEST_BYLINE:
            yield parse_time(first.text, fetched_at=fetched), "first line of the body"
    if article.url:
        yield parse_url(article.url, fetched_at=fetched), "address"


def _split_time(head: list[str], fetched_at: datetime | None) -> Published | None:
    """A time whose day and clock stand in blocks of their own, one after the other."""
    return parse_time(fold(" ".join(line for line in head if len(line) <= 40)), fetched_at=fetched_at)


def _source(article: Article, draft: Draft, head: list[str], said: list[Byline]) -> None:
    if found := choose_source(draft, head, *said):
        article.source, why = found
        article.trace.append(f"source: {why}")
    source_url = absolute(article, draft.source_url)
    article.source_url = source_url if source_url and "://" in source_url else None


def _people(article: Article, zones: list[Byline], draft: Draft, head: Sequence[str]) -> None:
    said = Byline()
    told = [
        replace(zone, why={role: f"{where}, {why}" for role, why in zone.why.items()})
        for zone, where in zip(zones, ("head", "text", "behind the text"), strict=True)
    ]
    # 作者 in the head is said of whoever wrote; 记者 and 通讯员 in the text say more
    for zone in (*(replace(zone, authors=[]) for zone in told), *told):
        said.add(zone)
    for role in byline.ROLES:
        setattr(article, role, getattr(said, role))
        if getattr(said, role):
            article.trace.append(f"{role}: {said.why.get(role, 'byline')}")
    if not (said.reporters or said.authors):
        _unlabelled_author(article, draft, head, {*said.editors, *said.reviewers})
    if not said.editors and (names := people.only_names((draft.embedded.editor or "")[: byline.LONGEST])):
        article.editors = names
        article.trace.append(f"editors: {draft.embedded.why('editor')}")
    article.trace += [f"people: not decided: {what}" for what in dict.fromkeys(said.undecided)]


def _unlabelled_author(article: Article, draft: Draft, head: Sequence[str], others: set[str]) -> None:
    """Who signs in an element called author, or in the embedded data, when no byline names anybody."""
    said = (
        (draft.author, "the element called so"),
        (_beside_source(article.source, head), "beside the source"),
        (_beside_time(head), "alone beside the time"),
        (draft.embedded.author, draft.embedded.why("author")),
    )
    for author, where in said:
        names = people.only_names((author or "")[: byline.LONGEST])
        if names and not set(names) & others:
            article.authors = names
            article.trace.append(f"authors: {where}")
            return


def _beside_source(source: str | None, head: Sequence[str]) -> str | None:
    """江汉晨报 姚敏 2015-06-12 07:42: who stands behind the source, no label to either, on the line of the time."""
    for line in head:
        before, found, behind = line.partition(source or "\n")
        alone = not before.strip() or (parse_time(before) and not re.search(r"[^\W\d年月日]", before))
        if found and alone and parse_time(line):
            return re.split(r"[\d【\[（(|｜]", behind)[0].strip()
    return None


def _beside_time(head: Sequence[str]) -> str | None:
    """□ 沈长河, 沈长河: who stands alone in the line above the time or below it."""
    for line, other in pairwise(line for line in head if line):
        for name, when in ((line, other), (other, line)):
            bare = name.strip(_SIGNS)
            if len(bare) <= _VALUE and says_when(when) and people.only_names(bare):
                return bare
    return None


def _place(article: Article, draft: Draft) -> None:
    article.breadcrumb = [crumb for crumb in draft.breadcrumb if crumb != article.title]
    sections = [crumb for crumb in article.breadcrumb[1:] if not _CRUMB_HOME.match(crumb)]
    article.section = sections[-1] if sections else None
    if article.breadcrumb:
        article.trace.append("section: breadcrumb")
    if article.junk:
        kinds = Counter(junk.kind for junk in article.junk)
        article.trace.append("junk: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
