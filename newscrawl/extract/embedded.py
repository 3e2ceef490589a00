"""What a page says of itself outside its text: JSON-LD, meta tags, OpenGraph, the state in its scripts.

Believed in this order. Read before the tree is pruned.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lxml.etree import _Element as Element

from newscrawl.extract.dom import fold
from newscrawl.extract.state import Stored, read_state
from newscrawl.extract.title import SHORTEST, letters

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
    "dateupdate",
)
# Names that no list has, in the words they are made of.
_OTHER_TIME = re.compile(r"(?:publi[cs]|pub|release|issue|creat|post|news|article).{0,12}(?:time|date)|^time$")
_SOURCE_NAMES = ("source", "mediaid", "article:source", "og:source", "sourcename")
_AUTHOR_NAMES = ("author", "article:author", "og:article:author")
_MAX_JSON = 200_000
_MOST_NAMES = 20
# The longest title of a real page seen has 180 characters; patterns of titles are slow on longer ones.
_LONGEST_TITLE = 300
# What Founder's publishing system, which most papers use, leaves in a comment: <date>2019-03-04 00:00:00.0</date>…
_FOUNDER, _FOUNDER_END, _FOUNDER_LONGEST = "<!--enpproperty", "enpproperty-->", 4_000
_FOUNDER_FIELD = re.compile(r"<(title|date|author|sourcename|source)>([^<]+)</\1>")


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
    og_url: str | None = None
    og_type: str | None = None
    generator: str | None = None
    types: list[str] = field(default_factory=list)
    """The @type values of JSON-LD."""
    editor: str | None = None
    html: str | None = None
    """The text in the state, with its markup."""
    where: dict[str, str] = field(default_factory=dict)
    """Field -> where on the page its value stands: `meta pubdate`, `JSON-LD`."""

    def take(self, name: str, value: str | None, where: str) -> None:
        """Take a value for a field that has none yet."""
        if value and getattr(self, name) is None:
            setattr(self, name, value)
            self.where[name] = where

    def why(self, name: str) -> str:
        """Where a field comes from, as the trace says it."""
        return f"embedded data, {self.where.get(name, 'meta')}"


def read_embedded(tree: Element, source: str = "") -> Embedded:
    """What the page says of itself; names are compared without case. `source` is the page's, for what stands in
    comments."""
    metas = _metas(tree)
    found = Embedded(
        title=_text((tree.findtext(".//title") or "")[:_LONGEST_TITLE]),
        og_title=metas.get("og:title"),
        og_type=metas.get("og:type"),
        generator=metas.get("generator"),
        canonical=_canonical(tree) or metas.get("og:url"),
        og_url=metas.get("og:url"),
    )
    for node in tree.iter("script"):
        if node.text and node.get("type") == "application/ld+json":
            _read_json_ld(node.text, found)
    _read_metas(metas, found)
    end = source.find(_FOUNDER_END)
    if end >= 0 and (start := source.rfind(_FOUNDER, max(0, end - _FOUNDER_LONGEST), end)) >= 0:
        _read_founder(dict(_FOUNDER_FIELD.findall(source[start:end])), found)
    # the one that says it is changed comes behind, or is hidden
    times = (node.get("datetime") for node in tree.iter("time") if "updated" not in (node.get("class") or ""))
    found.take("published", _first(times), "a time element")
    return found


def add_state(found: Embedded, page: Stored) -> None:
    """Take over what the page's scripts say of the article; what is known already stays."""
    known = [letters(title) for title in (found.title, found.og_title, found.headline) if title]
    if story := read_state(page, lambda title: _is_one_of(letters(title), known)):
        for name in ("published", "source", "author", "editor", "html"):
            found.take(name, getattr(story, name), "the page's scripts")
        found.take("headline", story.title, "the page's scripts")


def _read_metas(metas: dict[str, str], found: Embedded) -> None:
    other = [name for name, value in metas.items() if _OTHER_TIME.search(name) and value[:2] in ("19", "20")]
    for field_name, names in (
        ("published", (*_TIME_NAMES, *other)),
        ("source", _SOURCE_NAMES),
        ("author", _AUTHOR_NAMES),
    ):
        for name in names:
            found.take(field_name, metas.get(name), f"meta {name}")


def _read_founder(fields: dict[str, str], found: Embedded) -> None:
    where = "a comment of the publishing system"
    found.take("headline", _text(fields.get("title")), where)
    # midnight is not a time of day
    found.take("published", _text(re.sub(r"\s*00:00:00\S*", "", fields.get("date", ""))), where)
    found.take("source", _text(fields.get("sourcename") or fields.get("source")), where)
    found.take("author", _text(fields.get("author")), where)


def _is_one_of(title: str, known: list[str]) -> bool:
    """Whether a headline is the page's: some title of the page begins with it, or the other way round."""
    return len(title) >= SHORTEST and (not known or any(title in one or one in title for one in known if one))


def _metas(tree: Element) -> dict[str, str]:
    """Meta tags by name, property or itemprop; the first of a name counts."""
    metas: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").strip().lower()
        value = _text(node.get("content"))
        if name and value:
            metas.setdefault(name, value)
    return metas


def _canonical(tree: Element) -> str | None:
    return _first(node.get("href") for node in tree.iter("link") if node.get("rel") == "canonical")


def _first(values: Iterable[str | None]) -> str | None:
    """The first value that is there, though it may be empty."""
    return _text(next((value for value in values if value is not None), None))


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
            found.take("published", published, "JSON-LD")
        if _ARTICLE_TYPES.search(kind):
            found.take("headline", _name(thing.get("headline")), "JSON-LD")
            found.take("author", _name(thing.get("author")), "JSON-LD")


def _name(value: Any) -> str | None:
    """A text, or the name of a thing, or of the things in a list: "张晓", {"name": "张晓"}, [{"name": "张晓"}]."""
    if isinstance(value, list):
        flat = [one for one in value[:_MOST_NAMES] if not isinstance(one, list)]
        return " ".join(name for name in map(_name, flat) if name) or None
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
