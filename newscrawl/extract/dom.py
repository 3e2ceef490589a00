"""The page as a tree and as blocks: what a reader sees, in order, with the hidden parts taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from cssselect import HTMLTranslator
from lxml import etree
from lxml.etree import _Element as Element

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
MAX_ATTRIBUTES = 10_000
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
# The longest of 65 real article pages has 400 blocks of text; what has twelve times as many is a farm.
MAX_BLOCKS = 5_000
# A line of labels and names is no longer.
_SHORT = 100
# Mirrors hide a handful of blocks in a page; hundreds tell no more.
MOST_HIDDEN = 50


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was found while a page was pruned."""

    hidden: list[str]
    """The text of the hidden blocks that had some, at most `MOST_HIDDEN`."""
    names: frozenset[str]
    """Every class and id on the page."""


@dataclass(slots=True)
class Block:
    """A run of text between two block boundaries; white space is folded."""

    text: str
    element: Element
    links: int = 0
    """How many characters of the text stand in links."""
    pictures: list[tuple[str, str]] = field(default_factory=list)
    """Address and alternative text of the pictures in the run, in order."""
    apart: str = ""
    """The text of a short run with a space wherever an element begins or ends, where that differs: a style sheet keeps
    `<span>江汉日报</span><span>张三</span>` apart."""

    @property
    def line(self) -> str:
        """The text as a line of labels and names; the name of a paper may be a picture (来源： and its logo)."""
        line = self.apart or self.text
        logo = self.pictures[0][1] if self.pictures and line.endswith(("：", ":")) else ""
        return f"{line}{logo}"

    @property
    def link_share(self) -> float:
        """How much of the text stands in links, 0 to 1."""
        return self.links / len(self.text) if self.text else 0.0


def parse(text: str) -> Element:
    """The tree of a page. Raises `Refused("empty_page")` when there is no markup or text in it."""
    _check_tags(text)
    # not lxml.html's parser: its elements are made in Python, which is a tenth of the time a page takes
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise Refused("empty_page", str(error)) from error
    if tree is None:
        raise Refused("empty_page", "no markup")
    return tree


def _check_tags(text: str) -> None:
    """Raises `Refused("too_large")` for a tag of thousands of attributes: libxml2 compares each with all others."""
    pieces = text.split(">")
    if len(max(pieces, key=len)) <= MAX_ATTRIBUTES:
        return
    for piece in pieces:
        if len(piece) > MAX_ATTRIBUTES:
            tag = _QUOTED.sub("", piece[piece.rfind("<") :])
            if tag.startswith("<") and tag.count("=") + tag.count("/") + len(tag.split()) > MAX_ATTRIBUTES:
                raise Refused("too_large", f"a tag of more than {MAX_ATTRIBUTES:,} attributes")


def text_of(element: Element) -> str:
    """The text of an element, white space folded."""
    return fold("".join(element.itertext()))


def prune(tree: Element) -> Pruned:
    """Take out what is not shown. Raises `Refused("too_large")` for more than `MAX_ELEMENTS` elements."""
    dropped: list[Element] = []
    hidden: list[Element] = []
    within: set[Element] = set()
    names: set[str] = set()
    for number, element in enumerate(tree.iter(etree.Element)):
        if within and element.getparent() in within:
            within.add(element)  # it goes with what holds it
        elif element.tag in _DROPPED or _is_hidden(element):
            within.add(element)
            (dropped if element.tag in _DROPPED else hidden).append(element)
        for name in (element.get("class"), element.get("id")):
            if name:
                names.add(name)
        if number > MAX_ELEMENTS:
            raise Refused("too_large", f"more than {MAX_ELEMENTS} elements")
    texts = [text for element in hidden[:MOST_HIDDEN] if (text := _text_without_code(element))]
    for element in (*dropped, *hidden):
        blank(element)
    return Pruned(texts, frozenset(" ".join(names).split()))


