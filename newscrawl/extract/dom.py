"""The page as a tree and as blocks: what a reader sees, in order, with the hidden parts taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import lxml.html
from cssselect import HTMLTranslator
from lxml import etree
from lxml.html import HtmlElement

from newscrawl.refused import Refused

# Elements that hold no text of an article. (noscript repeats pictures; forms and buttons are controls.)
_DROPPED = frozenset(
    """script style noscript template iframe object embed select option button textarea input svg canvas audio video
    source link meta title""".split()
)
_BLOCKS = frozenset(
    """address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul""".split()
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# control characters are no text, and no writer means them
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\ufeff\u00ad]+")
# 200,000 elements is ten times the largest real page seen; more is a trap, and costs minutes.
MAX_ELEMENTS = 200_000
# Mirrors hide a handful of blocks in a page; hundreds tell no more.
MOST_HIDDEN = 50


@dataclass(slots=True)
class Block:
    """A run of text between two block boundaries; white space is folded."""

    text: str
    element: HtmlElement
    links: int = 0
    """How many characters of the text stand in links."""
    pictures: list[tuple[str, str]] = field(default_factory=list)
    """Address and alternative text of the pictures in the run, in order."""

    @property
    def link_share(self) -> float:
        """How much of the text stands in links, 0 to 1."""
        return self.links / len(self.text) if self.text else 0.0


def parse(text: str) -> HtmlElement:
    """The tree of a page. Raises `Refused("empty_page")` when there is no markup or text in it."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise Refused("empty_page", str(error)) from error
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        raise Refused("too_large", f"more than {MAX_ELEMENTS} elements")
    return tree


def prune(tree: HtmlElement) -> list[str]:
    """Take out what is not shown; returns the text of hidden blocks that had some, at most `MOST_HIDDEN` of them."""
    dropped: list[HtmlElement] = []
    hidden: list[HtmlElement] = []
    walk = etree.iterwalk(tree, events=("start",))
    for _, element in walk:
        found = dropped if element.tag in _DROPPED else hidden if _is_hidden(element) else None
        if found is not None:
            found.append(element)
            walk.skip_subtree()
    texts = [_text_without_code(element) for element in hidden[:MOST_HIDDEN]]
    for element in (*dropped, *hidden):
        blank(element)
    return [text for text in texts if text]


def _text_without_code(element: HtmlElement) -> str:
    for code in element.iter("script", "style"):
        code.text = None
    return fold(element.text_content())


def blank(element: HtmlElement) -> None:
    """Take an element out of the text. It is emptied where it stands: to unlink it would join its tail to the text
    before, which is quadratic for a page that has thousands of them in a row."""
    element.clear(keep_tail=True)
    element.tag = "span"


def _is_hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return element.tag != "body" and (
        (style is not None and _HIDDEN_STYLE.search(style) is not None) or element.get("hidden") is not None
    )


def fold(text: str) -> str:
    """Fold white space (ideographic, zero-width and no-break ones too) to single spaces, none at the ends."""
    return _SPACE.sub(" ", text).strip()


class _Builder:
    """Collects text until the next block boundary."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.pictures: list[tuple[str, str]] = []
        self.links = 0
        self.in_link = 0

    def add(self, text: str | None) -> None:
        if text:
            self.parts.append(text)
            if self.in_link:
                self.links += len(fold(text))

    def flush(self, element: HtmlElement) -> Iterator[Block]:
        text = fold("".join(self.parts))
        if text or self.pictures:
            yield Block(text, element, min(self.links, len(text)), self.pictures)
        self.parts, self.pictures, self.links = [], [], 0


def blocks(element: HtmlElement) -> list[Block]:
    """The blocks of an element in document order; a block's element is the innermost block-level one around it."""
    builder = _Builder()
    found: list[Block] = []
    around = [element]
    for event, node in etree.iterwalk(element, events=("start", "end")):
        tag = node.tag
        boundary = tag in _BLOCKS
        if event == "start":
            if boundary:
                found += builder.flush(around[-1])
                around.append(node)
            elif tag == "a":
                builder.in_link += 1
            elif tag == "img":
                builder.pictures.append((_picture_address(node), fold(node.get("alt") or "")))
            builder.add(node.text)
            continue
        if boundary:
            found += builder.flush(node)
            around.pop()
        elif tag == "a":
            builder.in_link -= 1
        if node is not element:
            builder.add(node.tail)
    found += builder.flush(element)  # an inline element ends without a boundary
    return found


def _picture_address(node: HtmlElement) -> str:
    """Where the picture really is: lazy loaders keep it beside src."""
    for name in ("data-src", "data-original", "oldsrc", "data-lazy-src", "_src", "src"):
        address = (node.get(name) or "").strip()
        if address and not address.startswith("data:"):
            return address
    return ""


@lru_cache(maxsize=512)
def _xpath(css: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(css))


def select(element: HtmlElement, css: str) -> list[HtmlElement]:
    """The elements below `element` that a CSS selector matches, in document order."""
    return _xpath(css)(element) if css else []
