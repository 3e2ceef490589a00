"""Every trap of the demo does to a visitor what it says; and the news are whole."""

from __future__ import annotations

import time
import zlib
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from newscrawl.demo import roles
from newscrawl.demo.server import DemoSite
from newscrawl.demo.traps import HUGE, RECOVERED, SLOW_SECONDS, TRAPS
from newscrawl.refused import REASONS
from tests.demo.asking import HOSTS, PAGES, STORIES, base_of, get, links, page


def test_news_is_complete() -> None:
    assert len(STORIES) >= 80
    assert {story.era for story in STORIES} == {"trs", "early2019", "cloud", "photo", "epaper"}
    assert len(set(PAGES)) == len(PAGES)


@pytest.mark.parametrize("name", ["SITEMAP_ONLY", "RSS_ONLY", "TRACKED", "LYING_LABEL", "PAGES", "PROFILES"])
def test_roles_name_articles(name: str) -> None:
    assert set(getattr(roles, name)) <= {story.id for story in STORIES}


# The traps


def test_every_trap_has_an_outcome() -> None:
    assert {trap.outcome for trap in TRAPS.values()} <= {*REASONS, RECOVERED}


def test_not_found(base: str) -> None:
    assert get(base + TRAPS["not_found"].path)[0] == 404


@pytest.mark.parametrize("host", HOSTS)
def test_flaky_answers_500_once_a_start(host: str) -> None:
    for _ in range(2):
        with DemoSite(0, 0) as fresh:
            url = base_of(fresh, host) + TRAPS["flaky"].path
            assert [get(url)[0] for _ in range(3)] == [500, 200, 200]


def test_redirect_loop_comes_back(base: str) -> None:
    first = base + TRAPS["redirect_loop"].path
    status, headers, _ = get(first)
    second = urljoin(first, headers["Location"])
    assert status == 302
    assert second != first
    assert urljoin(second, get(second)[1]["Location"]) == first


def test_offsite_link_leads_off_the_site() -> None:
    assert urlsplit(TRAPS["offsite"].path).hostname == "offsite.invalid"


def test_private_folder_is_denied_but_there(base: str) -> None:
    path = TRAPS["robots_denied"].path
    assert path.startswith("/private/")
    assert b"Disallow: /private/" in get(base + "/robots.txt")[2]
    assert get(base + path)[0] == 200


def test_calendar_never_ends(base: str) -> None:
    seen = set()
    url = base + TRAPS["calendar"].path
    for _ in range(30):
        assert url not in seen
        seen.add(url)
        url = next(link for link in links(url, page(url)) if "/rili/" in link)


@pytest.mark.parametrize("path", ["/rili/0001-01.html", "/rili/9999-12.html", "/rili/12345-06.html"])
def test_calendar_knows_every_year(base: str, path: str) -> None:
    assert get(base + path)[0] == 200


def test_huge_page_is_streamed(base: str) -> None:
    status, headers, body = get(base + TRAPS["huge"].path)
    assert (status, headers["Content-Length"], headers["Content-Type"]) == (200, None, "text/html; charset=utf-8")
    assert HUGE <= len(body) < HUGE + 200_000
    assert body.rstrip().endswith(b"</html>")


def test_cut_gzip_is_cut_in_the_article(base: str) -> None:
    _, headers, body = get(base + TRAPS["cut_gzip"].path)
    assert headers["Content-Encoding"] == "gzip"
    unpacker = zlib.decompressobj(wbits=31)
    text = unpacker.decompress(body)
    assert not unpacker.eof
    assert b"<h1>" in text
    assert b"</html>" not in text


def test_empty_page_is_white_space(base: str) -> None:
    status, _, body = get(base + TRAPS["empty"].path)
    assert (status, body.strip()) == (200, b"")
    assert body


def test_untitled_article_has_a_body(base: str) -> None:
    tree = html.fromstring(get(base + TRAPS["untitled"].path)[2].decode())
    assert tree.cssselect("h1") == []
    assert len(tree.cssselect(".article_w p")) > 3


def test_slow_page_comes_late_and_whole(base: str) -> None:
    begin = time.monotonic()
    status, _, body = get(base + TRAPS["slow"].path)
    assert time.monotonic() - begin >= SLOW_SECONDS
    assert status == 200
    assert len(body) > 10_000


@pytest.mark.parametrize(
    ("name", "declared", "true"), [("utf8_header", "utf-8", "gb18030"), ("gbk_header", "gbk", "utf-8")]
)
def test_header_lies_on_the_portal(site: DemoSite, name: str, declared: str, true: str) -> None:
    _, headers, body = get(site.portal_url + TRAPS[name].path)
    assert headers.get_content_charset() == declared
    with pytest.raises(UnicodeDecodeError):
        body.decode(declared)
    assert any(story.title in body.decode(true) for story in STORIES)
