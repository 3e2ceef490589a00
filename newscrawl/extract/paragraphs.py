"""The body zone, line by line: paragraphs stay; bylines are read, captions go to their pictures, junk is set aside."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newscrawl.decode.restore.lexicon import to_simplified
from newscrawl.extract import byline, people
from newscrawl.extract.byline import Byline
from newscrawl.extract.draft import Line
from newscrawl.extract.published import parse_time
from newscrawl.extract.title import letters
from newscrawl.items import Article, Image, Junk
from newscrawl.judge.junk import LONGEST_JUNK, kind_of
from newscrawl.page import join

# A byline or credit line is short; a longer one is a paragraph that happens to hold a label.
LONGEST_BYLINE = 80
# A line of an editor may stand anywhere: what follows is the page's.
LONGEST_CREDIT = 30
# 江汉日报评论员: a desk that signs alone, above the first paragraph.
LONGEST_DESK = 14
# A line under a picture that is longer is a paragraph.
LONGEST_CAPTION = 60
# A line of which more than this share is links is a list or a menu.
LINKED = 0.6
# A lead-in stands in the first paragraph, or in the next ones when a teaser or a caption comes before it.
_LEADS = 3
# Bylines and credits stand above the first real paragraph or among the last lines.
_LAST_LINES, _LAST_PARAGRAPHS = 4, 3
_CREDIT = re.compile(
    r"[（(【\[](?:[^（()）【】\[\]]{1,50}|(?:本文)?(?:来源|作者)[：:][^（()）【】\[\]]{1,120})[）)】\]]\s*(?:\d{7})?$"
)
_SUMMARY = re.compile(
    r"^[【\[（(]?(?:核心摘要|内容摘要|内容提要|核心提示|内容简介|摘\s?要|导\s?读|提\s?要)[】\]）)]?\s*[：:]|^核心摘要"
)
_SAYS_CAPTION = re.compile(
    r"^(?:图片?说明|图片?[：:]|图为[^，。]{2,40}。?$|[▲△][^，]+$|(?:新华社|中新社|人民图片|本报)发[（(][^（()）]{2,8}摄)"
    r"|[（(](?:(?:视频|网络|资料|网页)?截图|视觉中国|资料图片?|图源[^（()）]*|图片来源[^（()）]*|[^（()），。]{2,10}摄)[）)]$"
    r"|^.{4,50}[\s。][^，。\s]{0,8}记?者?\s*[^，。\s]{2,4}\s*摄$|^[（(]?[^（()），。]{1,12}供图[)）]?$"
)
_FIGURES = re.compile(r"\d+(?:[-/.:：年月日时分]\d*)*")
_REPEATED = 12
_FULL_STOPS = ("。", "！", "？", "”", "!", "?")
_ENDS = ("", "。", "！", "？", "…")
# What may be left of a byline line beside them: the name of a paper before 记者; of a sentence, 摄影报道 and the like.
_LEFT, _LEFT_OF_SENTENCE = 12, 4
# 优秀通讯员：… is a list of those who were honoured.
_HONOURED = re.compile(r"(?:优秀|十佳|百佳|最佳|最美|先进|模范|金牌)[\u4e00-\u9fff]{0,4}?(?:记者|通讯员|作者|编辑)")
_ASKS = re.compile(r"^[^：:]{0,8}(?:记者|主持人|问|答)\s*[：:]")
# What a template prints right behind the last word.
_CONTROL = re.compile(
    r"\s*(?:返回[^，。]{2,6}[，,]\s*查看更多|[\[【(（]?(?:查看更多|阅读全文|纠错|详细)[\]】)）]?[>»]*)$"
)
_SENTENCE_END = re.compile(r"[。！？!?”…；;]$")


def read_body(article: Article, lines: list[Line], said: Byline) -> None:
    """Fill body, images and junk of `article` from the lines of the body zone; what bylines say is added to `said`."""
    begun = False
    for number, line in enumerate(lines):
        text = line.text
        _add_pictures(article, line)
        if not text or (article.title and letters(text) == letters(article.title)):
            continue
        if not _is_signed(text) and _is_caption(line, lines[number - 1] if number else None):
            _add_caption(article, text)
        elif kind := _junk_kind(line, above=not article.body):
            throw(article, kind, text)
        elif not _is_byline(
            line.apart or text, said, article, near_edge=not begun or number >= len(lines) - _LAST_LINES
        ):
            begun = begun or len(text) > LONGEST_BYLINE / 2
            _add_paragraph(article, text, said, last=number >= len(lines) - _LAST_PARAGRAPHS)
    _set_summary_aside(article)


def _junk_kind(line: Line, *, above: bool) -> str | None:
    """The kind of junk a line of the body zone is, if any; `above` says that no paragraph stands before it."""
    if above and _SUMMARY.match(line.text):
        return "summary"
    if line.link_share > LINKED and not _is_prose(line.text):
        return "links"
    return kind_of(line.text)


def _set_summary_aside(article: Article) -> None:
    """A first line with which a later paragraph begins, and goes on where it ends, is a summary cut from that one."""
    first = article.body[0].rstrip("。！？…") if article.body else ""
    if len(first) >= _REPEATED and any(
        paragraph.startswith(first) and paragraph[len(first) :][:1] not in _ENDS for paragraph in article.body[1:]
    ):
        throw(article, "summary", article.body.pop(0))


def _is_signed(text: str) -> bool:
    """（文章来源：江汉日报） below a picture is no caption of it."""
    return len(text) <= LONGEST_BYLINE and re.search(r"来源[：:]|编辑[：:]", text) is not None


def _is_prose(text: str) -> bool:
    """A paragraph full of links to people and places, as against the headline of another article."""
    return text.endswith("。") and "，" in text


def throw(article: Article, kind: str, text: str) -> None:
    """Set a block aside as junk."""
    article.junk.append(Junk(kind=kind, text=text[:LONGEST_JUNK]))


def absolute(article: Article, address: str | None) -> str | None:
    """An address as seen from the page; None for javascript: and the like. From a file, relative ones stay so."""
    base = article.url if article.url and article.url.startswith(("http://", "https://")) else ""
    target = join(base, address) if address else None
    return target if target and urlsplit(target).scheme in ("http", "https", "") else None


def _add_pictures(article: Article, line: Line) -> None:
    addresses = (absolute(article, address) for address, _ in line.pictures)
    article.images += [Image(url=address) for address in addresses if address]


def _add_caption(article: Article, text: str) -> None:
    if not article.images:
        throw(article, "caption", text)
        return
    before = article.images[-1].caption
    article.images[-1].caption = f"{before} {text}" if before else text


def _add_paragraph(article: Article, text: str, said: Byline, *, last: bool) -> None:
    if len(article.body) < _LEADS:
        text = _without_lead(text, said)
    if last:
        text = _without_credit(_CONTROL.sub("", text), said)
    if text:
        article.body.append(text)


def _is_caption(line: Line, before: Line | None) -> bool:
    under_picture = bool(line.pictures) or (before is not None and bool(before.pictures) and not before.text)
    short = len(line.text) <= LONGEST_CAPTION and (
        line.centred or ("，" not in line.text[:6] and not _SENTENCE_END.search(line.text))
    )
    said = len(line.text) <= LONGEST_CAPTION and _SAYS_CAPTION.search(line.text) is not None
    return line.caption or said or (under_picture and short and not line.runs_on)


def _is_byline(text: str, said: Byline, article: Article, *, near_edge: bool) -> bool:
    """Whether a line of the body zone is nothing but a byline; what it says is added."""
    if len(text) > (LONGEST_BYLINE if near_edge else LONGEST_CREDIT) or re.search(r"[。！？]", text.rstrip("。")):
        return False
    found = byline.parse(text)
    if not article.body and (names := byline.marked(text)):
        found.add(Byline(authors=names, why={"authors": "a sign"}))
    if not near_edge and not (found.editors or found.reviewers or found.source):
        return False
    if not article.body and not found and len(text) <= LONGEST_DESK and people.is_organisation(text):
        return True
    if found and not covers(text, found):
        return False
    said.add(found)
    if not found and _is_mere_label(text):
        throw(article, "credit", text)
        return True
    # 记者：为什么选择回来: an interview, whose questions are text
    return bool(found) or (bool(found.undecided) and not _ASKS.match(text))


def _is_mere_label(text: str) -> bool:
    """摄影：赵某, 供稿：县委宣传部, 2018年11月29日: nothing of it is text, nothing of it is a field.

    视频：考生入场 and 校对：一份默默无闻的工作 are headings.
    """
    if credit := byline.credited(text):
        label, value = credit
        names, rest = people.leading_names(value)
        by_office = len(text) <= LONGEST_CREDIT and people.is_organisation(value.partition(" ")[0])
        return (bool(names) and len(rest) <= _LEFT) or len(value) <= 1 or by_office or "来源" in label
    return len(text) <= LONGEST_CREDIT and parse_time(text) is not None and not re.search(r"[，、]", text)


def covers(text: str, found: Byline) -> bool:
    """Whether names, source, time and labels make up most of a line, and nearly all of what ends as a sentence does:
    本报记者李冰全程参与了活动。 is text about a reporter, and so is a list of honoured ones.
    """
    if _HONOURED.match(text.translate(to_simplified())):
        return False
    rest = byline.without_labels(_FIGURES.sub("", text))
    for word in (*(name for role in byline.ROLES for name in getattr(found, role)), found.source or ""):
        rest = rest.replace(word.translate(to_simplified()), "")
    most = _LEFT_OF_SENTENCE if _is_sentence(text) else max(_LEFT, 0.4 * len(text))
    return len(re.sub(r"\W", "", rest)) <= most


def _is_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does; 作者：李冰，江汉大学教授。 is a byline all the same."""
    begin = text.lstrip("（(【[ ")
    is_credit = begin.startswith("本文") or byline.is_label(re.split("[：:]", begin, maxsplit=1)[0])
    return not is_credit and _SENTENCE_END.search(text) is not None


def _without_lead(text: str, said: Byline) -> str:
    lead, rest = byline.split_lead(text)
    if lead:
        said.add(byline.parse(lead))
    return rest


def _without_credit(text: str, said: Byline) -> str:
    """Take （记者 某某） or （张巨峰） off the end of a last paragraph."""
    credit = _CREDIT.search(text)
    if not credit:
        return text
    inner = credit[0].strip("（()）【】[] 　")
    found = byline.parse(inner)
    # without a label it signs the piece behind a full stop or alone: the accused is （李大明）, too, a day is （周五）
    before = text[: credit.start()].rstrip()
    if not found and (not before or before.endswith(_FULL_STOPS)):
        found = byline.parse_brackets(inner)
    if not found:
        return text
    said.add(found)
    return text[: credit.start()].rstrip()
