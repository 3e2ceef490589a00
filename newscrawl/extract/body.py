"""The body: which blocks of a page are the article's paragraphs.

The mass of a block is its text outside links, when it reads like prose. From the whole page the search goes down into
the child that holds most of the mass, as long as one child does; there the paragraphs are read in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from lxml.etree import _Element as Element

from newscrawl.decode.restore.lexicon import to_simplified
from newscrawl.extract.dom import Block
from newscrawl.judge.junk import kind_of

# One child must hold this share of its parent's mass for the search to go down into it. Articles split into two columns
# or followed by comments stay together below it; set on 65 news pages of 40 sites.
DESCEND = 0.62
# Behind the headline, the first element with this share of the mass around is the article, though a list weighs more.
NEAR = 0.25
# An article has at least this mass; less is a summary, a caption, a teaser.
SMALLEST = 100.0
# Blocks in which more than this share of the text is links are lists and menus.
LINKED = 0.5
# A paragraph with no link in it and this mass, below a related line, belongs to the article: the line stands within it.
LAST = 40.0
# What portals print right below an article, and never inside one.
_END_MARK = re.compile(
    r"^[\s【\[（(]*(?:(?:责任编辑|责编|本文编辑|值班编辑|编辑|一审|初审)"
    r"(?:\s*[：:/／|｜丨]|[\s\u3000]+[\u4e00-\u9fff·]{1,4}(?:[\s\u3000)）\]】]|$)|[\s】\]）)]*$)|【?纠错】?\s*$)"
)
# The heading of the comments below an article.
COMMENTS = re.compile(
    r"^[\s【\[（(]*(?:(?:网友|读者|全部|最新|热门|精彩|我要)?(?:评论|留言|跟帖|回响|回应)(?:区|列表)?\s*[（(]?\d*\s*条?[)）]?|发表)$"
)
_LIST_MARK = re.compile(r"^[\s【\[（(]*(?:文章关键[词字]|关键[词字]\s*[：:]|本文来源|\(?原标题[：:])")
_PUNCTUATION = re.compile(r"[，。！？；：、”,!?;」]")
_END = re.compile(r"[。！？…”」）)!?：]$")


@dataclass(frozen=True, slots=True)
class Region:
    """Where the body stands among the blocks of a page: `blocks[start:end]`, and the element that holds it."""

    start: int
    end: int
    element: Element


def mass(block: Block) -> float:
    """How much prose a block holds, in characters; 0 for menus, junk and fragments."""
    plain = len(block.text) - block.links
    if plain < 6 or block.link_share > LINKED or kind_of(block.text):
        return 0.0
    marks = len(_PUNCTUATION.findall(block.text))
    if not marks:
        return 0.15 * min(plain, 40)
    return min(plain, 25.0 * marks + (20 if _END.search(block.text) else 0))


def find_region(root: Element, page: Sequence[Block], title: Block | None = None) -> Region | None:
    """The region of the body among the blocks of a page; looked for behind `title`, the block of the headline."""
    after = page.index(title) + 1 if title else 0
    masses = [mass(block) if number >= after else 0.0 for number, block in enumerate(page)]
    held = _held(page, masses)
    if not held.get(root):
        return None
    element = _descend(root, held)
    near = _near_title(title, held) if title else None
    # a short article loses against a long list beside it, but it stands close to its headline
    if near is not None and near is not element and element not in near.iterancestors():
        element = near
    within = set(element.iter())
    inside = [number for number, block in enumerate(page) if number >= after and block.element in within]
    heavy = [number for number in inside if masses[number]]
    return Region(heavy[0], _end(page, masses, heavy), element) if heavy else None


def region_of(page: Sequence[Block], elements: Sequence[Element]) -> Region | None:
    """The region that given elements make up, or None when nothing stands in them."""
    within = set(chain.from_iterable(element.iter() for element in elements))
    inside = [number for number, block in enumerate(page) if block.element in within]
    return Region(inside[0], inside[-1] + 1, elements[0]) if inside else None


def _descend(element: Element, held: dict[Element, float]) -> Element:
    while (child := _heavy_child(element, held)) is not None:
        element = child
    return element


def _near_title(title: Block, held: dict[Element, float]) -> Element | None:
    """Where the search ends that begins in the smallest element around the headline that holds an article's mass."""
    branch = title.element
    for node in (title.element, *title.element.iterancestors()):
        if held.get(node, 0.0) >= SMALLEST:
            enough = max(SMALLEST, NEAR * held[node])
            following = [child for child in branch.itersiblings() if held.get(child, 0.0) >= enough]
            return _descend(following[0] if following else node, held)
        branch = node
    return None


def _end(page: Sequence[Block], masses: Sequence[float], heavy: Sequence[int]) -> int:
    """The block behind the last paragraph: at the editors' line or the first list below the article, if any."""
    before = 0.0
    for number in range(heavy[0], heavy[-1] + 1):
        text = page[number].text.translate(to_simplified())
        if before >= LAST and len(text) <= 60:
            prose_below = any(masses[at] >= LAST and not page[at].links for at in heavy if at > number)
            listed = _LIST_MARK.search(text) or (before >= SMALLEST and kind_of(text) == "related")
            if _END_MARK.search(text) or COMMENTS.search(text) or (listed and not prose_below):
                return number
        before += masses[number]
    return heavy[-1] + 1


def _held(page: Sequence[Block], masses: Sequence[float]) -> dict[Element, float]:
    """The mass below every element that holds any."""
    held: dict[Element, float] = {}
    for block, weight in zip(page, masses, strict=True):
        if weight:
            node: Element | None = block.element
            while node is not None:
                held[node] = held.get(node, 0.0) + weight
                node = node.getparent()
    return held


def _heavy_child(element: Element, held: dict[Element, float]) -> Element | None:
    children = [child for child in element if child in held]
    if not children:
        return None
    best = max(children, key=lambda child: held[child])
    # a single paragraph that outweighs its neighbours is not yet the whole body
    if held[best] < DESCEND * held[element] or (best.tag in ("p", "br", "span", "li") and len(children) > 1):
        return None
    return best
