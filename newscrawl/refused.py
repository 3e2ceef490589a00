"""Refusal: every page that is no article is refused by name, and every name stands in `REASONS`.

`Refused` is a Scrapy `DropItem`, so the same exception serves the pipelines, the commands and the Python functions.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from scrapy.exceptions import DropItem

REASONS: dict[str, str] = {
    # what was fetched, or could not be
    "http_error": "the server answered with an error status; the detail names it",
    "blocked": "the site does not want us: a status, a challenge or a captcha; or its host was given up for this run",
    "redirect_loop": "redirects went round in a circle, or on for too long",
    "too_large": "the page is larger than the limit (8 MiB), compressed or not, or unpacks to far more than it was; or "
    "its head is larger than 64 KiB",
    "truncated": "the compressed body, or the connection, ended early",
    "timeout": "the server did not answer in time",
    "unreachable": "no connection: name not found, connection refused or broken",
    "bad_answer": "what the server sent is no proper HTTP; the detail says why",
    "not_archived": "a replay (REPLAY) reads archives only, and they hold no answer to the address",
    "robots_denied": "robots.txt forbids the address",
    "forbidden_address": "the host name leads to an address that is not public, or the scheme is not http or https",
    "address_too_long": "an address of more than 2,083 characters",
    "offsite": "the link leads off the site",
    "depth_limit": "further from the front page than the site's depth limit",
    "page_limit": "a further page of an article that has more pages than are read",
    "endless_list": "a chain of list pages that goes on without any new article",
    "bad_feed": "an address that was named as sitemap or feed holds neither sitemap, RSS nor Atom",
    "dead_feed": "a feed or list named this address, and one address after another that it names is not there",
    "too_many_links": "more links on one page, or addresses in one feed, than are read",
    # what the bytes are
    "empty_page": "nothing on the page but white space",
    "not_text": "the bytes are no text: an image, an archive, a program",
    "bad_input": "what was given is neither bytes nor text",
    "damaged": "an archive is damaged there; the detail says which one and where",
    # what the page is
    "no_title": "a body, but no title",
    "no_body": "a title, but no body",
    "too_short": "too little text for an article",
    "not_chinese": "the body is hardly Chinese at all",
    "not_news": "neither time nor source nor people, and little text",
    "error_page": "a page that says it is not there, whatever its status",
    "list_page": "a list of links: front page, channel, search result, feed",
    "link_farm": "links or keywords for search engines, no text",
    "stuffed": "a headline or text stuffed with search words, or an advertisement among stolen paragraphs",
    "parked": "a domain that is parked or for sale",
    "forum": "a forum thread",
    "question": "a question with answers",
    "microblog": "a microblog post",
    "novel": "a chapter of a web novel",
    "shop": "a product, a shop or a business card",
    "encyclopedia": "an entry of an encyclopedia",
    "service": "a page to look things up or to get them: weather, quotes, recipe, lyrics, download, job, small ad",
    "site_page": "what a site says of itself: about us, terms, site map, log-in",
    "spun": "an article rewritten with swapped words for search engines: its text cannot be trusted",
    # what was seen before
    "repeat_url": "the address was read before in this run",
    "repeat_text": "the same text was read before; the detail says where",
    "too_old": "published before the day that the run begins with (--since)",
    # ourselves
    "internal_error": "a fault of newscrawl; the detail holds the exception: please report it",
}

PASSED_BY = frozenset(
    """offsite depth_limit endless_list page_limit too_many_links repeat_url repeat_text robots_denied address_too_long
    dead_feed bad_feed not_archived too_old""".split()
)
"""Reasons that say nothing of the pages read: what is no article's address, what came out before, and
what nobody asked for."""

_NETWORK = "is the address right, and the site up? run again later; a crawl tries again in its next run"
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
    "not_archived": "name the archives that hold it, too: REPLAY takes files, globs and folders, commas between them",
    "robots_denied": "the site does not want this address to be fetched: leave it",
    "forbidden_address": "only public addresses are fetched: -s GUARD_ALLOWED_HOSTS=HOST lets a host of yours through",
    "not_text": "give the page itself, not the picture, archive or program it names",
    "bad_input": "give HTML, text, or rows with a column of them (--html, --text)",
    "damaged": "fetch the archive again, and compare its checksum; what stands behind the place was read",
    "empty_page": "save the page again: nothing of it came, or its text is made by scripts, which are not run",
    "too_large": "no article has this size: save the page of the article alone",
    "repeat_text": "it is in the output already, under the address that the detail names",
    "repeat_url": "it is in the output already",
    "redirect_loop": "open it in a browser and take the address where it ends up",
    "internal_error": "a fault of newscrawl: please report it with the page (`scrapy savepage`)",
}
"""What a person can do about it; for the others nothing needs to be done."""


def advice(reason: str) -> str:
    """What to do about a refusal; empty when there is nothing to be done.

    >>> advice("robots_denied")
    'the site does not want this address to be fetched: leave it'
    """
    return ADVICE.get(reason, "")


class Refused(DropItem):
    """A page or an address refused.

    `reason` is a key of `REASONS`, `detail` says more (may be empty), `url` is the address or file it is about,
    `trace` what the stages did before. One that was not `tried` was refused for what came of others: nobody was asked
    for it, as its host was given up, say.
    """

    def __init__(
        self,
        reason: str,
        detail: str = "",
        *,
        url: str | None = None,
        trace: list[str] | None = None,
        tried: bool = True,
    ) -> None:
        if reason not in REASONS:
            raise ValueError(f"unknown reason {reason!r}; add it to REASONS")
        self.reason = reason
        self.detail = detail
        self.url = url
        self.trace = list(trace or ())
        self.tried = tried
        super().__init__(str(self), log_level="DEBUG")

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Refused, url=self.url, trace=self.trace), (self.reason, self.detail)  # to other processes

    def __str__(self) -> str:
        where = f" [{self.url}]" if self.url else ""
        return f"{self.reason}: {self.detail or REASONS[self.reason]}{where}"
