"""What other readers say of the same page: layouts that fit it, too, the general extractor, and the page's own data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, NamedTuple

from newscrawl import sites
from newscrawl.extract import dom
from newscrawl.extract.article import fill
from newscrawl.extract.draft import Draft
from newscrawl.extract.layout import Layout
from newscrawl.extract.page_reader import read_page
from newscrawl.items import EXPORTED, Article
from newscrawl.page import Page, host_of
from newscrawl.refused import Refused

# What the page says of itself, by the field that it would fill.
_EMBEDDED = (
    ("title", "title", "<title>"),
    ("title", "og_title", "meta og:title"),
    ("title", "headline", ""),
    ("published_at", "published", ""),
    ("source", "source", ""),
    ("authors", "author", ""),
    ("editors", "editor", ""),
    ("canonical_url", "canonical", "link canonical"),
)


class Fit(NamedTuple):
    """A layout that was tried, and what of it is not on the page: `byline: div.info`."""

    name: str
    fits: bool
    missing: list[str]


def fits(page: Page, site: str | None) -> list[Fit]:
    """The layouts of the page's site, and others that fit; those that miss least first. Nothing for flattened text."""
    if page.flat:
        return []
    own = sites.sites().get(site or sites.site_of(host_of(page.url)) or "")
    mine = frozenset(layout.name for layout in own.layouts) if own else frozenset()
    pruned = dom.prune(dom.parse(page.text))
    tried = [_fit(layout, pruned) for layout in sites.layouts(site, host_of(page.url))]
    return sorted((fit for fit in tried if fit.fits or fit.name in mine), key=lambda fit: len(fit.missing))


def _fit(layout: Layout, pruned: dom.Pruned) -> Fit:
    parts = {"body": layout.body, "title": layout.title, "byline": layout.byline}
    missing = [f"{name}: {css}" for name, css in parts.items() if css and not pruned.select(css)]
    return Fit(layout.name, not missing, missing)


def readings(page: Page, article: Article, tried: list[Fit]) -> Iterator[tuple[str, str, Any]]:
    """(rule, field, value) for every value another reader gives; the article's own reader is left out."""
    if page.draft is None:
        return
    if page.flat:
        return
    yield from _embedded(page.draft)
    fitting = {fit.name for fit in tried if fit.fits}
    others = [layout for layout in sites.layouts(article.site, host_of(page.url)) if layout.name in fitting]
    for layouts in (*((layout,) for layout in others), ()):
        yield from _as_read(page, article, layouts)


def _as_read(page: Page, article: Article, layouts: tuple[Layout, ...]) -> Iterator[tuple[str, str, Any]]:
    assert page.draft
    try:
        draft = read_page(page.text, layouts, page.injected)
    except Refused:
        return
    if draft.how == page.draft.how:
        return
    read = Article(url=article.url, site=article.site, fetched_at=article.fetched_at)
    fill(read, [draft])
    for name in EXPORTED:
        if (value := getattr(read, name)) and name not in (
            "trace",
            "junk",
            "url",
            "site",
            "schema_version",
            "revision",
        ):
            yield draft.how, name, plain(value)


def _embedded(draft: Draft) -> Iterator[tuple[str, str, Any]]:
    for field, name, where in _EMBEDDED:
        if value := getattr(draft.embedded, name):
            yield where or draft.embedded.where.get(name, "embedded data"), field, value


def plain(value: Any) -> Any:
    """A value of the record as JSON holds it."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: plain(one) for name, one in dataclasses.asdict(value).items()}
    return value.isoformat() if hasattr(value, "isoformat") else value
