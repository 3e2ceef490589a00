"""Whether a page is a news article at all; if not, which of the named kinds of page it is.

What speaks against the page is weighed with what it has of an article:

    evidence    what the page has of an article: its standing
    words       the rows of tables/kinds.tsv that are found, by place
    structure   links, dates, fragments, controls, a stuffed headline

A page is refused as the kind whose points exceed its standing by most; every refusal names its evidence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from newscrawl.extract.draft import Draft
from newscrawl.items import Article
from newscrawl.judge.evidence import Evidence, standing
from newscrawl.judge.structure import LINKED, structure_against
from newscrawl.judge.words import words_against

# The shortest real articles (flashes, photo stories) have about 60 characters; below half of that it is a caption.
SHORTEST = 30
# News with many tables and foreign names keeps a quarter; lists of domains, code and English stay below a tenth.
CHINESE = 0.2
# What is stuffed or spun is a stolen article: its time, source and prose are stolen as well and prove little. It takes
# two kinds of evidence to name it so, however much the page has of an article.
STOLEN = frozenset(("stuffed", "spun", "link_farm"))
STOLEN_STANDING = 3
# Every one of 65 real articles names its time, source or people; where all three are missed there must be a text, or
# nothing but headline and text, as readers and archives cut it out.
ANONYMOUS, AROUND = 400, 100
_HAN = re.compile(r"[\u4e00-\u9fff]")


def reason_against(article: Article, draft: Draft) -> tuple[str, str] | None:
    """(Reason, detail) why a page is no article, or None. Looks at the fields read and at the page around them."""
    return kind_of_page(article, draft) or _incomplete(article, draft) or _unlike_news(article, draft)


def kind_of_page(article: Article, draft: Draft) -> tuple[str, str] | None:
    """The kind of page that outweighs what the page has of an article, and the evidence; None when none does."""
    by_reason: dict[str, list[Evidence]] = defaultdict(list)
    for evidence in _against(article, draft):
        by_reason[evidence.reason].append(evidence)
    stands = standing(article, draft)
    excess = {
        reason: sum(evidence.points for evidence in found)
        - (min(STOLEN_STANDING, stands.points + stands.published) if reason in STOLEN else stands.points)
        for reason, found in by_reason.items()
    }
    reason = max(excess, key=lambda reason: excess[reason], default=None)
    if reason is None or excess[reason] <= 0:
        return None
    told = "; ".join(f"{evidence.seen} ({evidence.points})" for evidence in by_reason[reason])
    return reason, f"{told}; of an article: {', '.join(stands.has) or 'nothing'}"


def _against(article: Article, draft: Draft) -> Iterator[Evidence]:
    yield from words_against(article, draft)
    yield from structure_against(article, draft)
    channel = next((page.restored.family for page in article.pages if page.restored and page.restored.family), None)
    if channel:
        # a mirror spins texts, and stuffs the titles of genuine articles
        yield Evidence("spun", 1, f"a mirror's channel: {channel}")
        yield Evidence("stuffed", -1, f"a mirror's channel: {channel}")


def _incomplete(article: Article, draft: Draft) -> tuple[str, str] | None:
    length = sum(map(len, article.body))
    if draft.link_share > LINKED and not article.body:
        return "list_page", f"{draft.link_share:.0%} of the text is links, no paragraph"
    if not article.body:
        return ("no_body", "no paragraph on the page") if article.title else ("list_page", "no headline, no paragraph")
    if not article.title:
        return "no_title", f"{length} characters of text without a headline"
    if length < SHORTEST and not article.images:
        return "too_short", f"{length} characters"
    return None


def _unlike_news(article: Article, draft: Draft) -> tuple[str, str] | None:
    length = sum(map(len, article.body))
    if len(_HAN.findall("".join(article.body))) < CHINESE * length:
        return "not_chinese", f"of {length} characters hardly any is Chinese"
    stands = standing(article, draft)
    bare = len(draft.page_text) <= length + len(article.title or "") + AROUND
    if length < ANONYMOUS and not (bare or stands.published or article.published_at or "type" in stands.has):
        return "not_news", f"neither time nor source nor people, {length} characters"
    return None
