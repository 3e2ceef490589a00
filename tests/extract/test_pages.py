"""Whole pages, written for the shapes that portals have: one test for each page and field.

tests/pages/made/<slug>/ holds page.html or page.txt, page.json (address, headers, why, known_failures: what comes
instead of a field today) and expected.json: the fields that matter on this page, or {"refused": reason}. Of `junk` the
kinds that must be among those found are told, of `restored` the family.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import newscrawl
from newscrawl import Article, Refused

MADE = Path(__file__).parents[1] / "pages" / "made"
SLUGS = sorted(path.name for path in MADE.iterdir())
FIELDS = set(Article.__dataclass_fields__) | {"refused"}


def load(slug: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MADE / slug / name).read_text(encoding="utf-8"))
    return found


@cache
def read(slug: str) -> Article | Refused:
    page = load(slug, "page.json")
    try:
        if (MADE / slug / "page.txt").exists():
            return newscrawl.read_text((MADE / slug / "page.txt").read_text(encoding="utf-8"), page["url"])
        return newscrawl.read_article((MADE / slug / "page.html").read_bytes(), page["url"], page["headers"])
    except Refused as refused:
        return refused


def each_field() -> Iterator[Any]:
    for slug in SLUGS:
        known = load(slug, "page.json").get("known_failures", {})
        for field, value in load(slug, "expected.json").items():
            marks = [pytest.mark.xfail(reason=known[field], strict=True)] if field in known else []
            yield pytest.param(slug, field, value, id=f"{slug}-{field}", marks=marks)


def told(article: Article, field: str) -> Any:
    """A field as expected.json tells it."""
    value = getattr(article, field)
    if field == "published_at":
        return value and value.isoformat()
    if field == "restored":
        return value and value.family
    if field == "images":
        return [{"url": image.url, "caption": image.caption} for image in value]
    if field == "junk":
        return sorted({junk.kind for junk in value})
    return value


@pytest.mark.parametrize(("slug", "field", "value"), list(each_field()))
def test_field(slug: str, field: str, value: Any) -> None:
    found = read(slug)
    if field == "refused":
        assert isinstance(found, Refused), f"{slug} is read as an article: {found.title}"
        assert found.reason == value, str(found)
        return
    assert isinstance(found, Article), str(found)
    if field == "junk":
        assert set(value) <= set(told(found, field)), f"{slug}: junk found: {told(found, field)}"
    elif field == "body":
        assert "\n".join(found.body) == "\n".join(value)
        assert found.body == value
    else:
        assert told(found, field) == value


@pytest.mark.parametrize("slug", SLUGS)
def test_the_page_is_described(slug: str) -> None:
    page, expected = load(slug, "page.json"), load(slug, "expected.json")
    assert set(page) <= {"url", "headers", "why", "known_failures"}
    assert slug.isascii() and page["why"] and expected
    assert set(expected) <= FIELDS
    assert set(page.get("known_failures", {})) <= set(expected)
