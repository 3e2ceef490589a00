"""Templates to markup. A `View` is a page before it is printed; a `Look` says whose page it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import jinja2

from newscrawl.demo.news import CHANNELS, Story, portal_path

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the portal and a copy of it print differently."""

    brand: str
    """The name in the head line and the breadcrumb."""
    canonical: str | None = None
    """What every page calls its address; None: its own."""
    charset: str | None = None
    """What every page is declared as; None: as the view says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What stands at one address."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    charset: str = "utf-8"
    """What the page's meta element declares."""
    encoding: str = "utf-8"
    """What its bytes are."""
    content_type: str = "text/html"
    story: str | None = None
    """The id of the article on it; None for lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to an article, as lists and feeds print it."""

    path: str
    title: str
    summary: str
    date: str
    pub_date: str
    """The date as RSS writes it."""


def link_to(story: Story, path: str = "") -> Link:
    """The link to an article: to its first page, or to another address it has."""
    return Link(
        path=path or portal_path(story),
        title=story.title,
        summary=story.body[0][:60],
        date=f"{story.published_at:%Y-%m-%d}",
        pub_date=format_datetime(story.published_at),
    )


def markup(view: View, path: str, look: Look) -> str:
    """Print a page. `path` is the address it is shown at."""
    return fill(
        view.template,
        **view.context,
        brand=look.brand,
        canonical=look.canonical or path,
        charset=look.charset or view.charset,
        channels=CHANNELS,
    )


def fill(template: str, **context: Any) -> str:
    """Fill in a template that is no page of a site: feeds, parts."""
    return _TEMPLATES.get_template(template).render(context)
