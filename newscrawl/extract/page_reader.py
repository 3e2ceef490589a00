"""An HTML page into a draft: by the first layout that fits, else by the general extractor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml import etree
from lxml.html import HtmlElement

from newscrawl.extract import dom
from newscrawl.extract.body import Region, find_region
from newscrawl.extract.breadcrumb import find_breadcrumb, split_breadcrumb
from newscrawl.extract.dom import Block
from newscrawl.extract.draft import Draft, Line
from newscrawl.extract.embedded import Embedded, read_embedded
from newscrawl.extract.layout import Layout
from newscrawl.extract.published import parse_time
from newscrawl.extract.title import Heading, choose_title, letters
from newscrawl.judge.junk import kind_of

_CAPTION_CLASS = re.compile(
    r"caption|picdesc|pic_note|photo_note|img_?(?:desc|note|title|alt|tit)|imgtxt|tuzhu|zhushi|pic_txt", re.IGNORECASE
)
_TITLE_CLASS = re.compile(r"(?:^|[-_ ])(?:title|tit|headline|bt|biaoti)(?:$|[-_ \d])", re.IGNORECASE)
_SOURCE_CLASS = re.compile(
    r"(?:^|[-_ ])(?:source|laiyuan|origin|media[-_]?name|js_name|author-name|tit-from|from)(?:$|[-_ \d])", re.IGNORECASE
)
_SOURCE_LABEL = re.compile(r"^(?:本文)?(?:来源|來源|稿源)\s*[：:]?\s*")
# Lines read before the body when no headline was found, and behind its end: room for editors' lines, not for comments.
_HEAD, _TAIL = 14, 14


def read_page(text: str, layouts: Iterable[Layout]) -> Draft:
    """Read one page of HTML source. Raises `Refused("empty_page")` or `Refused("too_large")`."""
    tree = dom.parse(text)
    embedded = read_embedded(tree)
    hidden = dom.prune(tree)
    layout = next((layout for layout in layouts if _fits(layout, text, tree)), None)
    page = dom.blocks(tree)
    draft = _by_layout(tree, layout) if layout else _general(tree, page, embedded)
    draft.embedded, draft.hidden = embedded, hidden
    draft.page_text = "\n".join(block.text for block in page if block.text)
    draft.link_share = sum(block.links for block in page) / max(1, len(draft.page_text))
    return draft


def _fits(layout: Layout, text: str, tree: HtmlElement) -> bool:
    # the last id or class of the body selector must be somewhere in the source: saves a walk of the tree a layout
    names = re.findall(r"[#.]([\w-]+)", layout.body)
    if names and names[-1] not in text:
        return False
    return bool(dom.select(tree, layout.body) and dom.select(tree, layout.title))


def _by_layout(tree: HtmlElement, layout: Layout) -> Draft:
    for element in dom.select(tree, layout.drop):
        element.drop_tree()
    draft = Draft(how=f"layout {layout.name}", title=_text_of(tree, layout.title), title_from=layout.title)
    draft.subtitle = _text_of(tree, layout.subtitle)
    draft.body = [line for element in dom.select(tree, layout.body) for line in lines(dom.blocks(element))]
    draft.head = [
        block.text for element in dom.select(tree, layout.byline)[:1] for block in dom.blocks(element) if block.text
    ]
    draft.tail = [
        block.text for element in dom.select(tree, layout.editors) for block in dom.blocks(element) if block.text
    ]
    draft.breadcrumb = split_breadcrumb(_text_of(tree, layout.breadcrumb) or "")
    for element in dom.select(tree, layout.source)[:1]:
        draft.source = dom.fold(element.text_content()) or None
        draft.source_url = element.get("href")
    return draft


def _text_of(tree: HtmlElement, css: str) -> str | None:
    return next((text for element in dom.select(tree, css) if (text := dom.fold(element.text_content()))), None)


def _general(tree: HtmlElement, page: Sequence[Block], embedded: Embedded) -> Draft:
    headings = _headings(page)
    chosen = choose_title(embedded.title, (embedded.headline, embedded.og_title), headings)
    draft = Draft(how="general extractor")
    if chosen:
        draft.title, draft.title_from = chosen
    at = _place_of_title(page, draft.title)
    region = find_region(tree, page, page[at] if at is not None else None) or find_region(tree, page)
    if region is None:
        return draft
    if at is not None and at >= region.start:
        at = None
    _zones(draft, page, region, at)
    draft.breadcrumb = find_breadcrumb(page[: at if at is not None else region.start])
    draft.source = _marked_source(tree, page[region.start].element)
    return draft


def _marked_source(tree: HtmlElement, until: HtmlElement) -> str | None:
    """The text of an element above the body whose class or id calls it the source."""
    for element in tree.iter(etree.Element):
        if element is until:
            break
        if _SOURCE_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            text = _SOURCE_LABEL.sub("", dom.fold(element.text_content()))
            if 2 <= len(text) <= 20 and not kind_of(text) and parse_time(text) is None:
                return text
    return None


def _zones(draft: Draft, page: Sequence[Block], region: Region, title_at: int | None) -> None:
    head_from = title_at + 1 if title_at is not None else max(0, region.start - _HEAD)
    head = page[max(head_from, region.start - 40) : region.start]
    if title_at is not None:
        # some templates print time and source above the headline
        head = [*head, *page[max(0, title_at - 3) : title_at]]
    draft.head = [block.text for block in head if block.text]
    # a picture before the first paragraph belongs to the article when it stands in the body's element
    pictures = [
        block for block in head if block.pictures and not block.text and region.element in block.element.iterancestors()
    ]
    draft.body = lines([*pictures, *page[region.start : region.end]])
    draft.tail = [block.text for block in page[region.end : region.end + _TAIL] if block.text]


def _headings(page: Sequence[Block]) -> list[Heading]:
    found = []
    for block in page:
        if not block.text or len(block.text) > 120:
            continue
        if level := _level(block.element):
            half = block.text[: len(block.text) // 2]
            # a headline printed twice in one element, for wide and narrow screens
            found.append(Heading(half if half * 2 == block.text else block.text, level))
    return found


def _level(element: HtmlElement) -> int:
    """1 to 4 for h1 to h4 (also around the block), 7 for an element whose id or class says title, else 0."""
    node: HtmlElement | None = element
    for _ in range(3):
        if node is None:
            break
        if node.tag in ("h1", "h2", "h3", "h4"):
            return int(node.tag[1])
        node = node.getparent()
    return 7 if _TITLE_CLASS.search(f"{element.get('id') or ''} {element.get('class') or ''}") else 0


def _place_of_title(page: Sequence[Block], title: str | None) -> int | None:
    """The block that prints the headline: the one at the highest heading level, of those the last."""
    if not title:
        return None
    wanted = letters(title)
    places = [number for number, block in enumerate(page) if block.text and letters(block.text) == wanted]
    places = places or [
        number
        for number, block in enumerate(page)
        if len(block.text) < 150 and wanted and wanted in letters(block.text)
    ]
    return min(places, key=lambda number: (_level(page[number].element) or 9, -number)) if places else None


def lines(zone: Sequence[Block]) -> list[Line]:
    """The blocks of a body zone as lines; captions are told by their element or by the picture before them."""
    found: list[Line] = []
    for block in zone:
        caption = block.element.tag == "figcaption" or bool(_CAPTION_CLASS.search(block.element.get("class") or ""))
        found.append(Line(block.text, block.link_share, block.pictures, caption))
    return found
