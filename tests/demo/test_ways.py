"""Every way to an article of the demo: links, feeds, pages that follow one another."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from lxml import html

from newscrawl.demo import roles
from newscrawl.demo.news import cloud_path, portal_path, portal_paths
from newscrawl.demo.server import DemoSite
from newscrawl.demo.traps import RECOVERED, TRAPS
from tests.demo.asking import HOSTS, STORIES, base_of, get, links, page, story_of


@pytest.fixture(scope="module")
def linked(site: DemoSite) -> dict[str, set[str]]:
    """What <a> links lead to from the front page of each host."""
    return {host: crawl(base_of(site, host), "/") for host in HOSTS}


@pytest.mark.parametrize("host", HOSTS)
def test_traps_are_linked(site: DemoSite, linked: dict[str, set[str]], host: str) -> None:
    base = base_of(site, host)
    missing = [name for name, trap in TRAPS.items() if urljoin(base, trap.path) not in linked[host]]
    assert missing == []


def crawl(base: str, start: str) -> set[str]:
    """Every address that <a> links lead to, pages of traps and other hosts seen but not entered."""
    closed = {urljoin(base, trap.path) for trap in TRAPS.values() if trap.outcome != RECOVERED}
    seen = {urljoin(base, start)}
    queue = list(seen)
    while queue:
        url = queue.pop()
        fresh = set(links(url, page(url))) - seen
        seen |= fresh
        queue += [link for link in fresh if link.startswith(base + "/") and link not in closed]
    return seen


def feed(base: str, name: str, tag: str) -> set[str]:
    return set(re.findall(rf"<{tag}>([^<]+)</{tag}>", get(f"{base}/{name}")[2].decode()))


def test_every_article_is_found_and_feeds_are_needed(site: DemoSite, linked: dict[str, set[str]]) -> None:
    base, lists = site.portal_url, linked["portal"]
    sitemap, rss = feed(base, "sitemap.xml", "loc"), feed(base, "rss.xml", "link")
    wanted = {base + portal_path(story) for story in STORIES}
    assert wanted <= lists | sitemap | rss
    assert wanted - lists - rss == {base + portal_path(story_of(id_)) for id_ in roles.SITEMAP_ONLY}
    assert wanted - lists - sitemap == {base + portal_path(story_of(id_)) for id_ in roles.RSS_ONLY}


def test_sitemap_is_named_by_robots(site: DemoSite) -> None:
    assert f"Sitemap: {site.portal_url}/sitemap.xml" in get(site.portal_url + "/robots.txt")[2].decode()


def test_mirror_links_every_article(site: DemoSite, linked: dict[str, set[str]]) -> None:
    wanted = {site.mirror_url + portal_path(story) for story in STORIES}
    assert wanted <= linked["mirror"]


def test_channel_lists_are_paged_by_eight(site: DemoSite) -> None:
    tree = html.fromstring(get(site.portal_url + "/yaowen/index.html")[2])
    assert len(tree.cssselect(".news_list_box li")) == 8
    assert [a.get("href") for a in tree.cssselect(".paging a") if a.text == "下一页"] == ["/yaowen/index_2.html"]


def test_tracked_articles_have_two_addresses(site: DemoSite, linked: dict[str, set[str]]) -> None:
    for id_ in roles.TRACKED:
        url = site.portal_url + portal_path(story_of(id_))
        assert url in linked["portal"]
        assert [link for link in linked["portal"] if link.startswith(url + "?spm=")]


def test_one_article_stands_at_two_paths(site: DemoSite, linked: dict[str, set[str]]) -> None:
    story = story_of(roles.REPEATED)
    for path in (portal_path(story), cloud_path(story)):
        assert site.portal_url + path in linked["portal"]
        assert story.body[-1] in page(site.portal_url + path).decode()


@pytest.mark.parametrize("id_", roles.PAGES)
def test_pages_of_an_article_hold_its_text_in_order(site: DemoSite, id_: str) -> None:
    story = story_of(id_)
    encoding = "gb18030" if story.era == "trs" else "utf-8"
    texts = [page(site.portal_url + path).decode(encoding) for path in portal_paths(story)]
    found = re.findall("|".join(map(re.escape, story.body)), "".join(body_text(text) for text in texts))
    assert found == list(story.body)
    if story.era == "trs":
        name = portal_path(story).rpartition("/")[2].partition(".")[0]
        assert f'createPageHTML({len(texts)}, 0, "{name}", "shtml");' in texts[0]


def body_text(page_text: str) -> str:
    elements = html.fromstring(page_text).cssselect(".TRS_Editor, .article_w, .artibody, .photo_content, #copytext")
    return "".join(element.text_content() for element in elements)


def test_epaper_page_links_both_ways(site: DemoSite) -> None:
    story = next(story for story in STORIES if story.era == "epaper")
    folder, _, file = portal_path(story).rpartition("/")
    text = get(f"{site.portal_url}{folder}/")[2].decode()
    assert f"onclick=\"window.open('{file}')\"" in text
    assert f'<a href="{file}">' in text
    assert f"{story.published_at:%Y}年" not in body_text(page(site.portal_url + portal_path(story)).decode())
