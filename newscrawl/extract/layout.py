"""A layout: where a template of a site keeps the parts of an article. A description, told in CSS selectors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Selectors of one page template. What a layout leaves empty is found in general.

    The layout reads a page when those of `body`, `title` and `byline` that it names are all on it. Several elements
    that match `body` are read one after the other. Each selector is CSS; the first element that matches counts, but
    for `body`, `editors` and `drop`.
    """

    name: str
    """How the trace calls it: site or CMS, slash, era."""
    body: str
    title: str = ""
    subtitle: str = ""
    byline: str = ""
    """The element whose text holds time, 来源, people, as in `发布时间：… 来源：…`."""
    source: str = ""
    """An element that holds nothing but the source, when the template has one."""
    editors: str = ""
    """Elements that hold editors and reviewers with their labels."""
    breadcrumb: str = ""
    drop: str = ""
    """Elements inside `body` that do not belong to the article."""
