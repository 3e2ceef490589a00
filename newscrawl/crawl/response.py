"""A response as the rest of the house takes it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime, timezone

from scrapy.http import Response

from newscrawl.crawl.links import Links, canonical, read_links
from newscrawl.crawl.paging import trs_next
from newscrawl.crawl.request import FETCHED_AT, address_of
from newscrawl.decode.charset import decode
from newscrawl.items import Article
from newscrawl.page import Page
from newscrawl.refused import Refused

_FOREIGN = re.compile(
    r"(image|audio|video|font)/|application/(pdf|zip|x-rar|msword|vnd\.(?!wap)|x-shockwave|x-7z|java)"
)


def page_of(response: Response) -> Page:
    """A response as the pipelines take it. Header bytes are read as Latin-1, which every byte is."""
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return Page(url=response.url, asked=address_of(response.request), body=response.body, headers=headers)


def article_of(response: Response, site: str) -> Article:
    """The article whose first page a response is; the page is not in it yet."""
    return Article(url=canonical(response.url), site=site, fetched_at=fetched_at(response), http_status=response.status)


def fetched_at(response: Response) -> datetime:
    """When the request left for this answer (UTC); now for what no network brought, such as a file."""
    told = response.request.meta.get(FETCHED_AT) if response.request else None
    return told if isinstance(told, datetime) else datetime.now(timezone.utc)


def foreign_type(response: Response) -> str | None:
    """The media type of an answer that cannot be a page, such as image/png; None when it may be one.

    Servers call pages many things, so only types that are surely something else count.
    """
    declared = (response.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()
    return declared if _FOREIGN.match(declared) else None


def hash_of(body: bytes) -> str:
    """SHA-256 (hex) of a page as it was received and unpacked."""
    return hashlib.sha256(body).hexdigest()


def links_of(response: Response, limit: int) -> Links:
    """Where a list leads; at most `limit` links of it are read. Raises `Refused` for what is no text."""
    if foreign := foreign_type(response):
        raise Refused("not_text", foreign)
    page = page_of(response)
    decoded = decode(page.body, page.headers.get("content-type", ""))
    links = read_links(decoded.text, response.url, decoded.charset, limit)
    scripted = trs_next(page.body, response.url)
    return replace(links, following=[*links.following, scripted]) if scripted else links
