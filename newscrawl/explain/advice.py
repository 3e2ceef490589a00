"""What a person can do about a refusal, by reason; what is in no group needs nothing done."""

from __future__ import annotations

_NETWORK = "look whether a browser can open it, and run again later; a crawl tries again in its next run"
_KIND = (
    "if it is an article: the evidence above says which words or marks spoke against it (newscrawl/tables/kinds.tsv), "
    "and what of an article was found; keep the page with `scrapy savepage`, and mend what is wrong"
)
_MISSING = (
    "if the page does show it: `scrapy suggest-layout` with a few pages of the template proposes selectors, which go "
    "into the site's file"
)
ADVICE: dict[str, str] = {
    **dict.fromkeys(("timeout", "unreachable", "truncated", "bad_answer"), _NETWORK),
    **dict.fromkeys(
        (
            "error_page list_page link_farm stuffed parked forum question microblog novel shop encyclopedia service "
            "site_page spun not_chinese not_news"
        ).split(),
        _KIND,
    ),
    **dict.fromkeys(("no_title", "no_body", "too_short"), _MISSING),
    "http_error": "look whether the address is still right; what the server has not (404, 410) stays gone",
    "blocked": "wait some hours, and crawl more slowly (DOWNLOAD_DELAY in the site's file); no challenge is solved",
    "robots_denied": "the site does not want this address to be fetched: leave it",
    "forbidden_address": "name the host in GUARD_ALLOWED_HOSTS when it is yours; else save the page and read the file",
    "not_text": "give the page itself, not the picture, archive or program it names",
    "bad_input": "give HTML, text, or lines of JSON with a `text`",
    "empty_page": "save the page again: nothing of it came, or its text is made by scripts, which are not run",
    "too_large": "no article has this size: save the page of the article alone",
    "repeat_text": "it is in the output already, under the address that the detail names",
    "repeat_url": "it is in the output already",
    "redirect_loop": "open it in a browser and take the address where it ends up",
    "internal_error": "a fault of newscrawl: please report it with the page (`scrapy savepage`)",
}


def advice(reason: str) -> str:
    """What to do about a refusal; empty when there is nothing to be done.

    >>> advice("robots_denied")
    'the site does not want this address to be fetched: leave it'
    """
    return ADVICE.get(reason, "")
