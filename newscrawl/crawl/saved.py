"""A request that is answered with a saved page: a spider works on it as on any other, and nothing is fetched."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import HtmlResponse

from newscrawl.page import Page

SAVED = "newscrawl_saved"
"""Key of a request's meta: the page that answers it."""


class SavedPages:
    """The downloader middleware that does it; it must be the first, so that robots.txt is not asked for either."""

    def process_request(self, request: Request) -> HtmlResponse | None:
        """The answer, or None for requests that are to be fetched."""
        page: Page | None = request.meta.get(SAVED)
        if page is None:
            return None
        return HtmlResponse(page.url, headers=dict(page.headers), body=page.body, request=request)
