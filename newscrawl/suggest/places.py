"""Where on a page the general extractor found title, byline, body, source, editors and breadcrumb."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from newscrawl.extract import byline, dom
from newscrawl.extract.article import fill
from newscrawl.extract.body import find_region
from newscrawl.extract.breadcrumb import split_breadcrumb
from newscrawl.extract.dom import Block, Pruned
from newscrawl.extract.headings import place_of_title
from newscrawl.extract.layout import Layout
from newscrawl.extract.page_reader import read_page
from newscrawl.extract.published import parse_time
from newscrawl.extract.title import letters
from newscrawl.items import Article
from newscrawl.page import Page

# Lines above the headline in which time and source may stand, as for the general extractor.
_ABOVE = 3
# Lines behind the text in which its editors stand.
_BEHIND = 14


@dataclass(slots=True)
class Places:
    """A page, and the elements that hold the parts of its article, by the names that `Layout` has for them."""

    pruned: Pruned
    elements: dict[str, list[Element]] = field(default_factory=dict)
    """Parts that were not found, or have no element to themselves, are missing. Only `body` has several elements."""


def read_with(page: Page, layouts: Iterable[Layout]) -> Article:
    """The fields of a decoded and restored page, read by the first of the layouts that fits, else in general.

    `pages[0].draft.how` of the article tells by which. Raises `Refused`.
    """
    draft = read_page(page.text, layouts, page.injected)
    article = Article(url=page.url, pages=[Page(url=page.url, text=page.text, draft=draft)])
    fill(article, [draft])
    return article


def find_places(page: Page, article: Article) -> Places:
    """The elements that hold what `article`, as the general extractor read it, says. Raises `Refused`."""
    tree = dom.parse(page.text)
    pruned = dom.prune(tree)
    blocks = dom.blocks(tree)
    title_at = place_of_title(blocks, article.title)
    title = blocks[title_at] if title_at is not None else None
    region = find_region(tree, blocks, title) or find_region(tree, blocks)
    places = Places(pruned)
    if region is None:
        return places
    inside = blocks[region.start : region.end]
    begin = title_at if title_at is not None and title_at < region.start else max(0, region.start - _BEHIND)
    above = [*blocks[begin + 1 : region.start], *blocks[max(0, begin - _ABOVE) : begin]]
    line = _byline(above, [title, *inside])
    found = {
        "title": _holding(title.element, article.title or "") if title else None,
        "byline": line,
        "source": _source(line, article.source) if line is not None else None,
        "editors": _editors([*inside, *blocks[region.end : region.end + _BEHIND]], article, inside),
        "breadcrumb": _breadcrumb(blocks[: begin + 1], article),
    }
    places.elements = {name: [element] for name, element in found.items() if element is not None}
    places.elements["body"] = _body(region.element, inside, blocks[begin : region.start])
    return places


def _holding(element: Element, text: str) -> Element | None:
    """The outermost element in a block's that holds a text and nothing else."""
    wanted = letters(text)
    return next((node for node in element.iter("*") if letters(dom.text_of(node)) == wanted), None)


def _byline(above: Sequence[Block], others: Sequence[Block | None]) -> Element | None:
    """The element that holds the lines with time, source and people, and nothing of title and text."""
    told = [block for block in above if block.text and (parse_time(block.line) or byline.parse(block.line))]
    if not told:
        return None
    timed = next((block for block in told if parse_time(block.line)), told[0])
    taken = {block.element for block in others if block}
    element = timed.element
    wanted = {block.element for block in told}
    for node in timed.element.iterancestors():
        within = set(node.iter())
        if taken & within or len(within & wanted) <= len(set(element.iter()) & wanted):
            break
        element = node
    return None if taken & set(element.iter()) else element


def _body(element: Element, inside: Sequence[Block], before: Sequence[Block]) -> list[Element]:
    """The element that holds the text; where it holds headline or byline, too, the paragraphs in it."""
    within = set(element.iter())
    if not any(block.element in within for block in before if block.text):
        return [element]
    paragraphs = list(dict.fromkeys(block.element for block in inside if block.text))
    alike = {(paragraph.tag, paragraph.getparent()) for paragraph in paragraphs}
    return paragraphs if len(alike) == 1 else [element]


def _source(line: Element, source: str | None) -> Element | None:
    """The element in the byline that holds nothing but the source."""
    inside = line.iter("a", "span", "em", "b", "i", "strong")
    return next((node for node in inside if source and dom.text_of(node) == source), None)


def _editors(behind: Sequence[Block], article: Article, inside: Sequence[Block]) -> Element | None:
    """The element with the editors' line, when it has one to itself."""
    people = {*article.editors, *article.reviewers}
    for block in reversed(behind):
        said = byline.parse(block.line) if block.text else None
        if said and people & {*said.editors, *said.reviewers}:
            others = {other.element for other in inside if other is not block}
            return None if others & set(block.element.iter()) else block.element
    return None


def _breadcrumb(before: Sequence[Block], article: Article) -> Element | None:
    """The smallest element above the headline whose text is the path of sections."""
    if not article.breadcrumb:
        return None
    for block in reversed(before):
        for node in (block.element, *list(block.element.iterancestors())[:2]):
            if block.text and split_breadcrumb(dom.text_of(node), called=True) == article.breadcrumb:
                return node
    return None
