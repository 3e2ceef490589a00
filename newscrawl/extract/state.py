"""The article in a page's scripts: the state that a page is drawn from, for portals whose markup is empty until a
script has run.

Three forms are read: objects that scripts assign or are (`window.__INITIAL_STATE__ = {…}`, `__NEXT_DATA__`), text areas
that hold a field each, and plain assignments (`var pubDate="2018-10-08 09:15:22"`). An object counts when its headline
is the page's. chompjs turns JavaScript's notation into JSON; code is never run.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import unquote

import chompjs
from lxml.etree import _Element as Element

# What keys are called, in the order they are believed, small letters without separators. Gathered from the state of
# portals and their templates; a headline's key ends so (widgetTitle), and a text's.
_TITLE = ("title", "headline", "subject", "topic")
_TEXT = ("content", "articlebody", "contenttext", "contenthtml", "html", "body", "text")
_TIME = (
    "publishtime publishedat datepublished pubtime publishdate pubdate ptime newstime releasetime displaytime "
    "articletime createtime createdat ctime publishtimestamp date time"
).split()
_SOURCE = "source sourcename articlesourcename origin medianame copyfrom media provider from".split()
_AUTHOR = "author authorname articleauthor reporter reporters writer authors".split()
_EDITOR = "editor editorname articleeditorname editors responsibleeditor".split()

_CANDIDATE = re.compile(r"[\w$\])\"']\s*=\s*(?=[{\[])|JSON\.parse\(\s*(?=\")")
_ASSIGNED = re.compile(
    r"\b(publish_?time|pub_?time|pub_?date|ptime|source_?name)\s*=\s*[\"']([^\"'<>{}]{2,40})[\"']", re.IGNORECASE
)
_TITLE_KEY = re.compile(r"(?:[tT]itle|headline|subject|topic)\\?[\"']?\s*:")
_TEXT_OR_TIME = re.compile(
    r"(?:content|Content|[bB]ody|html|[tT]ext|[tT]ime|[dD]ate|data|published_?[aA]t)\\?[\"']?\s*:"
)
_SEPARATORS = re.compile(r"[-_ ]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# 'x'.slice(6, -6): what templates append to the strings of a literal
_CALLS = re.compile(r"(?<=[\"'])\.\w+\([^()\"']*\)")
# A text of fewer Chinese characters is a summary.
_SHORTEST = 80
# The largest state seen has 0.7 MB; nothing deeper or wider than this holds an article.
_LARGEST, _DEEPEST, _WIDEST, _OBJECTS = 2_000_000, 14, 400, 20
_CHINA = timezone(timedelta(hours=8))
# Seconds from 2001 to 2099; with three more digits they are milliseconds.
_SECONDS, _MILLISECONDS = range(978_307_200, 4_102_444_800), range(978_307_200_000, 4_102_444_800_000)

_Thing = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a page's scripts say of an article; None where they say nothing. `html` is its text with its markup."""

    title: str | None = None
    html: str | None = None
    published: str | None = None
    source: str | None = None
    author: str | None = None
    editor: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What a page holds besides its markup: the sources of its scripts, and its text areas by their class."""

    scripts: tuple[str, ...] = ()
    fields: _Thing = field(default_factory=dict)


def stored(tree: Element) -> Stored:
    """Taken from the tree of a page before it is pruned."""
    sources = (element.text or "" for element in tree.iter("script") if element.get("type") != "application/ld+json")
    areas = {_key((area.get("class") or "").split(" ")[0]): "".join(area.itertext()) for area in tree.iter("textarea")}
    return Stored(tuple(source for source in sources if 40 < len(source) <= _LARGEST), areas)


def read_state(page: Stored, is_title: Callable[[str], bool]) -> Story | None:
    """The article whose headline `is_title` recognises, or None: of several the longest; without one, what is assigned
    by name."""
    worth = [source for source in page.scripts if _TITLE_KEY.search(source) and _TEXT_OR_TIME.search(source)]
    things = [thing for source in worth for data in _objects(source) for thing in _things(data, 0)]
    stories = [_story(title, thing) for thing in (*things, page.fields) if (title := _title(thing, is_title))]
    return max(stories, key=_weight, default=None) or _assigned(page)


def _assigned(page: Stored) -> Story | None:
    named = {_key(name): value for source in page.scripts for name, value in _ASSIGNED.findall(source)}
    published = next((time for name in _TIME if (time := _time(named.get(name)))), None)
    source = named.get("sourcename")
    return Story(published=published, source=source) if published or source else None


def _weight(story: Story) -> tuple[int, bool]:
    return len(story.html or ""), story.published is not None


def _objects(source: str) -> Iterator[Any]:
    """The objects that a script assigns, or is."""
    source = _CALLS.sub("", unquote(source) if source.lstrip().startswith("%7B") else source)
    blank = len(source) - len(source.lstrip())
    starts = [blank] if source[blank : blank + 1] in ("{", "[") else []
    starts += [match.end() for match in _CANDIDATE.finditer(source)][:_OBJECTS]
    for start in starts:
        try:
            if source[start] == '"':
                yield json.loads(json.JSONDecoder().raw_decode(source, start)[0], strict=False)
            else:
                yield chompjs.parse_js_object(source[start:], loader_kwargs={"strict": False})
        except (ValueError, RecursionError):
            continue


def _things(data: Any, depth: int) -> Iterator[_Thing]:
    """Every object in the data, its keys made alike."""
    if depth > _DEEPEST or not isinstance(data, (dict, list)):
        return
    if isinstance(data, dict):
        yield {_key(str(name)): value for name, value in data.items()}
    for value in list(data.values() if isinstance(data, dict) else data)[:_WIDEST]:
        yield from _things(value, depth + 1)


def _key(name: str) -> str:
    return _SEPARATORS.sub("", name).lower()


def _title(thing: _Thing, is_title: Callable[[str], bool]) -> str | None:
    titles = (_plain(value) for name, value in thing.items() if name.endswith(_TITLE) and isinstance(value, str))
    return next((title for title in titles if title and is_title(title)), None)


def _plain(text: str) -> str:
    """Without the quotation marks and the entities that a template leaves around it."""
    return html.unescape(html.unescape(text)).strip('" \n\t\u3000')


def _story(title: str, thing: _Thing) -> Story:
    # what the object does not say itself, one within it may: {"title": …, "subInfo": {"source": …, "time": …}}
    within = [
        {_key(str(name)): one for name, one in value.items()} for value in thing.values() if isinstance(value, dict)
    ]
    merged = {name: value for one in (*reversed(within), thing) for name, value in one.items()}
    return Story(
        title=title,
        html=_html(thing),
        published=next((time for name in _TIME if (time := _time(merged.get(name)))), None),
        source=_text(merged, _SOURCE),
        author=_text(merged, _AUTHOR),
        editor=_text(merged, _EDITOR),
    )


def _html(thing: _Thing) -> str | None:
    """The longest text of an object: under its own keys, or as a list of pieces ({"contentList": [{"data": …}]})."""
    texts = [value for name, value in thing.items() if name.endswith(_TEXT)]
    texts += [_pieces(value) for value in thing.values() if isinstance(value, (dict, list))]
    longest = max((text for text in texts if isinstance(text, str) and _is_prose(text)), key=len, default=None)
    return html.unescape(longest).strip('"') if longest and "&lt;" in longest[:200] else longest


def _pieces(value: _Thing | list[Any]) -> str | None:
    lists = [value] if isinstance(value, list) else [one for one in value.values() if isinstance(one, list)]
    for pieces in lists:
        texts = [piece if isinstance(piece, str) else _text(piece, ("data", *_TEXT)) for piece in pieces[:_WIDEST]]
        if found := [f"<p>{text}</p>" for text in texts if isinstance(text, str)]:
            return "\n".join(found)
    return None


def _is_prose(text: str) -> bool:
    return len(text) >= _SHORTEST and len(_HAN.findall(text[:5_000])) >= _SHORTEST and "。" in text


def _text(thing: Any, names: tuple[str, ...] | list[str]) -> str | None:
    """The first of the named values that is a text, or a thing with a name, or a list of them."""
    for value in (thing.get(name) for name in names) if isinstance(thing, dict) else ():
        values = value if isinstance(value, list) else [value]
        texts = [one.get("name") if isinstance(one, dict) else one for one in values[:6]]
        if words := [text.strip() for text in texts if isinstance(text, str) and text.strip()]:
            return " ".join(words)
    return None


def _time(value: Any) -> str | None:
    """A time as text; seconds or milliseconds since 1970 as ISO 8601 with China's offset."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) in (10, 13):
        value = int(value)
    if isinstance(value, int) and (value in _SECONDS or value in _MILLISECONDS):
        return datetime.fromtimestamp(value if value in _SECONDS else value / 1000, _CHINA).isoformat("T", "seconds")
    return value if isinstance(value, str) and re.search(r"\d{4}\D\d{1,2}\D\d", value[:40]) else None
