"""What a page says of itself in its head: meta tags, OpenGraph, JSON-LD. Read before the tree is pruned."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from newscrawl.extract.dom import fold

_ARTICLE_TYPES = re.compile(r"Article|NewsArticle|BlogPosting|Report")
# In the order they are believed: first what names the publication, then what may also be a change.
_TIME_NAMES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "publishdate",
    "pubdate",
    "publish_time",
    "publishtime",
    "weibo: article:create_at",
    "bytedance:published_time",
    "og:release_date",
    "og:time",
    "apub:time",
    "firstpublishedtime",
    "date",
    "_pubtime",
)
_SOURCE_NAMES = ("source", "mediaid", "article:source", "og:source", "sourcename")
_AUTHOR_NAMES = ("author", "article:author", "og:article:author")
_MAX_JSON = 200_000


@dataclass(slots=True)
class Embedded:
    """Values as they stand in the head; None where there are none."""

    title: str | None = None
    og_title: str | None = None
    headline: str | None = None
    published: str | None = None
    source: str | None = None
    author: str | None = None
    canonical: str | None = None
    og_type: str | None = None
    generator: str | None = None
    types: list[str] = field(default_factory=list)
    """The @type values of JSON-LD."""


def read_embedded(tree: HtmlElement) -> Embedded:
    """The head's data, JSON-LD first, then meta; names are compared without case."""
    metas = _metas(tree)
    found = Embedded(
        title=_text(tree.findtext(".//title")),
        og_title=metas.get("og:title"),
        published=next((metas[name] for name in _TIME_NAMES if name in metas), None),
        source=next((metas[name] for name in _SOURCE_NAMES if name in metas), None),
        author=next((metas[name] for name in _AUTHOR_NAMES if name in metas), None),
        og_type=metas.get("og:type"),
        generator=metas.get("generator"),
        canonical=_first(tree.xpath("//link[@rel='canonical']/@href")) or metas.get("og:url"),
    )
    for node in tree.xpath("//script[@type='application/ld+json']/text()"):
        _read_json_ld(str(node), found)
    return found


def _metas(tree: HtmlElement) -> dict[str, str]:
    """Meta tags by name, property or itemprop; the first of a name counts."""
    metas: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").strip().lower()
        value = _text(node.get("content"))
        if name and value:
            metas.setdefault(name, value)
    return metas


def _first(values: Any) -> str | None:
    return _text(str(values[0])) if values else None


def _text(value: str | None) -> str | None:
    return fold(value) or None if value else None


def _read_json_ld(source: str, found: Embedded) -> None:
    """Take over what JSON-LD says of the article; broken JSON is left alone (line breaks in strings are common)."""
    if len(source) > _MAX_JSON:
        return
    try:
        data = json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return
    for thing in _things(data):
        kinds = thing.get("@type", "")
        kind = " ".join(map(str, kinds)) if isinstance(kinds, list) else str(kinds)
        found.types.append(kind)
        published = thing.get("datePublished") or thing.get("pubDate")
        if isinstance(published, str) and (_ARTICLE_TYPES.search(kind) or thing.get("pubDate")):
            found.published = published
        if _ARTICLE_TYPES.search(kind):
            found.headline = _name(thing.get("headline")) or found.headline
            found.author = _name(thing.get("author")) or found.author


def _name(value: Any) -> str | None:
    """A text, or the name of a thing, or of the things in a list: "张晓", {"name": "张晓"}, [{"name": "张晓"}]."""
    if isinstance(value, list):
        return " ".join(name for name in map(_name, value) if name) or None
    if isinstance(value, dict):
        value = value.get("name")
    return _text(value) if isinstance(value, str) else None


def _things(data: Any) -> list[dict[str, Any]]:
    candidates = data if isinstance(data, list) else [data]
    candidates = [part for thing in candidates if isinstance(thing, dict) for part in [thing, *_graph(thing)]]
    return [thing for thing in candidates if isinstance(thing, dict)]


def _graph(thing: dict[str, Any]) -> list[Any]:
    graph = thing.get("@graph")
    return graph if isinstance(graph, list) else []
