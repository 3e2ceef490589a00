"""An HTML page into a draft: by the first layout that fits; what the layout does not name is found in general."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import zip_longest

from lxml import etree
from lxml.etree import _Element as Element

from newscrawl.extract import byline, dom
from newscrawl.extract.body import Region, find_region, mass, region_of
from newscrawl.extract.breadcrumb import find_breadcrumb, split_breadcrumb
from newscrawl.extract.dom import Block, Pruned
from newscrawl.extract.draft import Draft, Line
from newscrawl.extract.embedded import add_state, read_embedded
from newscrawl.extract.headings import find_subtitle, find_title, place_of_title, title_above
from newscrawl.extract.layout import Layout
from newscrawl.extract.paragraphs import LONGEST_BYLINE, LONGEST_CAPTION
from newscrawl.extract.published import parse_time
from newscrawl.extract.state import stored
from newscrawl.extract.title import UNPRINTED, is_site, letters
from newscrawl.judge.junk import kind_of
from newscrawl.refused import Refused

# When the text in the scripts, counted with its markup, is longer than that on the page by so much, the page's is cut.
POOR = 0.25
# A layout's element that holds less prose is a shell that another template left on the page.
STUB = 30.0
# An article whose text is shorter is a flash, or the page shows but its beginning.
SHORT = 300
GENERAL = Layout(name="", title="", body="")
"""A layout that names nothing: everything is found in general."""

_CAPTION_CLASS = re.compile(
    r"caption|picdesc|pic_note|photo_note|img_?(?:desc|note|title|alt|tit)|imgtxt|tuzhu|zhushi|pic_txt", re.IGNORECASE
)
_SOURCE_CLASS = re.compile(
    r"(?:^|[-_ ])(?:source(?:[-_]?name)?|laiyuan|origin|media[-_]?name|js_name|author-name|tit-from|from)(?:$|[-_ \d])",
    re.IGNORECASE,
)
_AUTHOR_CLASS = re.compile(r"(?:^|[-_ ])(?:authors?|writer|reporter|zuozhe)(?:$|[-_ \d])", re.IGNORECASE)
# The name of a paper, or two people.
_NAME = 20
# Elements that are called source, of which the first few are looked at.
_MOST_CALLED = 20
_BOLD = re.compile(r"(?:^|[-_ ])(?:h[1-6]|strong|bold|subtitle|subhead)(?:$|[-_ ])|font-weight\s*:\s*(?:bold|[6-9]00)")
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_PHOTOGRAPH = re.compile(r"\.jpe?g(?:$|[?!@])", re.IGNORECASE)
_SOURCE_LABEL = re.compile(r"^(?:(?:本文)?(?:来源|來源|稿源|原创)\s*[：:]?\s*)+")
# Lines read before the body when no headline was found, and behind its end: room for editors' lines, not for comments.
_HEAD, _TAIL = 14, 14
# Lines between headline and body: share bars and advertisements push them apart, but not further than this.
_BETWEEN = 40
# Lines of the text's own element among which the byline may be.
_LEADING = 4
# Some templates print time and source above the headline, within this many lines.
_ABOVE_TITLE = 3
# Lines of the page's foot that are looked at for junk; what comes later is more of the same.
_FOOT = 80
# A link of fewer characters is an entry of a menu.
_LABEL = 12


def read_page(text: str, layouts: Iterable[Layout], injected: Collection[str] = ()) -> Draft:
    """Read one page of HTML source; `injected` are the blocks that a mirror added, of which none is the headline.

    Raises `Refused`: empty_page, too_large, link_farm.
    """
    tree = dom.parse(text)
    embedded, scripts = read_embedded(tree, text), stored(tree)
    pruned = dom.prune(tree)
    layout = next((layout for layout in layouts if _fits(layout, pruned)), GENERAL)
    pruned.drop(layout.drop)
    page = dom.blocks(tree)
    draft = Draft(how=f"layout {layout.name}" if layout.name else "general extractor")
    draft.embedded, draft.hidden = embedded, pruned.hidden
    draft.page_text = "\n".join(block.text for block in page if block.text)
    draft.link_share = sum(block.links for block in page) / max(1, len(draft.page_text))
    _read(draft, pruned, page, layout, frozenset(map(dom.fold, injected)))
    if _lacks(draft):
        add_state(embedded, scripts)
        if draft.title is None and embedded.headline:
            draft.title, draft.title_from = embedded.headline, "the page's scripts"
        if embedded.html and _length(draft.body) < POOR * len(embedded.html):
            _read_state(draft, embedded.html)
    return draft


def _lacks(draft: Draft) -> bool:
    """Whether a page shows so little of an article that its scripts may hold it."""
    if draft.title is None or _length(draft.body) < SHORT:
        return True
    if draft.embedded.published is None and not any(map(parse_time, draft.head)):
        return True
    return not (draft.source or draft.embedded.source or any(byline.parse(line).source for line in draft.head))


def _length(lines: Iterable[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _read_state(draft: Draft, html: str) -> None:
    """Take the text out of the page's scripts: its markup holds none of it, or only the beginning."""
    try:
        tree = dom.parse(html)
        dom.prune(tree)
        page = dom.blocks(tree)
    except Refused:  # a trap in a script does not cost the article that the page shows
        return
    lines = [_line(block, following) for block, following in zip_longest(page, page[1:])]
    if _length(lines) > _length(draft.body):
        draft.head += [line.apart or line.text for line in draft.body if 0 < len(line.text) <= _NAME]
        draft.from_scripts = True
        draft.body, draft.how = lines, f"{draft.how}, text from the page's scripts"


