"""From the places on several pages to one layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newscrawl.extract.layout import Layout
from newscrawl.suggest.places import Places
from newscrawl.suggest.selectors import rank, selectors_of

TELLING = ("title", "byline")
"""Parts that must be on a page for the layout to read it, besides the text: pages without them are another template."""
OPTIONAL = ("source", "editors", "breadcrumb")
# A layout says something of a template when it holds on two pages at least.
FEWEST = 2


def propose(pages: Sequence[Places], name: str) -> Layout | None:
    """A layout for the template of most of the pages; None when no selector for the text holds on two of them.

    The pages on which the selector of the text is right are those of the template; those of title and byline narrow it
    down when they are right on more than half of it. The other parts are looked for on what is left.
    """
    body = best_selector("body", pages, fewest=FEWEST)
    if not body:
        return None
    layout = Layout(name=name, body=body)
    template = [page for page in pages if is_right("body", body, page)]
    for part in TELLING:
        if css := best_selector(part, template, fewest=max(FEWEST, len(template) // 2 + 1)):
            template = [page for page in template if is_right(part, css, page)]
            layout = replace(layout, **{part: css})
    for part in OPTIONAL:
        having = [page for page in template if part in page.elements]
        if css := best_selector(part, having, fewest=max(FEWEST, len(having))):
            layout = replace(layout, **{part: css})
    return layout


def best_selector(part: str, pages: Sequence[Places], *, fewest: int) -> str:
    """The selector that is right on most pages, the shortest and most stable of those; empty when it is right on fewer
    than `fewest`."""
    able = dict.fromkeys(css for page in pages for css in _selectors(part, page))
    right = {css: sum(is_right(part, css, page) for page in pages) for css in able}
    enough = [css for css, count in right.items() if count >= fewest]
    return min(enough, key=lambda css: (-right[css], rank(css)), default="")


def _selectors(part: str, page: Places) -> list[str]:
    elements = page.elements.get(part, [])
    return selectors_of(elements[0]) if elements else []


def is_right(part: str, css: str, page: Places) -> bool:
    """Whether a selector leads to the elements of a part; the first match counts, of the text and the editors all."""
    found, wanted = page.pruned.select(css), page.elements.get(part, [])
    return bool(wanted) and (found if part in ("body", "editors") else found[:1]) == wanted
