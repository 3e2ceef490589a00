"""The page as a tree and as blocks: what a reader sees, in order, with the hidden parts taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

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
# Attributes, which libxml2 finds four times as fast as the elements that have one. (To unite or to climb in XPath would
# sort what is found, which is quadratic.)
_CLASSES, _IDS = (etree.XPath(f"//*/@{name}", smart_strings=False) for name in ("class", "id"))
_STYLES, _HIDDEN = (etree.XPath(f"//*/@{name}") for name in ("style", "hidden"))
_COUNT = etree.XPath("count(//*)")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# control characters are no text, and no writer means them
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\ufeff\u00ad]+")
# 200,000 elements is ten times the largest real page seen; more is a trap, and costs minutes.
MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 10_000
# What begins a tag or a comment; an attribute, as HTML reads it: a value may hold anything between its quotes.
_TAG = re.compile(r"<(?:!--|[a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"[\s/]*[^\s/>][^\s/>=]*(?:\s*=\s*(?:\"[^\"]*\"?|'[^']*'?|[^\s>\"'][^\s>]*)?)?")
# Elements whose text is no markup.
_CODE = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style")}
# The longest of 65 real article pages has 400 blocks of text; what has twelve times as many is a farm.
MAX_BLOCKS = 5_000
# A line of labels and names is no longer.
_SHORT = 100
# Mirrors hide a handful of blocks in a page; hundreds tell no more.
MOST_HIDDEN = 50


@dataclass(slots=True)
class Pruned:
    """A page without what is not shown."""

    tree: Element
    hidden: list[str]
    """The text of the hidden blocks that had some, at most `MOST_HIDDEN`."""
    names: frozenset[str]
    """Every class and id on the page."""
    _found: dict[str, list[Element]] = field(default_factory=dict)

    def select(self, css: str) -> list[Element]:
        """The elements that a CSS selector matches, in document order; each selector is looked for once."""
        if css not in self._found:
            able = ", ".join(part for part, names in _parts(css) if names <= self.names)
            self._found[css] = _xpath(able)(self.tree) if able else []
        return self._found[css]

    def drop(self, css: str) -> None:
        """Take the elements out that a selector matches."""
        for element in self.select(css):
            blank(element)
            self._found.clear()


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
    check_tags(text)
    # not lxml.html's parser: its elements are made in Python, which is a tenth of the time a page takes
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise Refused("empty_page", str(error)) from error
    if tree is None:
        raise Refused("empty_page", "no markup")
    return tree


def check_tags(text: str) -> None:
    """Raises `Refused("too_large")` for a tag of thousands of attributes: libxml2 compares each with all others."""
    # an attribute takes a space, a / or a = of its own: most pages have too few of them all to have such a tag
    if text.count("=") + text.count("/") + len(text.split()) <= MAX_ATTRIBUTES:
        return
    at = 0
    while start := _TAG.search(text, at):
        name = start[0][1:].lower()
        if name == "!--":
            at = text.find("-->", start.end())
        else:
            at = _end_of_tag(text, start.end())
            if name in _CODE:
                end = _CODE[name].search(text, at)
                at = end.start() if end else -1
        if at < 0:
            return


def _end_of_tag(text: str, at: int) -> int:
    count = 0
    while found := _ATTRIBUTE.match(text, at):
        at, count = found.end(), count + 1
        if count > MAX_ATTRIBUTES:
            raise Refused("too_large", f"a tag of more than {MAX_ATTRIBUTES:,} attributes")
    return at


def text_of(element: Element) -> str:
    """The text of an element, white space folded."""
    return fold("".join(element.itertext()))


def prune(tree: Element) -> Pruned:
    """Take out what is not shown. Raises `Refused("too_large")` for more than `MAX_ELEMENTS` elements."""
    for element in list(islice(tree.iter(*_DROPPED), MAX_ELEMENTS)):
        blank(element)
    if _COUNT(tree) > MAX_ELEMENTS:
        raise Refused("too_large", f"more than {MAX_ELEMENTS} elements")
    hidden = list(_hidden(tree))
    texts = [text for element in hidden[:MOST_HIDDEN] if (text := text_of(element))]
    for element in hidden:
        blank(element)
    return Pruned(tree, texts, frozenset(" ".join({*_CLASSES(tree), *_IDS(tree)}).split()))


def blank(element: Element) -> None:
    """Take an element out of the text. It is emptied where it stands: to unlink it would join its tail to the text
    before, which is quadratic for a page that has thousands of them in a row."""
    element.clear(keep_tail=True)
    element.tag = "span"


def _hidden(tree: Element) -> Iterator[Element]:
    """The elements that are not shown, in document order; what such an element holds goes with it."""
    attributes = [*_HIDDEN(tree), *(style for style in _STYLES(tree) if _HIDDEN_STYLE.search(style))]
    hidden = {element for found in attributes if (element := found.getparent()).tag not in ("body", "html")}
    # WordPress prints both times and hides the later one
    hidden.update(time for time in tree.iter("time") if (time.get("class") or "").split() == ["updated"])
    behind = 0
    for number, element in enumerate(tree.iter(etree.Element) if hidden else ()):
        if number >= behind and element in hidden:
            behind = number + sum(1 for _ in element.iter(etree.Element))
            yield element


def fold(text: str) -> str:
    """Fold white space (ideographic, zero-width and no-break ones too) to single spaces, none at the ends."""
    if text.isprintable() and "  " not in text:  # of white space only the plain space is printable
        return text.strip(" ")
    return _SPACE.sub(" ", text).strip()


class _Builder:
    """Collects the parts of a text until the next block boundary."""

    __slots__ = ("_depth", "_from", "found", "links", "parts", "pictures")

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
        begin, end = self._from, len(self.parts)
        if begin < end:
            text = self.parts[begin] if end - begin == 1 else "".join(self.parts[begin:])
            self.links += len(fold(text))
            self._from = end

    def flush(self, element: Element) -> None:
        """Make a block of the parts; `element` is what it stands in."""
        parts = self.parts
        if not parts and not self.pictures:
            return
        if self._depth:
            self._count_link()
        text = fold("".join(parts))
        if text or self.pictures:
            apart = fold(" ".join(parts)) if len(parts) > 1 and len(text) <= _SHORT else ""
            self.found.append(Block(text, element, min(self.links, len(text)), self.pictures, apart))
            if len(self.found) > MAX_BLOCKS:
                raise Refused("link_farm", f"more than {MAX_BLOCKS:,} blocks of text; an article has hundreds at most")
            self.pictures = []
        parts.clear()
        self.links, self._from = 0, 0


def blocks(element: Element) -> list[Block]:
    """The blocks of an element in document order; a block's element is the innermost block-level one around it.

    Raises `Refused("link_farm")` for more than `MAX_BLOCKS` of them.
    """
    builder = _Builder()
    parts = builder.parts
    around = [element]
    for event, node in etree.iterwalk(element, events=("start", "end")):
        tag, starts = node.tag, event == "start"
        if tag in _BLOCKS:
            if parts or builder.pictures:
                builder.flush(around[-1])
            if starts:
                around.append(node)
            else:
                around.pop()
        elif tag == "a":
            if starts:
                builder.enter_link()
            else:
                builder.leave_link()
        elif starts and tag == "img":
            builder.pictures.append((_picture_address(node), fold(node.get("alt") or "")))
        text = node.text if starts else node.tail if node is not element else None
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


@lru_cache(maxsize=512)
def _parts(css: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The alternatives of a selector, each with the classes and ids it cannot match without."""
    if re.search(r"[(\[\\]", css):  # a comma in brackets parts nothing, and :not() wants what it names to be missing
        return ((css, frozenset()),)
    return tuple((part, frozenset(re.findall(r"[#.]([\w-]+)", part))) for part in css.split(",") if part.strip())
