"""An HTML page into a draft: by the first layout that fits; what the layout does not name is found in general."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml import etree
from lxml.html import HtmlElement

from newscrawl.extract import dom
from newscrawl.extract.body import Region, find_region, region_of
from newscrawl.extract.breadcrumb import find_breadcrumb, split_breadcrumb
from newscrawl.extract.dom import Block
from newscrawl.extract.draft import Draft, Line
from newscrawl.extract.embedded import read_embedded
from newscrawl.extract.headings import find_headings, place_of_title
from newscrawl.extract.layout import Layout
from newscrawl.extract.published import parse_time
from newscrawl.extract.title import choose_title
from newscrawl.judge.junk import kind_of

GENERAL = Layout(name="", title="", body="")
"""A layout that names nothing: everything is found in general."""

_CAPTION_CLASS = re.compile(
    r"caption|picdesc|pic_note|photo_note|img_?(?:desc|note|title|alt|tit)|imgtxt|tuzhu|zhushi|pic_txt", re.IGNORECASE
)
_SOURCE_CLASS = re.compile(
    r"(?:^|[-_ ])(?:source|laiyuan|origin|media[-_]?name|js_name|author-name|tit-from|from)(?:$|[-_ \d])", re.IGNORECASE
)
_PHOTOGRAPH = re.compile(r"\.jpe?g(?:$|[?!@])", re.IGNORECASE)
_SOURCE_LABEL = re.compile(r"^(?:(?:本文)?(?:来源|來源|稿源|原创)\s*[：:]?\s*)+")
# Lines read before the body when no headline was found, and behind its end: room for editors' lines, not for comments.
_HEAD, _TAIL = 14, 14
# Lines between headline and body: share bars and advertisements push them apart, but not further than this.
_BETWEEN = 40
# Some templates print time and source above the headline, within this many lines.
_ABOVE_TITLE = 3
# Lines of the page's foot that are looked at for junk; what comes later is more of the same.
_FOOT = 80


def read_page(text: str, layouts: Iterable[Layout]) -> Draft:
    """Read one page of HTML source. Raises `Refused("empty_page")` or `Refused("too_large")`."""
    tree = dom.parse(text)
    embedded = read_embedded(tree)
    hidden = dom.prune(tree)
    layout = next((layout for layout in layouts if _fits(layout, text, tree)), GENERAL)
    for element in dom.select(tree, layout.drop):
        dom.blank(element)
    page = dom.blocks(tree)
    draft = Draft(how=f"layout {layout.name}" if layout.name else "general extractor")
    draft.embedded, draft.hidden = embedded, hidden
    draft.page_text = "\n".join(block.text for block in page if block.text)
    draft.link_share = sum(block.links for block in page) / max(1, len(draft.page_text))
    _read(draft, tree, page, layout)
    return draft


def _fits(layout: Layout, text: str, tree: HtmlElement) -> bool:
    # the last id or class of the body selector must be somewhere in the source: saves a walk of the tree a layout
    names = re.findall(r"[#.]([\w-]+)", layout.body)
    if names and names[-1] not in text:
        return False
    parts = (layout.body, layout.title, layout.byline)
    return all(dom.select(tree, part) for part in parts if part)


def _read(draft: Draft, tree: HtmlElement, page: Sequence[Block], layout: Layout) -> None:
    _title(draft, tree, page, layout)
    title_at = place_of_title(page, draft.title)
    region = _region(tree, page, title_at, layout)
    if region is None:
        return
    title_at = title_at if title_at is not None and title_at < region.start else None
    above = page[: title_at if title_at is not None else region.start]
    _body(draft, page, region, title_at)
    draft.head = _texts(dom.select(tree, layout.byline)[:1]) or _head(page, region, title_at)
    draft.tail = [*_texts(dom.select(tree, layout.editors)), *_lines_from(page, region.end, region.end + _TAIL)]
    draft.foot = _lines_from(page, region.end + _TAIL, region.end + _FOOT)
    path = _text_of(tree, layout.breadcrumb)
    draft.breadcrumb = split_breadcrumb(path) if path else find_breadcrumb(above)
    _source(draft, tree, page[region.start].element, layout)


def _title(draft: Draft, tree: HtmlElement, page: Sequence[Block], layout: Layout) -> None:
    draft.subtitle = _text_of(tree, layout.subtitle)
    draft.title, draft.title_from = _text_of(tree, layout.title), layout.title
    if draft.title is None:
        said = draft.embedded
        chosen = choose_title(said.title, (said.headline, said.og_title), find_headings(page))
        draft.title, draft.title_from = chosen or (None, "")


def _text_of(tree: HtmlElement, css: str) -> str | None:
    return next((text for element in dom.select(tree, css) if (text := dom.fold(element.text_content()))), None)


def _texts(elements: Iterable[HtmlElement]) -> list[str]:
    return [block.text for element in elements for block in dom.blocks(element) if block.text]


def _lines_from(page: Sequence[Block], start: int, end: int) -> list[str]:
    return [block.text for block in page[start:end] if block.text]


def _region(tree: HtmlElement, page: Sequence[Block], title_at: int | None, layout: Layout) -> Region | None:
    if elements := dom.select(tree, layout.body):
        return region_of(page, elements)
    title = page[title_at] if title_at is not None else None
    return find_region(tree, page, title) or find_region(tree, page)


def _body(draft: Draft, page: Sequence[Block], region: Region, title_at: int | None) -> None:
    begin = max(0, region.start - _HEAD, title_at or 0)
    above = [block for block in page[begin : region.start] if block.pictures and not block.text]
    # a picture above the first paragraph belongs to the article when it stands in the body's element, or when it is a
    # photograph between headline and text; icons and banners are neither
    pictures = [
        block
        for block in above
        if region.element in block.element.iterancestors() or (title_at is not None and _is_photograph(block))
    ]
    draft.body = [_line(block) for block in (*pictures, *page[region.start : region.end])]


def _is_photograph(block: Block) -> bool:
    return block.links == 0 and all(_PHOTOGRAPH.search(address) for address, _ in block.pictures)


def _line(block: Block) -> Line:
    caption = block.element.tag == "figcaption" or _CAPTION_CLASS.search(block.element.get("class") or "") is not None
    return Line(block.text, block.link_share, block.pictures, caption)


def _head(page: Sequence[Block], region: Region, title_at: int | None) -> list[str]:
    if title_at is None:
        return _lines_from(page, max(0, region.start - _HEAD), region.start)
    above = _lines_from(page, max(0, title_at - _ABOVE_TITLE), title_at)
    return [*_lines_from(page, max(title_at + 1, region.start - _BETWEEN), region.start), *above]


def _source(draft: Draft, tree: HtmlElement, body: HtmlElement, layout: Layout) -> None:
    """The element that holds nothing but the source: the layout's, or one above the body that is called so."""
    named = dom.select(tree, layout.source)[:1] or ([] if layout.byline else _called_source(tree, body))
    draft.source_from = "layout" if layout.source else "the element called so"
    for element in named:
        draft.source = _SOURCE_LABEL.sub("", dom.fold(element.text_content())) or None
        links = element.xpath("self::a/@href | .//a/@href")
        draft.source_url = str(links[0]) if links else None


def _called_source(tree: HtmlElement, until: HtmlElement) -> list[HtmlElement]:
    for element in tree.iter(etree.Element):
        if element is until:
            break
        if _SOURCE_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            text = _SOURCE_LABEL.sub("", dom.fold(element.text_content()))
            if 2 <= len(text) <= 20 and not kind_of(text) and parse_time(text) is None:
                return [element]
    return []
