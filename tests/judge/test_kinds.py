"""Pages that are never an article, told by address, program and words; and articles that use such words."""

from __future__ import annotations

from typing import Any

from newscrawl.extract.draft import Draft
from newscrawl.extract.embedded import Embedded
from newscrawl.items import Article
from newscrawl.judge.valid import kind_of_page
from newscrawl.refused import REASONS

CASES = "kinds"


def test_kind_of_page(row: dict[str, Any]) -> None:
    seen = {"url": None, "title": None, "text": "", "generator": None, "types": []} | row["input"]
    draft = Draft(
        how="", page_text=seen["text"], embedded=Embedded(generator=seen["generator"], types=list(seen["types"]))
    )
    found = kind_of_page(Article(url=seen["url"], title=seen["title"]), draft)
    assert (found[0] if found else None) == row["expected"]
    assert row["expected"] is None or row["expected"] in REASONS