def _text_without_code(element: Element) -> str:
    for code in element.iter("script", "style"):
        code.text = None
    return text_of(element)


def blank(element: Element) -> None:
    """Take an element out of the text. It is emptied where it stands: to unlink it would join its tail to the text
    before, which is quadratic for a page that has thousands of them in a row."""
    element.clear(keep_tail=True)
    element.tag = "span"


def _is_hidden(element: Element) -> bool:
    if element.tag == "time":  # WordPress prints both times and hides the later one
        return (element.get("class") or "").split() == ["updated"]
    style = element.get("style")
    hides = (style is not None and _HIDDEN_STYLE.search(style) is not None) or element.get("hidden") is not None
    return hides and element.tag not in ("body", "html")


def fold(text: str) -> str:
    """Fold white space (ideographic, zero-width and no-break ones too) to single spaces, none at the ends."""
    if text.isprintable() and "  " not in text:  # of white space only the plain space is printable
        return text.strip(" ")
    return _SPACE.sub(" ", text).strip()


class _Builder:
    """Collects the parts of a text until the next block boundary."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self.parts: list[str] = []
        self.pictures: list[tuple[str, str]] = []
        self.links = 0
        self._depth, self._from = 0, 0

    def enter_link(self) -> None:
        """What comes now is a link's text; links may stand in links."""
        if not self._depth:
            self._from = len(self.parts)
        self._depth += 1

    def leave_link(self) -> None:
        """The link is over."""
        self._depth -= 1
        if not self._depth:
            self._count_link()

    def _count_link(self) -> None:
        self.links += len(fold("".join(self.parts[self._from :])))
        self._from = len(self.parts)

    def flush(self, element: Element) -> None:
        """Make a block of the parts; `element` is what it stands in."""
        if not self.parts and not self.pictures:
            return
        if self._depth:
            self._count_link()
        text = "".join(self.parts)
        text = "" if text.isspace() else fold(text)
        if text or self.pictures:
            apart = fold(" ".join(self.parts)) if len(self.parts) > 1 and len(text) <= _SHORT else ""
            self.found.append(Block(text, element, min(self.links, len(text)), self.pictures, apart))
            if len(self.found) > MAX_BLOCKS:
                raise Refused("link_farm", f"more than {MAX_BLOCKS:,} blocks of text; an article has hundreds at most")
            self.pictures = []
        self.parts.clear()
        self.links, self._from = 0, 0


def blocks(element: Element) -> list[Block]:
    """The blocks of an element in document order; a block's element is the innermost block-level one around it.

    Raises `Refused("link_farm")` for more than `MAX_BLOCKS` of them.
    """
    builder = _Builder()
    parts = builder.parts
    around = [element]
    for event, node in etree.iterwalk(element, events=("start", "end")):
        tag = node.tag
        if event == "start":
            if tag in _BLOCKS:
                builder.flush(around[-1])
                around.append(node)
            elif tag == "a":
                builder.enter_link()
            elif tag == "img":
                builder.pictures.append((_picture_address(node), fold(node.get("alt") or "")))
            text = node.text
        else:
            if tag in _BLOCKS:
                builder.flush(node)
                around.pop()
            elif tag == "a":
                builder.leave_link()
            text = node.tail if node is not element else None
        if text and (parts or not text.isspace()):  # a run does not begin with white space
            parts.append(text)
    builder.flush(element)  # an inline element ends without a boundary
    return builder.found


def _picture_address(node: Element) -> str:
    """Where the picture really is: lazy loaders keep it beside src."""
    for name in ("data-src", "data-original", "oldsrc", "data-lazy-src", "_src", "src"):
        address = (node.get(name) or "").strip()
        if address and not address.startswith("data:"):
            return address
    return ""


@lru_cache(maxsize=512)
def _xpath(css: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(css))


def select(element: Element, css: str) -> list[Element]:
    """The elements below `element` that a CSS selector matches, in document order."""
    return _xpath(css)(element) if css else []
