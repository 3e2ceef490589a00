"""What a reader of pages hands on: the zones of an article, not yet the fields."""

from __future__ import annotations

from dataclasses import dataclass, field

from newscrawl.extract.embedded import Embedded


@dataclass(slots=True)
class Line:
    """A block of the body zone: its text, how much of it is links (0 to 1), its pictures, whether it is a caption."""

    text: str
    link_share: float = 0.0
    pictures: list[tuple[str, str]] = field(default_factory=list)
    caption: bool = False
    runs_on: bool = False
    """Whether it is printed as a heading, or its element goes on behind it: no caption, though below a picture."""
    apart: str = ""
    """The text with a space between elements, see `dom.Block`; empty where that makes no difference."""
    centred: bool = False
    """Whether it is centred, and the text behind it is not."""


@dataclass(slots=True)
class Draft:
    """The zones of one page: by a layout of the site, by the general extractor, or from flattened text."""

    how: str
    """Who read it, as the trace says it: `layout cnhubei/cloud`, `general extractor`, `flattened text`."""
    title: str | None = None
    title_from: str = ""
    subtitle: str | None = None
    breadcrumb: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    """Lines between headline and body: time, source, people, controls."""
    source: str | None = None
    """What an element that holds nothing but the source says."""
    source_from: str = ""
    source_url: str | None = None
    author: str | None = None
    """What an element that is called author and holds nothing else says."""
    body: list[Line] = field(default_factory=list)
    from_scripts: bool = False
    """Whether the body was taken out of the page's scripts, which a mirror's channel does not reach."""
    tail: list[str] = field(default_factory=list)
    """Lines right behind the body: editors, credits, the first junk."""
    foot: list[str] = field(default_factory=list)
    """Lines further down: nothing of the article, but the junk there is told, and a mirror is known by it."""
    hidden: list[str] = field(default_factory=list)
    """Text of blocks that the page does not show."""
    page_text: str = ""
    """The text of the whole page as shown, a block a line."""
    link_share: float = 0.0
    """How much of the page's text stands in links (0 to 1)."""
    embedded: Embedded = field(default_factory=Embedded)
