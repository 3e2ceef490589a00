"""Why an article came out as it did: `explain(page)` goes through the flow and tells what each stage saw and did.

    align       a damaged text beside the one given back, character by character
    served      the lines of the page as it was served
    others      what other layouts, the general extractor and the page's own data say
    printed     all of it as lines for a terminal

Pure: nothing is fetched, written or remembered.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from newscrawl import flow
from newscrawl.explain.align import Piece, align
from newscrawl.explain.others import Fit, fits, plain, readings
from newscrawl.explain.served import Served
from newscrawl.items import CONTENT, Article
from newscrawl.judge.junk import why_junk
from newscrawl.page import Page
from newscrawl.publish.feed import to_line
from newscrawl.refused import REASONS, Refused, advice

FIELDS = (*CONTENT, "canonical_url", "mirror_of", "original_url")
"""The fields that are explained, in the order they are printed."""

# A shorter value stands on any line; a longer line is a paragraph, which names papers and people for other reasons.
_SHORT, _BYLINE = 2, 120
_MOST_LINES = 3


@dataclass(slots=True)
class Field:
    """A field, the rule that gave it, and what the others would have said."""

    name: str
    value: Any
    how: str | None
    others: list[dict[str, Any]]
    """`rule` and `value` of each; those that say the same are there, too."""
    seen: list[str]
    """The lines of the page, as served, that hold the value."""


@dataclass(slots=True)
class Explanation:
    """An article explained; `as_dict` is what `scrapy explain --json` prints."""

    url: str | None
    site: str | None
    flat: bool
    decode: dict[str, Any] = field(default_factory=dict)
    """`charset`, `why`, `overruled` (the label that was wrong, or None), `mended` (runs of mojibake)."""
    restore: dict[str, Any] = field(default_factory=dict)
    """`family` (None: nothing was damaged), `counts` by kind, `confidence` 0 to 1."""
    layouts: list[Fit] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    pieces: dict[str, list[Piece]] = field(default_factory=dict)
    """By field (`title`, `body[0]`): the text as served beside the one given back."""
    junk: list[dict[str, str]] = field(default_factory=list)
    """`kind`, `text`, `seen` (as served), `why`."""
    unresolved: list[dict[str, Any]] = field(default_factory=list)
    """Spots in doubt: `field`, `start`, `seen`, `candidates`, as in the record."""
    refused: dict[str, str] | None = None
    """`reason`, `detail`, `meaning`, `advice`; None for an article."""
    trace: list[str] = field(default_factory=list)
    article: dict[str, Any] | None = None
    """The record as it would be written; None when the page is refused."""
    source: str = ""
    """The page as served, read with its character set."""

    def as_dict(self) -> dict[str, Any]:
        """All of it as JSON can hold it."""
        told = asdict(self)
        told["layouts"] = [fit._asdict() for fit in self.layouts]
        told["pieces"] = {name: [list(piece) for piece in pieces] for name, pieces in self.pieces.items()}
        return told


def explain(page: Page, site: str | None = None) -> Explanation:
    """Read a page and say why it came out so. `site` is the site file to read it as; None: by its address.

    Never raises for what is on the page: what is refused is explained up to the refusal.
    """
    article = Article(url=page.url or None, site=site, pages=[page])
    told = Explanation(article.url, site, page.flat)
    try:
        flow.run_stage(flow.decode, article)
        told.source = page.text
        for stage in flow.STAGES[1:]:
            flow.run_stage(stage, article)
        told.article = json.loads(to_line(article))
    except Refused as refused:
        told.refused = _refusal(refused)
        article.trace = [*(refused.trace or article.trace)]
    told.trace = article.trace
    _tell(told, article, page)
    return told


def unfetched(refused: Refused, url: str) -> Explanation:
    """The explanation of what could not be fetched or read at all."""
    return Explanation(refused.url or url, None, flat=False, refused=_refusal(refused), trace=refused.trace)


def _refusal(refused: Refused) -> dict[str, str]:
    return {
        "reason": refused.reason,
        "detail": refused.detail,
        "meaning": REASONS[refused.reason],
        "advice": advice(refused.reason),
    }


def _tell(told: Explanation, article: Article, page: Page) -> None:
    """Fill in what the stages have left on the page; as far as they came."""
    told.decode = _decoding(article, page)
    if page.draft is None:
        return
    done = article.restored
    told.restore = {
        "family": done.family if done else None,
        "counts": done.counts if done else {},
        "confidence": done.confidence if done else 1.0,
    }
    served = Served(page, told.source)
    told.layouts = fits(page, article.site)
    told.fields = _fields(article, page, served, told.layouts)
    told.pieces = {name: align(served.line_of(text), text) for name, text in _texts(article)}
    told.junk = [_junk(junk.kind, junk.text, served) for junk in article.junk]
    told.unresolved = [asdict(spot) for spot in done.unresolved] if done else []


def _decoding(article: Article, page: Page) -> dict[str, Any]:
    line = next((line for line in article.trace if line.startswith("decode: ")), "")
    why, _, overruled = line.partition(", ")[2].partition("; overruled: ")
    return {"charset": page.charset, "why": why, "overruled": overruled or None, "mended": page.mended}


def _texts(article: Article) -> list[tuple[str, str]]:
    """The fields that are text, by name."""
    texts = [(name, getattr(article, name)) for name in ("title", "subtitle")]
    texts += [(f"body[{number}]", paragraph) for number, paragraph in enumerate(article.body)]
    return [(name, text) for name, text in texts if text]


def _fields(article: Article, page: Page, served: Served, tried: list[Fit]) -> list[Field]:
    others: dict[str, list[dict[str, Any]]] = {}
    for rule, name, value in readings(page, article, tried):
        others.setdefault(name, []).append({"rule": rule, "value": value})
    return [
        Field(name, plain(value), _how(article, name), others.get(name, []), _seen(name, value, page, served))
        for name in FIELDS
        if (value := getattr(article, name)) or name in others
    ]


def _how(article: Article, name: str) -> str | None:
    """The line of the trace that says where a field comes from."""
    stage = {"body": "extract", "images": "extract", "breadcrumb": "section"}.get(name, name)
    return next((line.partition(": ")[2] for line in article.trace if line.startswith(f"{stage}: ")), None)


def _seen(name: str, value: Any, page: Page, served: Served) -> list[str]:
    """The lines that hold a value: for a text its own, for a name or a day those of the page that have it."""
    assert page.draft
    if name in ("title", "subtitle"):
        return [served.line_of(value)] if value else []
    if name == "body":
        return [served.line_of(text) for text in value]
    body = [line.text for line in page.draft.body]
    around = [line for line in page.draft.page_text.splitlines() if line not in body]
    wanted = _wanted(name, value)
    found = dict.fromkeys(
        line
        for line in (*page.draft.head, *page.draft.tail, *around, *body)
        if len(line) <= _BYLINE and _has(line, wanted)
    )
    return [served.line_of(line) for line in list(found)[:_MOST_LINES]]


def _has(line: str, wanted: list[str]) -> bool:
    return any(one in line for one in wanted)


def _wanted(name: str, value: Any) -> list[str]:
    """What to look for on the page."""
    if name == "published_at":
        return [value.strftime(form) for form in ("%Y年%m月%d日", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d")] if value else []
    values = (
        [" > ".join(value), value[-1]]
        if name == "breadcrumb" and value
        else value
        if isinstance(value, list)
        else [value]
    )
    return [one for one in values if isinstance(one, str) and len(one) >= _SHORT and "://" not in one]


def _junk(kind: str, text: str, served: Served) -> dict[str, str]:
    told = why_junk(text)
    why = told[1] if told and told[0] == kind else _WHY_JUNK.get(kind, "where it stands")
    return {"kind": kind, "text": text, "seen": served.line_of(text), "why": why}


_WHY_JUNK = {
    "hidden": "the page does not show it: style, or the attribute hidden",
    "links": "most of it is links",
    "caption": "a caption without a picture",
    "credit": "a label without a name",
    "summary": "it says what a paragraph below it says again",
    "injected": "it did not go through the mirror's channel: the mirror put it there",
    "keywords": "a line of keywords that the page repeats",
}
