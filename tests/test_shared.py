"""The real pages that lie beside the repository, where there are any; they are read in place and never copied."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import newscrawl
from newscrawl import Article, Refused
from newscrawl.refused import REASONS

SHARED = Path(__file__).parents[2] / "shared"
SEED = SHARED / "seed" / "page.txt"
MANIFEST = SHARED / "pages" / "manifest.jsonl"

seed_page = pytest.mark.skipif(not SEED.exists(), reason="no ../shared/seed/page.txt beside the repository")
real_pages = pytest.mark.skipif(not MANIFEST.exists(), reason="no ../shared/pages beside the repository")

SEED_FIELDS: dict[str, Any] = {
    "title": "中国工会十七大在京举行,我省代表热议:眼睛向下,让职工当主角",
    "published_at": "2018-11-29T15:37:00+08:00",
    "published_precision": "minute",
    "source": "湖北日报",
    "reporters": ["黄璐"],
    "correspondents": ["谢文哲"],
    "authors": [],
    "editors": ["瞿祥涛"],
    "breadcrumb": ["荆楚网", "新闻频道", "政务"],
    "section": "政务",
}
# what stands on the seed page and is no part of the article: spam, invitation, footer, tail of place names
SEED_JUNK = ("久久精品", "关注我们", "许可证", "ICP", "版权", "| ")


@cache
def seed() -> Article:
    return newscrawl.read_text(SEED.read_text(encoding="utf-8"))


def manifest() -> list[dict[str, Any]]:
    if not MANIFEST.exists():
        return []
    return [json.loads(line) for line in MANIFEST.read_text(encoding="utf-8").splitlines()]


@cache
def read(file: str, url: str | None) -> Article | Refused:
    try:
        return newscrawl.read_article((MANIFEST.parent / file).read_bytes(), url or "")
    except Refused as refused:
        return refused


@seed_page
@pytest.mark.parametrize(("field", "value"), list(SEED_FIELDS.items()))
def test_seed(field: str, value: Any) -> None:
    found = getattr(seed(), field)
    assert (found.isoformat() if field == "published_at" else found) == value


@seed_page
def test_seed_body() -> None:
    body = seed().body
    assert len(body) == 21
    assert body[0].startswith("激发劳动热情")
    assert body[-1].endswith("王建清说。")
    text = "".join(body)
    assert not [junk for junk in SEED_JUNK if junk in text]


@seed_page
def test_seed_tells_what_was_repaired_and_what_was_not() -> None:
    article = seed()
    assert article.restored and article.restored.family.startswith("A")
    assert article.restored.counts
    for spot in article.restored.unresolved:
        field, _, index = spot.field.partition("[")
        text = getattr(article, field)
        text = text[int(index.rstrip("]"))] if index else text
        assert text[spot.start : spot.start + len(spot.seen)] == spot.seen
    assert {"spam", "link_farm"} <= {junk.kind for junk in article.junk}


@real_pages
@pytest.mark.parametrize("page", manifest(), ids=lambda page: f"{page['kind']}-{page['file']}")
def test_real_page(page: dict[str, Any]) -> None:
    """An article is read, whatever else becomes of it; a page that is none is read or refused by name. How right the
    fields are is the matter of test_score.py."""
    found = read(page["file"], page["url"])
    if isinstance(found, Refused):
        assert page["kind"] == "negative", f"an article is refused: {found}"
        assert found.reason in REASONS and found.reason != "internal_error", str(found)
    else:
        assert found.title and found.body and found.trace
