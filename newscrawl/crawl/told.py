"""Refusals told at once, by the commands that look at one address: they write no rejects to find them in."""

from __future__ import annotations

import sys
from typing import ClassVar

from scrapy import Request

from newscrawl.crawl.middlewares import RefusalMiddleware
from newscrawl.refused import Refused, advice
from newscrawl.shown import visible


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
        parts = [request.url, refused.reason, refused.detail, advice(refused.reason)]
        print(f"scrapy: {visible(': '.join(filter(None, parts)))}", file=sys.stderr)
