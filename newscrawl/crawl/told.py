"""Refusals told at once, by the commands that look at one address: they write no rejects to find them in."""

from __future__ import annotations

import sys
from typing import ClassVar

from scrapy import Request

from newscrawl.crawl.middlewares import RefusalMiddleware
from newscrawl.refused import Refused
from newscrawl.shown import visible

_ADVICE = {
    "forbidden_address": "only public addresses are fetched; -s GUARD_ALLOWED_HOSTS=HOST lets a host through",
    "robots_denied": "the site does not want it fetched",
    "unreachable": "is the address right, and the site up?",
    "timeout": "try again later, or with -s DOWNLOAD_TIMEOUT=120",
}


class ToldRefusals(RefusalMiddleware):
    """Prints every refusal on standard error: address, reason, and what to do."""

    told: ClassVar[list[str]] = []
    """The reasons of those there were."""

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Print, and pass it on."""
        try:
            super().process_exception(request, exception)
        except Refused as refused:
            self._tell(request, refused)
            raise
        if isinstance(exception, Refused):
            self._tell(request, exception)

    def _tell(self, request: Request, refused: Refused) -> None:
        if request.meta.get("dont_obey_robotstxt"):  # robots.txt itself; what is refused for it follows
            return
        self.told.append(refused.reason)
        advice = _ADVICE.get(refused.reason)
        parts = [request.url, refused.reason, refused.detail, *([advice] if advice else [])]
        print(f"scrapy: {visible(': '.join(filter(None, parts)))}", file=sys.stderr)
