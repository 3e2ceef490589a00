"""A saved page: tests/pages/<site>/<slug>/ with page.html, page.json and expected.json.

page.html holds the bytes as they came, unpacked. page.json: `url`, `status`, `headers`, `why` (what the page is there
for), `layout` (the layout that reads it, or general; none for a page that is refused), `next` (the address of the
article's next page, when it has one) and `known_failures` (field: what is wrong today). expected.json: the fields as in
the output, or `{"refused": reason}`; with `not_reviewed` it is a draft, and fails until a person has taken that out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawl import flow
from newscrawl.items import Article
from newscrawl.page import Page
from newscrawl.publish.feed import to_line
from newscrawl.refused import Refused

KEYS = ("url", "status", "headers", "why", "layout", "next", "known_failures")
"""What page.json may hold."""
GENERAL = "general"
NOT_REVIEWED = "not_reviewed"
REFUSED = "refused"


class CaseError(ValueError):
    """A folder that holds no whole case; the message names the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a folder holds."""

    site: str
    slug: str
    body: bytes
    page: Mapping[str, Any]
    expected: Mapping[str, Any]

    @property
    def url(self) -> str:
        """The address that the page came from."""
        return str(self.page["url"])

    @property
    def name(self) -> str:
        """How people call it: `cnhubei/trs-2018`."""
        return f"{self.site}/{self.slug}"

    def as_page(self) -> Page:
        """The page, ready for the flow."""
        headers = {name.lower(): value for name, value in self.page["headers"].items()}
        return Page(url=self.url, body=self.body, headers=headers)


def case_folders(root: Path, site: str) -> list[Path]:
    """The folders of a site's saved pages below `root`, by name; empty when it has none."""
    return sorted(path.parent for path in (root / site).glob("*/page.json"))


def load_case(folder: Path) -> Case:
    """Read one folder; its parent is named after the site. Raises `CaseError`."""
    page, expected = _object(folder / "page.json"), _object(folder / "expected.json")
    if not isinstance(page.get("url"), str) or not isinstance(page.get("headers"), dict):
        raise CaseError(f'{folder / "page.json"} needs "url" (text) and "headers" (an object)')
    if not isinstance(page.get("known_failures", {}), dict):
        raise CaseError(f'{folder / "page.json"}: "known_failures" is an object, field: what is wrong today')
    try:
        body = (folder / "page.html").read_bytes()
    except OSError as error:
        raise CaseError(f"{folder / 'page.html'}: {error.strerror}") from error
    return Case(site=folder.parent.name, slug=folder.name, body=body, page=page, expected=expected)


def _object(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CaseError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise CaseError(f"{path} is no JSON: {error}") from error
    if not isinstance(loaded, dict):
        raise CaseError(f"{path} holds no object")
    return loaded


def read(page: Page, site: str) -> dict[str, Any]:
    """The record that newscrawl makes of a page of a site, as in the output; of a refused page `refused` (the reason),
    `detail` and `trace`."""
    article = Article(url=page.url, site=site, pages=[page])
    try:
        record: dict[str, Any] = json.loads(to_line(flow.run(article)))
    except Refused as refused:
        return {REFUSED: refused.reason, "detail": refused.detail, "trace": refused.trace}
    return record
