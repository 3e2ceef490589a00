"""Whether a page is a news article at all; if not, which of the named kinds of page it is."""

from __future__ import annotations

import re
from functools import lru_cache

from newscrawl.extract.draft import Draft
from newscrawl.extract.people import is_organisation
from newscrawl.items import Article
from newscrawl.tables import rows

# The shortest real articles (flashes, photo stories) have about 60 characters; below half of that it is a caption.
SHORTEST = 30
# News with many tables and foreign names keeps a quarter; lists of domains, code and English stay below a tenth.
CHINESE = 0.2
# Labels and counters are short; 60 lets a row of them pass.
FURNITURE = 60
_SENTENCE_ENDS = ("。", "！", "？", "”", "；", "，")
# Pages with a byline or a date are believed; without any, a page on which this share of the text is links is a list.
LINKED = 0.3
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TEASER = re.compile(r"(?:\[(?:…|\.\.\.)\]|…|\.\.\.|&hellip;)$")
_TEASERS = 3
_EDITORIAL = re.compile(r"article|news", re.IGNORECASE)


def reason_against(article: Article, draft: Draft) -> tuple[str, str] | None:
    """(Reason, detail) why a page is no article, or None. Looks at the fields read and at the page around them."""
    return kind_of_page(article, draft) or _missing(article, draft) or _unlike_news(article) or _is_list(article, draft)


def _missing(article: Article, draft: Draft) -> tuple[str, str] | None:
    length = sum(map(len, article.body))
    if draft.link_share > (LINKED if not article.body else 2 * LINKED) and not (article.body and article.title):
        return "list_page", f"{draft.link_share:.0%} of the text is links"
    if not article.body:
        return ("no_body", "no paragraph on the page") if article.title else ("list_page", "no headline, no paragraph")
    if not article.title:
        return "no_title", f"{length} characters of text without a headline"
    if length < SHORTEST and not article.images:
        return "too_short", f"{length} characters"
    return None


def _unlike_news(article: Article) -> tuple[str, str] | None:
    length = sum(map(len, article.body))
    if len(_HAN.findall("".join(article.body))) < CHINESE * length:
        return "not_chinese", f"of {length} characters hardly any is Chinese"
    if sum(bool(_TEASER.search(paragraph)) for paragraph in article.body) >= max(_TEASERS, len(article.body) / 3):
        return "link_farm", "most paragraphs are cut teasers"
    return None


def _is_list(article: Article, draft: Draft) -> tuple[str, str] | None:
    if article.published_at or article.source or article.reporters or article.authors or article.editors:
        return None
    if _EDITORIAL.search(draft.embedded.og_type or "") or any(map(_EDITORIAL.search, draft.embedded.types)):
        return None
    if draft.link_share > LINKED or is_organisation(article.title or ""):
        return "list_page", f"no date, no byline, {draft.link_share:.0%} of the text is links"
    return None


def kind_of_page(article: Article, draft: Draft) -> tuple[str, str] | None:
    """The kind of page that is never an article (a row of tables/kinds.tsv), told by address, program and words."""
    looked_at = {
        "url": f"{article.url or ''} {article.canonical_url or ''}",
        "generator": draft.embedded.generator or "",
        "types": " ".join(draft.embedded.types),
        "title": article.title or draft.embedded.title or "",
        "text": _furniture(draft.page_text),
        "prose": draft.page_text,
    }
    for reason, where, needed, pattern in _kinds():
        found = {match[0] for match in pattern.finditer(looked_at[where])}
        if len(found) >= needed:
            return reason, f"{where}: {', '.join(sorted(found)[:5])}"
    return None


def _furniture(page_text: str) -> str:
    """The short lines of a page that are no sentences: labels, buttons, counters; not what an article tells."""
    lines = page_text.splitlines()
    return "\n".join(line for line in lines if len(line) <= FURNITURE and not line.endswith(_SENTENCE_ENDS))


@lru_cache(maxsize=1)
def _kinds() -> tuple[tuple[str, str, int, re.Pattern[str]], ...]:
    return tuple(
        (row["reason"], row["where"], int(row["needed"]), re.compile(row["pattern"], re.MULTILINE))
        for row in rows("kinds")
    )
