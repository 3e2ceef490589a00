"""The pages of the demo, byte for byte: every charset claim, and what the mirror makes of an article."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from urllib.parse import urljoin

import pytest
from lxml import html

from newscrawl.decode.restore.channel import PROFILES, corrupt
from newscrawl.demo import roles
from newscrawl.demo.junk import spam_line
from newscrawl.demo.mirror import profile_of
from newscrawl.demo.news import Story, portal_path
from newscrawl.demo.server import DemoSite
from newscrawl.demo.traps import TRAPS
from tests.demo.asking import HOSTS, PAGES, STORIES, base_of, get, page, story_of

# Bytes and charsets


@pytest.mark.parametrize("story", [s for s in STORIES if s.era == "trs"], ids=lambda story: story.id)
def test_trs_pages_say_gb2312_and_are_gb18030(site: DemoSite, story: Story) -> None:
    _, headers, body = get(site.portal_url + portal_path(story))
    assert headers.get_content_charset() in (None, "utf-8" if story.id == roles.UTF8_HEADER else None)
    assert b"charset=gb2312" in body
    assert story.title in body.decode("gb18030")
    for wrong in ("gb2312", "utf-8"):
        with pytest.raises(UnicodeDecodeError):
            body.decode(wrong)


@pytest.mark.parametrize("id_", sorted(roles.LYING_LABEL))
def test_lying_label(site: DemoSite, id_: str) -> None:
    _, headers, body = get(site.portal_url + portal_path(story_of(id_)))
    assert headers["Content-Type"] == "text/html"
    assert b"charset=gb2312" in body
    assert story_of(id_).title in body.decode("utf-8")


@pytest.mark.parametrize("host", HOSTS)
def test_article_pages_have_a_real_size(site: DemoSite, host: str) -> None:
    sizes = {path: len(page(base_of(site, host) + path)) for path in PAGES}
    assert {path: size for path, size in sizes.items() if not 10_000 <= size <= 40_000} == {}


def test_pictures_are_answered(base: str) -> None:
    story = next(story for story in STORIES if story.images)
    status, headers, _ = get(urljoin(base + portal_path(story), story.images[0].file))
    assert (status, headers["Content-Type"]) == (200, "image/gif")


FINGERPRINT = """
import hashlib
from newscrawl.demo import mirror, portal
digest = hashlib.sha256()
for host in (portal, mirror):
    for path in [*host.views(), "/sitemap.xml", "/rss.xml", "/robots.txt", "/nothing.html"]:
        answer = host.answer(path, "http://127.0.0.1:1")
        digest.update(repr((path, answer.status, answer.headers, answer.body)).encode())
print(digest.hexdigest())
"""


def test_bytes_do_not_depend_on_the_process() -> None:
    prints = {
        subprocess.run(
            [sys.executable, "-c", FINGERPRINT], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(prints) == 1


def test_same_request_same_bytes(base: str) -> None:
    for path in ("/", "/yaowen/index_2.html", portal_path(STORIES[0]), TRAPS["cut_gzip"].path):
        assert get(base + path)[2] == get(base + path)[2]


# The mirror


def test_profiles_are_mixed() -> None:
    count = Counter(profile_of(story.id) for story in STORIES)
    assert set(count) == set(PROFILES)
    assert count["A-bytes"] == 6
    assert count["A"] + count["B"] > len(STORIES) / 2
    assert min(count.values()) >= 3


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_mirror_page_is_wrecked(site: DemoSite, story: Story) -> None:
    path = portal_path(story)
    text = page(site.mirror_url + path).decode("utf-8")
    tree = html.fromstring(text)
    assert 'charset=utf-8"' in text
    assert f"<title>{spam_line(path)}</title>" in text
    assert corrupt(story.title, PROFILES[profile_of(story.id)]) in html.tostring(tree, encoding="unicode")
    assert tree.xpath('//link[@rel="canonical"]/@href') == ["http://wwwwww.jianghan.example/"]
    assert len(tree.xpath('//div[contains(@style, "display:none")]')) == 3
    assert tree.xpath('//div[@class="footer"]//p[contains(., "www.jianghan.example")]')
    assert tree.xpath('string(//a[@class="logo"])') != "江汉网"
    assert text.count("县</a>| ") > 10


def test_mirror_does_not_convert_what_it_adds(site: DemoSite) -> None:
    path = portal_path(story_of("y101"))
    text = page(site.mirror_url + path).decode()
    assert f'<h1><a href="/">{spam_line(path)}</a></h1>' in text
    assert "感谢您访问我们的网站" in text
    assert "清漪河大橋" in text
