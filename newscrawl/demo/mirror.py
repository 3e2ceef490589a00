"""The mirror: every page of the portal at the same path, wrecked as mirrors do, and a list of its own in front.

What it copies goes through the corruption channel (`newscrawl.decode.restore.channel`), text by text between the tags;
what it adds (`junk.py`, its name) does not. Its pages are UTF-8 and say so.
"""

from __future__ import annotations

from functools import cache

from newscrawl.decode.restore.channel import PROFILES, corrupt_page
from newscrawl.demo import portal, roles
from newscrawl.demo.answer import Answer, text_answer
from newscrawl.demo.junk import inject
from newscrawl.demo.lists import list_views
from newscrawl.demo.news import load_news
from newscrawl.demo.render import Look, View, link_to, markup
from newscrawl.demo.traps import SERVICES, error_answer

_LOOK = Look(brand="聚汇资讯", canonical="http://wwwwww.jianghan.example/", charset="utf-8")
_ON_A_LIST_PAGE = 24
_ROBOTS = "User-agent: *\nDisallow: /private/\n"


def profile_of(story_id: str) -> str:
    """Which damage an article has on the mirror: a key of `newscrawl.decode.restore.channel.PROFILES`."""
    return roles.PROFILES.get(story_id, "A" if int(story_id[1:]) % 2 else "B")


@cache
def views() -> dict[str, View]:
    """Address -> view for every page of the mirror, before the damage."""
    front = list_views("首页", "/index", [link_to(story) for story in load_news()], _ON_A_LIST_PAGE, SERVICES)
    return {**portal.views(), **front, "/": front["/index.html"]}


def answer(path: str, base: str) -> Answer:
    """What the mirror answers for a path; `base`, its own address, is not needed. 404 when nothing is there."""
    if path == "/robots.txt":
        return text_answer(_ROBOTS, "text/plain")
    if path.endswith(".jpg"):
        return portal.answer(path, base)
    return _page(path) if path in views() else error_answer(404, "页面不存在")


@cache
def _page(path: str) -> Answer:
    view = views()[path]
    profile = PROFILES[profile_of(view.story) if view.story else "A"]
    wrecked = corrupt_page(markup(view, path, _LOOK), profile, keep=(_LOOK.brand,))
    return text_answer(inject(wrecked, path), "text/html; charset=utf-8")
