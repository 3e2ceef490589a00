"""The headings of a page, and the block that prints the headline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lxml.etree import _Element as Element

from newscrawl.extract import byline
from newscrawl.extract.breadcrumb import is_breadcrumb
from newscrawl.extract.dom import Block
from newscrawl.extract.embedded import Embedded
from newscrawl.extract.published import parse_time
from newscrawl.extract.title import Heading, choose_title, letters
from newscrawl.judge.junk import kind_of

_TITLE_CLASS = re.compile(r"(?:^|[-_ ])(?:title|tit|headline|bt|biaoti)(?:$|[-_ \d])", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4")
_LONGEST = 120
# An element that is only called a title counts below every h1 to h4.
_CALLED_TITLE = 7
# A page's title begins with the headline; what follows, site and section, is not as long.
_MOST, _SURE = 0.6, 6
# 讣告: a headline where nothing else can be one.
_SHORTEST = 2
_ABOVE = 14
# Blocks beside the headline among which the second one is looked for, and how many of them may have text.
_BESIDE, _SECOND = 6, 2
_DASHES = ("—", "──", "--")
_SECOND_CLASS = re.compile(
    r"(?:^|[-_ ])(?:sub(?:[-_]?(?:title|tit|headline|heading))?|fu(?:ti|biaoti)|yinti|(?:intro|pre|shoulder)[-_]?title"
    r"|pre)(?:$|[-_ \d])",
    re.IGNORECASE,
)
# A line that is a day, and nothing else.
_DAY = 16


def find_title(said: Embedded, page: Sequence[Block], injected: frozenset[str]) -> tuple[str, str] | None:
    """The headline and where it comes from; what the mirror added is believed only where there is nothing else."""
    embedded = (said.headline, said.og_title)
    headings = [heading for heading in find_headings(page, said.title or "") if heading.text not in injected]
    page_title = None if said.title in injected else said.title
    return choose_title(page_title, embedded, headings) or choose_title(said.title, embedded, ())


def find_headings(page: Sequence[Block], page_title: str = "") -> list[Heading]:
    """What is printed as a heading: h1 to h4, elements whose id or class says title, and what the page's title begins
    with.

    A heading on two lines (<br>) is given as a whole beside its lines; a line of time and source below it is none.
    """
    headings: list[Heading] = []
    above: Block | None = None
    for block in page:
        if not block.text or len(block.text) > _LONGEST:
            continue
        if level := _level(block.element):
            first = above if above and above.element is block.element else None
            if first and _is_byline(block):
                continue
            headings.append(Heading(_once(block.text), level))
            if first and block.element.tag in _HEADINGS:
                headings.append(Heading(f"{first.text} {block.text}", level))
        above = block
    if printed := _printed_title(page, page_title):
        headings.append(Heading(printed, _CALLED_TITLE))
    return headings


def _is_byline(block: Block) -> bool:
    """Whether a line says a time or a source; a day may be part of a headline."""
    found = parse_time(block.line)
    timed = found is not None and (found.precision != "day" or len(block.text) <= _DAY)
    return timed or bool(byline.parse(block.line))


def _once(text: str) -> str:
    """A headline that is printed twice in one element, for wide and for narrow screens, given once."""
    half = text[: len(text) // 2]
    return half if half * 2 == text else text


def _level(element: Element) -> int:
    node: Element | None = element
    for _ in range(3):
        if node is None:
            break
        if node.tag in _HEADINGS:
            return int(node.tag[1])
        node = node.getparent()
    return _CALLED_TITLE if _TITLE_CLASS.search(f"{element.get('id') or ''} {element.get('class') or ''}") else 0


def _printed_title(page: Sequence[Block], page_title: str) -> str | None:
    """The block that prints the headline though it is no heading: the page's title begins with it."""
    wanted = letters(page_title)
    printed = [block.text for block in page if not block.links and len(block.text) <= _LONGEST]
    near = [text for text in printed if len(text) >= _MOST * len(wanted) and wanted[:1] in text[:6].lower()]
    fitting = [text for text in near if _MOST * len(wanted) <= len(letters(text)) and wanted.startswith(letters(text))]
    return max(fitting, key=len, default=None) if len(wanted) >= _SURE else None


def title_above(page: Sequence[Block], start: int, *, named: bool = True) -> str | None:
    """The line above the time or the source, for a page whose own title says nothing of the article; `start` is where
    its text begins. Where the page's title is a site's name and none of an article (not `named`), 讣告 may be one.
    """
    # a line that begins with a dash is the second headline
    lines = [
        block for block in page[max(0, start - _ABOVE) : start] if block.text and not block.text.startswith(_DASHES)
    ]
    headings = [block for block in lines if _level(block.element) and _can_be_title(block)]
    if headings:
        return min(reversed(headings), key=lambda block: _level(block.element)).text
    for block, below in pairwise(lines):
        if (parse_time(below.line) or byline.parse(below.line)) and len(below.text) <= _LONGEST:
            shortest = _SURE if named or block.element.tag not in _HEADINGS else _SHORTEST
            return block.text if _can_be_title(block, shortest) else None
    return None


def _can_be_title(block: Block, shortest: int = _SURE) -> bool:
    if not shortest <= len(block.text) <= _LONGEST / 2 or block.links or kind_of(block.text):
        return False
    return not is_breadcrumb(block.text) and not byline.parse(block.line) and parse_time(block.line) is None


def find_subtitle(page: Sequence[Block], title_at: int, start: int) -> str | None:
    """The second headline: the line below the headline at `title_at`, or above it, that begins with a dash or whose
    element is called so. The text begins at `start`."""
    below = [block for block in page[title_at + 1 : min(start, title_at + 1 + _BESIDE)] if block.text][:_SECOND]
    above = [block for block in page[max(0, title_at - _BESIDE) : title_at] if block.text][:-_SECOND:-1]
    dashed = [block for block in below if block.text.startswith(_DASHES)]
    called = [block for block in (*below, *above) if _is_called_second(block.element)]
    return next((block.text for block in (*dashed, *called) if _can_be_title(block)), None)


def _is_called_second(element: Element) -> bool:
    names = (element.get("class"), element.get("id"), *(child.tag for child in element))
    return any(_SECOND_CLASS.search(name) for name in names if isinstance(name, str))


def place_of_title(page: Sequence[Block], title: str | None) -> int | None:
    """The number of the block that prints the headline: the one at the highest heading level, of those the last."""
    wanted = letters(title or "")
    if not wanted:
        return None
    longest = len(wanted) + 2 * _LONGEST
    near = [(number, block.text) for number, block in enumerate(page) if len(wanted) <= len(block.text) <= longest]
    texts = [(number, letters(text)) for number, text in near if wanted[0] in text.lower()]
    places = [number for number, text in texts if text == wanted]
    places = places or [number for number, text in texts if wanted in text and len(text) < len(wanted) + _LONGEST]
    return min(places, key=lambda number: (_level(page[number].element) or 9, -number)) if places else None
