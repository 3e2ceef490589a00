"""The demo's sites, asked over HTTP: what the tests of this folder share."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import html

from newscrawl.demo.news import Story, load_news, portal_paths
from newscrawl.demo.server import DemoSite

STORIES = load_news()
HOSTS = ("portal", "mirror")
PAGES = [path for story in STORIES for path in portal_paths(story)]
Reply = tuple[int, HTTPMessage, bytes]


def base_of(site: DemoSite, host: str) -> str:
    return site.portal_url if host == "portal" else site.mirror_url


def get(url: str) -> Reply:
    """One request: no redirect followed, nothing decoded."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=20)
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def page(url: str) -> bytes:
    """The body, asked for again when the first answer was an error."""
    status, _, body = get(url)
    return body if status == 200 else get(url)[2]


def story_of(story_id: str) -> Story:
    return next(story for story in STORIES if story.id == story_id)


def links(url: str, body: bytes) -> list[str]:
    """The targets of <a> on a page, as addresses without fragment; the bytes are UTF-8 or GB18030."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("gb18030")
    hrefs = [a.get("href", "") for a in html.fromstring(text).iter("a")]
    return [urldefrag(urljoin(url, href)).url for href in hrefs if not href.startswith(("javascript:", "#"))]
