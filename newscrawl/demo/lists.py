"""The pages that link to articles: front page, channel lists, e-paper pages; and the feeds."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawl.demo import roles
from newscrawl.demo.articles import hot, listed
from newscrawl.demo.news import CHANNELS, Story, cloud_path, epaper_folder, load_news, portal_path
from newscrawl.demo.render import Link, View, fill, link_to
from newscrawl.demo.traps import SERVICES, Trap

_ON_A_LIST_PAGE = 8
_ON_THE_FRONT_PAGE = 5
_IN_RSS = 20
_TRACKING = "?spm=zm1033-001.0.0.1.Kq7vXe"


def portal_lists() -> dict[str, View]:
    """Address -> view for every page of the portal that is no article."""
    views = {"/": _front(), "/index.html": _front(), **_paper_pages()}
    for folder, name in CHANNELS.items():
        views |= list_views(name, f"/{folder}/index", _channel_links(folder), _ON_A_LIST_PAGE)
    return views


def list_views(
    name: str, stem: str, links: Sequence[Link], size: int, services: Sequence[Trap] = ()
) -> dict[str, View]:
    """The pages of one list: {stem}.html, {stem}_2.html and so on; the first of them also links to `services`."""
    chunks = [links[at : at + size] for at in range(0, len(links), size)]
    pages = [f"{stem}_{number}.html" if number > 1 else f"{stem}.html" for number in range(1, len(chunks) + 1)]
    common = {"name": name, "pages": pages, "hot": hot()}
    return {
        pages[index]: View(
            template="list.html",
            context={**common, "page": index + 1, "links": chunk, "services": () if index else services},
            content_type="text/html; charset=utf-8",
        )
        for index, chunk in enumerate(chunks)
    }


def _channel(folder: str) -> list[Story]:
    return [story for story in listed() if story.channel == folder]


def _channel_links(folder: str) -> list[Link]:
    """The articles of a channel, some by a tracking address; at the end the second copy of the one that has two."""
    stories = _channel(folder)
    links = [link_to(story, portal_path(story) + _TRACKING * (story.id in roles.TRACKED)) for story in stories]
    return links + [link_to(story, cloud_path(story)) for story in stories if story.id == roles.REPEATED]


def _front() -> View:
    sections = [
        {"folder": folder, "name": name, "links": [link_to(story) for story in _channel(folder)[:_ON_THE_FRONT_PAGE]]}
        for folder, name in CHANNELS.items()
    ]
    context = {"sections": sections, "papers": sorted(_papers()), "hot": hot(), "services": SERVICES}
    return View(template="front.html", context=context, content_type="text/html; charset=utf-8")


def _papers() -> dict[str, list[Story]]:
    """Address of each page of the e-paper -> the articles on it."""
    papers: dict[str, list[Story]] = {}
    for story in load_news():
        if story.kind == "epaper":
            papers.setdefault(epaper_folder(story), []).append(story)
    return papers


def _paper_pages() -> dict[str, View]:
    return {
        path: View(
            template="epaper_page.html",
            context={
                "date": f"{stories[0].published_at:%Y-%m-%d}",
                "links": [link_to(s) for s in stories],
                "hot": hot(),
            },
        )
        for path, stories in _papers().items()
    }


def sitemap(base: str) -> str:
    """The sitemap for the host `base`: every third article, and those that only it knows."""
    stories = [story for story in load_news() if story.id in roles.SITEMAP_ONLY]
    return fill("sitemap.xml", base=base, links=[link_to(story) for story in (*listed()[::3], *stories)])


def rss(base: str) -> str:
    """The RSS feed for the host `base`: the newest articles, and those that only it knows."""
    stories = [story for story in load_news() if story.id in roles.RSS_ONLY]
    return fill("rss.xml", base=base, links=[link_to(story) for story in (*stories, *listed()[:_IN_RSS])])


def robots(base: str) -> str:
    """The robots.txt of the host `base`."""
    return f"User-agent: *\nDisallow: /private/\n\nSitemap: {base}/sitemap.xml\n"
