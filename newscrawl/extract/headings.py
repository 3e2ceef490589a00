"""The headings of a page, and the block that prints the headline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lxml.html import HtmlElement

from newscrawl.extract.dom import Block
from newscrawl.extract.title import Heading, letters

_TITLE_CLASS = re.compile(r"(?:^|[-_ ])(?:title|tit|headline|bt|biaoti)(?:$|[-_ \d])", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4")
_LONGEST = 120
# An element that is only called a title counts below every h1 to h4.
_CALLED_TITLE = 7


def find_headings(page: Sequence[Block]) -> list[Heading]:
    """What is printed as a heading: h1 to h4, and elements whose id or class says title.

    A heading on two lines (<br>) is given as a whole beside its lines.
    """
    short = [(block, _level(block.element)) for block in page if block.text and len(block.text) <= _LONGEST]
    headings = [Heading(_once(block.text), level) for block, level in short if level]
    for (block, level), (below, _) in pairwise(short):
        if level and block.element is below.element and block.element.tag in _HEADINGS:
            headings.append(Heading(f"{block.text} {below.text}", level))
    return headings


def _once(text: str) -> str:
    """A headline that is printed twice in one element, for wide and for narrow screens, given once."""
    half = text[: len(text) // 2]
    return half if half * 2 == text else text


def _level(element: HtmlElement) -> int:
    node: HtmlElement | None = element
    for _ in range(3):
        if node is None:
            break
        if node.tag in _HEADINGS:
            return int(node.tag[1])
        node = node.getparent()
    return _CALLED_TITLE if _TITLE_CLASS.search(f"{element.get('id') or ''} {element.get('class') or ''}") else 0


def place_of_title(page: Sequence[Block], title: str | None) -> int | None:
    """The number of the block that prints the headline: the one at the highest heading level, of those the last."""
    wanted = letters(title or "")
    if not wanted:
        return None
    texts = [(number, letters(block.text)) for number, block in enumerate(page) if block.text]
    places = [number for number, text in texts if text == wanted]
    places = places or [number for number, text in texts if wanted in text and len(text) < len(wanted) + _LONGEST]
    return min(places, key=lambda number: (_level(page[number].element) or 9, -number)) if places else None
