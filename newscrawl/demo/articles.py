"""The article pages: which view stands at which address."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import zip_longest

from newscrawl.demo import roles
from newscrawl.demo.news import Picture, Story, cloud_path, load_news, portal_paths
from newscrawl.demo.render import Link, View, link_to

# (declared charset, charset of the bytes, Content-Type) of each template
_CHARSETS = {
    "trs": ("gb2312", "gb18030", "text/html"),
    "photo": ("gb2312", "gb18030", "text/html"),
    "early2019": ("utf-8", "utf-8", "text/html"),
    "cloud": ("utf-8", "utf-8", "text/html; charset=utf-8"),
    "epaper": ("utf-8", "utf-8", "text/html"),
}


@cache
def listed() -> tuple[Story, ...]:
    """The articles that lists show, newest first: the others are found through a feed or the e-paper alone."""
    unlisted = {*roles.SITEMAP_ONLY, *roles.RSS_ONLY}
    return tuple(story for story in load_news() if story.id not in unlisted and story.kind != "epaper")


@cache
def hot() -> tuple[Link, ...]:
    """The ranking beside every page; the article with two addresses is in it by the first of them."""
    return tuple(link_to(story) for at, story in enumerate(listed()) if at % 8 == 0 or story.id == roles.REPEATED)


@cache
def article_views() -> dict[str, View]:
    """Address -> view for every page of every article, and for the second copy of one."""
    views: dict[str, View] = {}
    for story in load_news():
        paths = portal_paths(story)
        views |= {path: article_view(story, story.era, paths, page) for page, path in enumerate(paths, 1)}
        if story.id == roles.REPEATED:
            views[cloud_path(story)] = article_view(story, "cloud", [cloud_path(story)])
    return views


def article_view(story: Story, era: str, paths: Sequence[str], page: int = 1) -> View:
    """One page of an article in the template of an era; `paths` are the addresses of all its pages."""
    charset, encoding, content_type = _CHARSETS[era]
    related = _related(story)
    return View(
        template=f"{era}.html",
        charset="gb2312" if story.id in roles.LYING_LABEL else charset,
        encoding=encoding,
        content_type="text/html" if story.id in roles.LYING_LABEL else content_type,
        story=story.id,
        context={
            "story": story,
            "blocks": _blocks(story, page, len(paths)),
            "page": page,
            "pages": paths,
            "related": related[:6],
            "picks": related[6:12],
            "hot": hot(),
        },
    )


def _related(story: Story) -> list[Link]:
    same = [other for other in listed() if other.channel == story.channel and other.id != story.id]
    at = int(story.id[1:]) % len(same)
    return [link_to(other) for other in (same[at:] + same[:at])[:12]]


def _blocks(story: Story, page: int, pages: int) -> list[str | Picture]:
    """The paragraphs and pictures of a page: byline, lead and pictures are on the first, the credit is on the last."""
    size = -(-len(story.body) // pages)
    texts = list(story.body[(page - 1) * size : page * size])
    if page == 1:
        texts[0] = _opening(story)
    byline = [story.byline] if page == 1 and story.byline else []
    credit = [story.credit] if page == pages and story.credit else []
    pictures = story.images if page == 1 else ()
    return [*byline, *_arranged(story.kind, texts, pictures), *credit]


def _opening(story: Story) -> str:
    """The first paragraph behind its lead; a bare 本报讯 is set off by a space, a lead in brackets is not."""
    lead = (story.lead or "").strip()
    return f"{lead} {story.body[0]}" if lead and not lead.endswith("）") else lead + story.body[0]


def _arranged(kind: str, texts: Sequence[str], pictures: Sequence[Picture]) -> list[str | Picture]:
    """A photo story has its text first; elsewhere a picture stands before each paragraph, as long as there are any."""
    if kind == "photo":
        return [*texts, *pictures]
    return [block for pair in zip_longest(pictures, texts) for block in pair if block is not None]
