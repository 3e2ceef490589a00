"""Drafts into the record: which line gives which field, in a stated order of belief, each choice told in the trace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from newscrawl.extract import byline, people
from newscrawl.extract.byline import Byline
from newscrawl.extract.dom import fold
from newscrawl.extract.draft import Draft
from newscrawl.extract.paragraphs import LONGEST_BYLINE, absolute, read_body, throw
from newscrawl.extract.published import Published, parse_meta, parse_time, parse_url
from newscrawl.items import Article
from newscrawl.judge.junk import kind_of

_TIME_LABEL = re.compile(r"(?:发布|发表|发稿|刊发)(?:时间|日期|于)|^时间|日期")
_UPDATED_LABEL = re.compile(r"(?:更新|修改)(?:时间|日期|于)?")
_WHEN_AND_WHERE = re.compile(
    r"https?://\S+|www\.\S+|\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?|\d{1,2}[:：]\d{2}"
)
_NO_SOURCE = re.compile(r"新闻中心|频道|欢迎|公众号|首页|客户端|微博|微信|登录|注册|订阅")
_SLASHED = re.compile(r"^(?P<one>[\u4e00-\u9fff·]{2,12})\s*[/／]\s*(?P<other>[\u4e00-\u9fff·]{2,12})(?=$|[\s\d])")
_CRUMB_HOME = re.compile(r"^(?:首页|主页|新闻首页|网站首页|home|Home|HOME)$")


def fill(article: Article, drafts: list[Draft]) -> None:
    """Fill the fields of `article` from the drafts of its pages, in order."""
    first = drafts[0]
    said = Byline()
    article.trace.append(f"extract: {first.how}" + (f", {len(drafts)} pages" if len(drafts) > 1 else ""))
    _title(article, first)
    head = _head_lines(first, said)
    read_body(article, [line for draft in drafts for line in draft.body], said)
    for draft in drafts:
        _tail(article, draft, said)
    _published(article, first, head)
    _source(article, first, said, head)
    _people(article, said, first)
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
    kept = _with_values([line for line in draft.head if len(line) <= 2 * LONGEST_BYLINE])
    for line in kept:
        said.add(_slashed(line))
        said.add(byline.parse(line))
    return kept


def _with_values(lines: list[str]) -> list[str]:
    """Lines, with a label that stands alone in a block joined to the next, which is its value: 来源： / 新华网."""
    joined: list[str] = []
    for line in lines:
        if joined and (joined[-1].endswith(("：", ":")) or byline.is_label(joined[-1])):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _slashed(line: str) -> Byline:
    """石佳/中国青年报, 上報快訊／范姜佳鈺: a person and an organisation, no label."""
    match = _SLASHED.match(line)
    for person, paper in ((match["one"], match["other"]), (match["other"], match["one"])) if match else ():
        if people.is_name(person) and not people.is_name(paper):
            return Byline(source=paper, reporters=[person])
    return Byline()


def _tail(article: Article, draft: Draft, said: Byline) -> None:
    """The lines behind the body: editors and credits are read, junk is kept as such."""
    for text in _with_values(draft.tail):
        if len(text) <= LONGEST_BYLINE:
            found = byline.parse(text)
            # a long line with 记者 in it is a teaser of another article
            found.reporters = found.reporters if len(text) <= LONGEST_BYLINE / 2 else []
            said.add(found)
    for text in (draft.embedded.title or "", *draft.tail, *draft.foot):
        if text and (kind := kind_of(text)):
            throw(article, kind, text)
    for text in draft.hidden:
        throw(article, "hidden", text)


def _published(article: Article, draft: Draft, head: list[str]) -> None:
    found = _first_time(_times(article, draft, head))
    if found:
        article.published_at, article.published_precision = found[0].at, found[0].precision
        article.trace.append(f"published_at: {found[1]}")


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
            yield parse_time(_UPDATED_LABEL.split(line[label.end() :])[0], fetched_at=fetched), "byline"
    for line in head:
        yield parse_time(_UPDATED_LABEL.split(line)[0], fetched_at=fetched), "byline"
    yield _split_time(head, fetched), "byline"
    if draft.embedded.published:
        yield parse_meta(draft.embedded.published, fetched_at=fetched), "embedded data"
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


def _source(article: Article, draft: Draft, said: Byline, head: list[str]) -> None:
    candidates = [
        (byline.clean_source(draft.source or ""), draft.source_from),
        (said.source, "byline"),
        (_unlabelled_source(head), "beside the time"),
        (byline.clean_source(draft.embedded.source or ""), "embedded data"),
    ]
    for source, where in candidates:
        if source:
            article.source = source
            article.trace.append(f"source: {where}")
            break
    source_url = absolute(article, draft.source_url)
    article.source_url = source_url if source_url and "://" in source_url else None


def _unlabelled_source(head: list[str]) -> str | None:
    """2019年11月25日 18:57 / 参考消息: an organisation in the time's block or beside it."""
    for number, line in enumerate(head):
        if parse_time(line) is None:
            continue
        around = [
            _WHEN_AND_WHERE.sub(" ", line),
            *head[number + 1 : number + 3],
            *reversed(head[max(0, number - 2) : number]),
        ]
        for text in around:
            name = byline.clean_source(text)
            if (
                name
                and len(text) <= 24
                and not kind_of(text)
                and not _NO_SOURCE.search(name)
                and (people.is_organisation(name) or name in byline.known_sources())
            ):
                return name
    return None


def _people(article: Article, said: Byline, draft: Draft) -> None:
    for role in byline.ROLES:
        setattr(article, role, getattr(said, role))
        if getattr(said, role):
            article.trace.append(f"{role}: byline")
    if not (said.reporters or said.authors) and draft.embedded.author:
        names, rest = people.leading_names(draft.embedded.author[: byline.LONGEST])
        if names and not rest and not set(names) & {*said.editors, *said.reviewers}:
            article.authors = names
            article.trace.append("authors: embedded data")
    article.trace += [f"people: not decided: {what}" for what in said.undecided]


def _place(article: Article, draft: Draft) -> None:
    article.breadcrumb = [crumb for crumb in draft.breadcrumb if crumb != article.title]
    sections = [crumb for crumb in article.breadcrumb[1:] if not _CRUMB_HOME.match(crumb)]
    article.section = sections[-1] if sections else None
    if article.breadcrumb:
        article.trace.append("section: breadcrumb")
    if article.junk:
        kinds = Counter(junk.kind for junk in article.junk)
        article.trace.append("junk: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
