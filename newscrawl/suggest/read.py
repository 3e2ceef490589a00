"""Pages on their way to a proposal: decoded, restored, known to be articles; with their truth, where that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from newscrawl import flow
from newscrawl.archives import Source
from newscrawl.cases.case import NOT_REVIEWED, CaseError, load_case
from newscrawl.items import Article
from newscrawl.page import Page
from newscrawl.refused import Refused


def readable(sources: Iterable[Source]) -> tuple[dict[str, Page], list[str]]:
    """(The pages as text, by their names; what to say of those that are no article)."""
    pages, problems = {}, []
    for source in sources:
        article = Article(url=source.page.url or source.name, pages=[source.page])
        try:
            if source.refused or source.page.flat:
                raise source.refused or Refused("bad_input", "flattened text has no markup", url=source.name)
            for stage in flow.STAGES:
                flow.run_stage(stage, article)
        except Refused as refused:
            problems.append(f"left out: {refused}")
        else:
            pages[source.name] = article.pages[0]
    return pages, problems


def truths(pages: Mapping[str, Page]) -> dict[str, Mapping[str, Any]]:
    """The true fields of pages that are cases a person has reviewed."""
    truths = {}
    for name in pages:
        try:
            expected = load_case(Path(name).parent).expected if Path(name).name == "page.html" else {NOT_REVIEWED: ""}
        except CaseError:
            continue
        if NOT_REVIEWED not in expected:
            truths[name] = expected
    return truths
