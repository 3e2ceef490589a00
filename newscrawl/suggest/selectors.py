"""An element told in CSS: the selectors that could name it, the best first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.etree import _Element as Element

# Ids and classes with a run of digits are numbered by a program and differ from page to page; short numbers are not.
_STABLE = re.compile(r"(?!.*\d{4})[A-Za-z][\w-]{0,39}")
# Tags that are rare enough on a page to stand alone.
_ALONE = frozenset(("h1", "h2", "article", "main"))
# Tags that can stand in a selector as they are. Office programs leave <o:p> behind, and CSS takes a colon for its own.
_TAG = re.compile(r"[a-z][a-z0-9-]*")
# How many elements around one are looked at for a name.
_UP = 5
# Classes looked at of one element: editors give two or three. Every one is tried with every one around it on every
# page; of a hundred that is seconds.
_CLASSES = 6


def selectors_of(element: Element) -> list[str]:
    """Selectors that match an element, and perhaps others: by id, by class, by what is around it, last by its place."""
    tag = _tag(element)
    own = [*_names(element), *([tag] if tag in _ALONE else [])]
    inner = [*own, *([tag] if tag else [])]
    around = [(name, up) for up, node in enumerate(islice(element.iterancestors(), _UP)) for name in _names(node)]
    nested = [f"{name} {part}" for name, _ in around for part in inner]
    nested += [f"{name} > {part}" for name, up in around for part in inner if up == 0]
    placed = [f"{name} {_place(element)}" for name, _ in around]
    return list(dict.fromkeys([*own, *nested, *placed]))


def rank(css: str) -> tuple[bool, int, bool, int, int]:
    """What makes a selector worse: a place among siblings, more parts, a bare tag at its end, no id, no class, length.

    Of those that end in a bare tag none is worse: the first that `selectors_of` names has the nearest element around.
    """
    *around, last = css.replace(" > ", " ").split()
    if around and not re.search(r"[#.:]", last):
        return False, len(around) + 1, True, 0, 0
    kind = 0 if "#" in css else 1 if "." in css else 2
    return ":nth" in css, len(around) + 1, False, kind, len(css)


def _names(element: Element) -> Iterator[str]:
    """An element by its id, by each of its classes, and by two of them."""
    name = element.get("id") or ""
    if _STABLE.fullmatch(name):
        yield f"#{name}"
    classes = [part for part in (element.get("class") or "").split() if _STABLE.fullmatch(part)][:_CLASSES]
    tag = _tag(element)
    yield from (f"{tag}.{part}" for part in classes)
    if len(classes) > 1:
        yield f"{tag}.{classes[0]}.{classes[1]}"


def _tag(element: Element) -> str:
    """An element's tag as a selector has it; empty for one that cannot stand there, so that names stand alone."""
    tag = str(element.tag)
    return tag if _TAG.fullmatch(tag) else ""


def _place(element: Element) -> str:
    parent = element.getparent()
    return f"{_tag(element)}:nth-child({(list(parent).index(element) if parent is not None else 0) + 1})"
