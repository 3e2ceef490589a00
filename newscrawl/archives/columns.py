"""The columns of JSON lines and Parquet that hold a page: named by the caller, else found by their usual names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newscrawl.archives.pages import MARKUP_WITHIN, is_markup, text_page
from newscrawl.archives.source import Source
from newscrawl.page import MAX_BYTES, Page
from newscrawl.refused import Refused

Path = tuple[str, ...]
"""Where a column is: ("meta", "url") for meta.url."""

# The usual names, in the order they are looked for; of those in EITHER the value tells whether it is HTML or text.
HTML = ("html", "raw_html", "html_content", "content_html", "page_html")
TEXT = ("text", "plain_text", "raw_text")
EITHER = ("content", "raw_content", "body")
URL = ("url", "uri", "source_url", "target_uri", "link", "metadata.url", "meta.url")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns, a dot leading into objects; None: found by their usual names.

    Where one of `html` and `text` is named, the other is not looked for.
    """

    html: str | None = None
    text: str | None = None
    url: str | None = None

    def candidates(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The names to look for: of HTML, of text, of what may be either, of the address."""
        named = self.html is not None or self.text is not None
        html = (self.html,) if self.html else () if named else HTML
        text = (self.text,) if self.text else () if named else TEXT
        return html, text, () if named else EITHER, (self.url,) if self.url else URL

    def told(self) -> str:
        """What is looked for, for people: `"html"`, `"text"` or `"content"`."""
        html, text, either, _ = self.candidates()
        first = [f'"{names[0]}"' for names in (html, text, either) if names]
        return " or ".join(filter(None, [", ".join(first[:-1]), first[-1]]))


def is_article(record: Mapping[str, Any]) -> bool:
    """Whether a line or row is an article of ours already."""
    return "schema_version" in record and isinstance(record.get("body"), (list, tuple))


def holds_page(record: Mapping[str, Any], columns: Columns) -> bool:
    """Whether a line or row has a column that can hold a page, or is an article of ours."""
    html, text, either, _ = columns.candidates()
    return is_article(record) or any(value_at(record, name) is not None for name in (*html, *text, *either))


def source_of(record: Mapping[str, Any], columns: Columns, place: str) -> Source:
    """The page of a line or row; what is wrong with it is in `Source.refused`."""
    if is_article(record):
        url = record.get("url")
        return Source(url if isinstance(url, str) and url else place, record=dict(record), place=place)
    name = _address(record, columns.candidates()[3]) or place
    try:
        page = _page(record, columns)
    except Refused as refused:
        refused.url = name
        return Source(name, refused=refused, place=place)
    page.url = name
    return Source(name, page, place=place)


def value_at(record: Mapping[str, Any], name: str) -> Any:
    """The value of a column: under the name as it is written, else along its dots. None when it is not there.

    >>> value_at({"meta": {"url": "u"}}, "meta.url"), value_at({"a.b": 1}, "a.b"), value_at({"a": 1}, "a.b")
    ('u', 1, None)
    """
    if name in record:
        return record[name]
    value: Any = record
    for key in name.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _page(record: Mapping[str, Any], columns: Columns) -> Page:
    """The page of the first column that is not empty. Raises `Refused`."""
    html, text, either, _ = columns.candidates()
    found = [(name, value_at(record, name)) for name in (*html, *text, *either)]
    found = [(name, value) for name, value in found if value is not None]
    if not found:
        raise Refused("bad_input", f"no {columns.told()}")
    name, value = next(((name, value) for name, value in found if value), found[0])
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "\n".join(value)  # paragraphs
    if not isinstance(value, (str, bytes)):
        raise Refused("bad_input", f'"{name}" is {type(value).__name__}, neither text nor bytes')
    if len(value) > MAX_BYTES:
        raise Refused("too_large", f'"{name}" has a length of {len(value):,}; the limit is {MAX_BYTES:,}')
    if name in html or (name in either and is_markup(_bytes(value[:MARKUP_WITHIN]))):
        return Page(body=_bytes(value))
    return Page(text=value, flat=True) if isinstance(value, str) else text_page(value)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "replace")  # JSON can write half characters


def _address(record: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    values = (value_at(record, name) for name in names)
    texts = (value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in values)
    return next((text for text in texts if isinstance(text, str) and text), None)
