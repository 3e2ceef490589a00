"""The portal: address -> answer. Pure: the same address gives the same bytes."""

from __future__ import annotations

from base64 import b64decode
from functools import cache

from newscrawl.demo import lists
from newscrawl.demo.answer import Answer, text_answer
from newscrawl.demo.articles import article_views
from newscrawl.demo.render import View, markup
from newscrawl.demo.traps import PORTAL_LOOK, error_answer

_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

_FEEDS = {
    "/sitemap.xml": (lists.sitemap, "application/xml; charset=utf-8"),
    "/rss.xml": (lists.rss, "application/rss+xml; charset=utf-8"),
    "/robots.txt": (lists.robots, "text/plain; charset=utf-8"),
}


@cache
def views() -> dict[str, View]:
    """Address -> view for every page of the portal."""
    return {**lists.portal_lists(), **article_views()}


def answer(path: str, base: str) -> Answer:
    """What the portal answers for a path, 404 when nothing is there; `base` is its own address: the feeds need it."""
    if path in _FEEDS:
        write, content_type = _FEEDS[path]
        return text_answer(write(base), content_type)
    if path.endswith(".jpg"):
        return Answer(headers={"Content-Type": "image/gif"}, body=_PIXEL)
    return _page(path) if path in views() else error_answer(404, "您访问的页面不存在")


@cache
def _page(path: str) -> Answer:
    view = views()[path]
    body = markup(view, path, PORTAL_LOOK).encode(view.encoding)
    return Answer(headers={"Content-Type": view.content_type}, body=body)