def _fits(layout: Layout, pruned: Pruned) -> bool:
    return all(pruned.select(part) for part in (layout.body, layout.title, layout.byline) if part)


def _read(draft: Draft, pruned: Pruned, page: Sequence[Block], layout: Layout, injected: frozenset[str]) -> None:
    _title(draft, pruned, page, layout, injected)
    title_at = place_of_title(page, draft.title)
    region = _region(pruned, page, title_at, layout)
    if region is None:
        return
    if title_at is None and draft.title_from in UNPRINTED:
        title_at = _printed_above(draft, page, region.start)
    title_at = title_at if title_at is not None and title_at < region.start else None
    before = page[: title_at if title_at is not None else region.start]
    _body(draft, page, region, title_at)
    if title_at is not None and draft.subtitle is None:
        draft.subtitle = find_subtitle(page, title_at, region.start)
    head = _texts(pruned.select(layout.byline)[:1]) or _head(page, region, title_at)
    draft.head = [line for line in head if line != draft.subtitle]
    draft.tail = [*_texts(pruned.select(layout.editors)), *_lines_from(page, region.end, region.end + _TAIL)]
    foot = page[region.end + _TAIL : region.end + _FOOT]
    draft.foot = [block.line for block in foot if len(block.text) >= _LABEL or block.links < len(block.text)]
    path = _text_of(pruned, layout.breadcrumb)
    draft.breadcrumb = split_breadcrumb(path, called=True) if path else find_breadcrumb(before)
    _source(draft, pruned, page[region.start].element, layout)
    if draft.source_url is None:
        _linked_source(draft, page[max(0, region.start - _HEAD) : region.start + _LEADING])
    _author(draft, pruned, page[region.start].element)


def _printed_above(draft: Draft, page: Sequence[Block], start: int) -> int | None:
    """Take the headline that the page prints, where its own title is the site's; the second line of one is none."""
    above = title_above(page, start, named=not is_site(draft.title or ""))
    place = place_of_title(page, above)
    if above and place is not None and not _is_second_line(page, place, draft.title or ""):
        draft.title, draft.title_from = above, "the line above the byline"
    return place


def _is_second_line(page: Sequence[Block], place: int, title: str) -> bool:
    """Whether a page's title is printed on two lines, of which `place` is the second."""
    return place > 0 and letters(f"{page[place - 1].text}{page[place].text}") in letters(title)


def _title(draft: Draft, pruned: Pruned, page: Sequence[Block], layout: Layout, injected: frozenset[str]) -> None:
    draft.subtitle = _text_of(pruned, layout.subtitle)
    draft.title, draft.title_from = _text_of(pruned, layout.title), layout.title
    if draft.title is None:
        draft.title, draft.title_from = find_title(draft.embedded, page, injected) or (None, "")


def _text_of(pruned: Pruned, css: str) -> str | None:
    return next((text for element in pruned.select(css) if (text := dom.text_of(element))), None)


def _texts(elements: Iterable[Element]) -> list[str]:
    return [block.line for element in elements for block in dom.blocks(element) if block.text]


