"""The page as served, made inert: what stands in the frame on the left.

Three fences, each enough by itself: what can act or load is left out here (nh3, an allow-list on an HTML5 parser), the
document forbids the rest by a policy of its own, and the frame that holds it is sandboxed without scripts.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import jinja2
import nh3
from markupsafe import Markup

from newscrawl.extract import dom
from newscrawl.publish.report.text import visible
from newscrawl.refused import Refused

_TAGS = frozenset(
    """a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del
    details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd label li
    main mark nav nobr ol p pre q rp rt ruby s samp section small span strike strong style sub summary sup table
    tbody td tfoot th thead time tr tt u ul var""".split()
)
_WITH_CONTENT = frozenset(
    "applet audio canvas datalist embed frame frameset head iframe math noembed noframes noscript object script select "
    "svg template textarea title video xmp".split()
)
_LOOKS = """align bgcolor class color colspan dir face height hidden id lang nowrap rowspan size style valign
width""".split()
_ATTRIBUTES = {"*": set(_LOOKS), "img": {"alt", "src"}, "time": {"datetime"}}
# What makes a style sheet load: functions, and rules. A backslash could write them in another way, and none is needed.
_LOADS = re.compile(
    r"\\|@(?:import|font-face|namespace)|(?:url|src|image|[\w-]{0,20}image-set|cross-fade|element)\s*\(", re.IGNORECASE
)
_ELEMENT = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_TAG = re.compile(r"<[^<>]*>")
_ENDS_ITSELF = frozenset(
    "area base br col dd dt embed hr img input li link meta option p param source td th tr wbr".split()
)
# Real pages have fifty, those that forget to close <font> some hundred. The time of nh3 grows with the square of the
# depth: 2,000 take a hundredth of a second, 100,000 half a minute.
_DEEPEST = 2_000
_STYLE = re.compile(r"(<style[^>]*>)(.*?)(</style)", re.IGNORECASE | re.DOTALL)
_METAS = ("keywords", "description", "og:title", "author", "source", "publishdate", "pubdate", "article:published_time")
# Longer ones are cut: a keyword line of a mirror has some hundred characters.
_LONGEST_META = 600


def frame(source: str, *, flat: bool) -> str:
    """A whole document that shows a page, or a flattened text line by line, and can neither act nor load anything.

    A page that is nested too deep, or has a tag of thousands of attributes, is shown as text.
    """
    if not flat and (_is_refused(source) or _depth(source) > _DEEPEST):
        source, flat = _TAG.sub("\n", source), True
    return _TEMPLATES.get_template("frame.html").render(
        lines=[visible(line) for line in source.splitlines() if line.strip()] if flat else [],
        said=[] if flat else said_in_head(source),
        # nh3 is Rust, which has no half surrogate pairs; its output is what the frame may hold
        body=Markup("" if flat else inert(source.encode("utf-8", "replace").decode())),
    )


def _is_refused(source: str) -> bool:
    """Whether a tag has so many attributes that nh3, too, would take seconds: it compares each with all others."""
    try:
        dom.check_tags(source)
    except Refused:
        return True
    return False


def _depth(source: str) -> int:
    """How deep the elements are nested, at the most; those that end by themselves are left out."""
    open_now: Counter[str] = Counter()
    depth = deepest = 0
    for found in _ELEMENT.finditer(source):
        name = found[2].lower()
        if name in _ENDS_ITSELF:
            continue
        if not found[1]:
            open_now[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_now[name]:
            open_now[name] -= 1
            depth -= 1
    return deepest


def inert(markup: str) -> str:
    """The markup without whatever acts, loads or leads away.

    >>> inert('<p onclick="x()" style="background: url(a.png)">text<script>x()</script><a href="/">more</a>')
    '<p style="background: -(a.png)">text<a>more</a></p>'
    """
    kept = nh3.clean(
        markup,
        tags=set(_TAGS),
        clean_content_tags=set(_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"data"},
        link_rel=None,
    )
    return _STYLE.sub(lambda found: found[1] + _unloading(found[2]) + found[3], kept)


def _attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return _unloading(value)
    if name == "src":
        return value if value.startswith("data:image/") and not value.startswith("data:image/svg") else None
    return value


def _unloading(style: str) -> str:
    return _LOADS.sub(lambda found: "-(" if found[0].endswith("(") else "-", style)


def said_in_head(source: str) -> list[tuple[str, str]]:
    """What the page's head says in words, as (element, text): the title, and the metas that fields are taken from."""
    try:
        tree = dom.parse(source)
    except Refused:  # what is no page has no head either
        return []
    found = [("title", "".join(title.itertext())) for title in tree.iter("title")][:1]
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name in _METAS and meta.get("content"):
            found.append((f"meta {name}", meta.get("content") or ""))
    return [(name, visible(" ".join(text.split()))[:_LONGEST_META]) for name, text in found]


_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)
