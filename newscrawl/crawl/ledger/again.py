"""Which refused addresses the next runs try again."""

from __future__ import annotations

DAY = 86_400
MOST_TRIES = 5
"""An address that failed so often is left alone; `scrapy recrawl` asks for it again."""

_NEXT_RUN = tuple("timeout unreachable truncated bad_answer http_error blocked internal_error not_archived".split())
# Portals link to a page before it is filled, and to gateways that loop while the site is being changed.
_NEXT_DAY = ("empty_page", "error_page", "redirect_loop")
_WEEKLY = ("robots_denied", "forbidden_address", "dead_feed")

_WAIT: dict[str, int] = {
    **dict.fromkeys(_NEXT_RUN, 0),
    **dict.fromkeys(_NEXT_DAY, DAY),
    **dict.fromkeys(_WEEKLY, 7 * DAY),
}
_GONE_STATUS = (404, 410)


def is_gone(reason: str, status: int | None) -> bool:
    """Whether a refusal says that there is nothing at the address."""
    return reason == "http_error" and status in _GONE_STATUS


def again_at(reason: str, tries: int, now: int, *, gone: bool = False, known: int = 0) -> int | None:
    """When an address may be tried again, in seconds since 1970; None for never.

    `tries` counts the one that just failed. What is gone is looked at after one day, two, four: lists name articles
    before they can be read, and what came out before may have been taken away by mistake. `known` is for how many
    seconds the address has been known. What a dead feed names is not asked for, and so has no end; but it waits as long
    again each time: every week, 50,000 made-up addresses of a sitemap would fill the runs.

    >>> again_at("timeout", 1, 1000), again_at("forum", 1, 1000), again_at("timeout", 5, 1000)
    (1000, None, None)
    >>> again_at("http_error", 2, 0, gone=True) // DAY, again_at("dead_feed", 0, 0, known=30 * DAY) // DAY
    (2, 30)
    """
    if tries >= MOST_TRIES:
        return None
    if gone:
        return now + (DAY << (tries - 1))
    wait = _WAIT.get(reason)
    if wait is not None and reason == "dead_feed":
        wait = max(wait, known)
    return None if wait is None else now + wait