def _lines_from(page: Sequence[Block], start: int, end: int) -> list[str]:
    return [block.line for block in page[start:end] if block.text]


def _region(pruned: Pruned, page: Sequence[Block], title_at: int | None, layout: Layout) -> Region | None:
    named = region_of(page, elements) if (elements := pruned.select(layout.body)) else None
    if named and sum(map(mass, page[named.start : named.end])) >= STUB:
        return named
    title = page[title_at] if title_at is not None else None
    return find_region(pruned.tree, page, title) or find_region(pruned.tree, page) or named


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
    lines = [*pictures, *page[region.start : region.end]]
    draft.body = [_line(block, following) for block, following in zip_longest(lines, lines[1:])]


def _is_photograph(block: Block) -> bool:
    return block.links == 0 and all(_PHOTOGRAPH.search(address) for address, _ in block.pictures)


def _line(block: Block, following: Block | None) -> Line:
    caption = block.element.tag == "figcaption" or _CAPTION_CLASS.search(block.element.get("class") or "") is not None
    runs_on = 0 < len(block.text) <= LONGEST_CAPTION and (
        _is_heading(block) or (following is not None and bool(following.text) and following.element is block.element)
    )
    alone = _is_centred(block) and not (following and following.text and _is_centred(following))
    return Line(block.text, block.link_share, block.pictures, caption, runs_on, block.apart, alone)


def _is_centred(block: Block) -> bool:
    element = block.element
    return element.get("align") == "center" or _CENTRED.search(element.get("style") or "") is not None


def _is_heading(block: Block) -> bool:
    """Whether all of a short block is bold, or called a heading."""
    if block.element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return True
    inside = block.element.iter("b", "strong", "span", "font")
    marked = (part for part in inside if part.tag in ("b", "strong") or _BOLD.search(_look(part)))
    return any(dom.text_of(part) == block.text for part in marked)


def _look(element: Element) -> str:
    return f"{element.get('class') or ''} {element.get('style') or ''}"


def _head(page: Sequence[Block], region: Region, title_at: int | None) -> list[str]:
    if title_at is None:
        return _lines_from(page, max(0, region.start - _HEAD), region.start)
    above = _lines_from(page, max(0, title_at - _ABOVE_TITLE), title_at)
    return [*_lines_from(page, max(title_at + 1, region.start - _BETWEEN), region.start), *above]


def _source(draft: Draft, pruned: Pruned, body: Element, layout: Layout) -> None:
    """The element that holds nothing but the source: the layout's, or one above the body that is called so."""
    named = pruned.select(layout.source)[:1] or ([] if layout.byline else _called(_SOURCE_CLASS, pruned.tree, body))
    draft.source_from = "layout" if layout.source else "the element called so"
    for element in named:
        draft.source = _bare_source(element) or None
        links = element.xpath("self::a/@href | .//a/@href")
        draft.source_url = str(links[0]) if links else None


def _linked_source(draft: Draft, head: Sequence[Block]) -> None:
    """The address behind 来源：, where the paper's name is a link."""
    for block in head:
        if block.links and len(block.text) <= LONGEST_BYLINE and (source := byline.parse(block.line).source):
            links = (link for link in block.element.iter("a") if byline.clean_source(dom.text_of(link)) == source)
            if draft.source in (None, source):
                draft.source_url = next((link.get("href") for link in links), None)
            return


def _author(draft: Draft, pruned: Pruned, body: Element) -> None:
    for element in _called(_AUTHOR_CLASS, pruned.tree, body):
        draft.author = dom.text_of(element)


def _called(name: re.Pattern[str], tree: Element, until: Element) -> list[Element]:
    """The first element before the body whose class or id says so, and that holds a short text and no time."""
    looked_at = 0
    for element in tree.iter(etree.Element):
        if element is until or looked_at >= _MOST_CALLED:
            break
        called = (element.get("class"), element.get("id"))
        if any(called) and name.search(f"{called[0] or ''} {called[1] or ''}"):
            looked_at += 1
            text = _bare_source(element)
            if 2 <= len(text) <= _NAME and not kind_of(text) and parse_time(text) is None:
                return [element]
    return []


def _bare_source(element: Element) -> str:
    """What an element says beside the label 来源; a paper's logo says its name."""
    logos = (picture.get("alt") or "" for picture in element.iter("img"))
    return _SOURCE_LABEL.sub("", dom.text_of(element)) or dom.fold(next(logos, ""))
