"""The demo portal and its mirror, asked over real HTTP: every trap, every way to an article, every charset claim."""

from __future__ import annotations

import logging
import re
import signal
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from lxml import html

from newscrawl.decode.restore.channel import PROFILES, corrupt
from newscrawl.demo import roles
from newscrawl.demo.junk import spam_line
from newscrawl.demo.mirror import profile_of
from newscrawl.demo.news import Story, cloud_path, load_news, portal_path, portal_paths
from newscrawl.demo.server import DemoSite
from newscrawl.demo.traps import HUGE, RECOVERED, SLOW_SECONDS, TRAPS
from newscrawl.refused import REASONS

STORIES = load_news()
HOSTS = ("portal", "mirror")
PAGES = [path for story in STORIES for path in portal_paths(story)]
Reply = tuple[int, HTTPMessage, bytes]


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite(0, 0) as running:
        yield running


@pytest.fixture(params=HOSTS)
def base(site: DemoSite, request: pytest.FixtureRequest) -> str:
    return base_of(site, request.param)


def base_of(site: DemoSite, host: str) -> str:
    return site.portal_url if host == "portal" else site.mirror_url


@pytest.fixture(scope="module")
def linked(site: DemoSite) -> dict[str, set[str]]:
    """What <a> links lead to from the front page of each host."""
    return {host: crawl(base_of(site, host), "/") for host in HOSTS}


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


# The news


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


@pytest.mark.parametrize("host", HOSTS)
def test_traps_are_linked(site: DemoSite, linked: dict[str, set[str]], host: str) -> None:
    base = base_of(site, host)
    missing = [name for name, trap in TRAPS.items() if urljoin(base, trap.path) not in linked[host]]
    assert missing == []


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


# Ways to the articles


def links(url: str, body: bytes) -> list[str]:
    """The targets of <a> on a page, as addresses without fragment; the bytes are UTF-8 or GB18030."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("gb18030")
    hrefs = [a.get("href", "") for a in html.fromstring(text).iter("a")]
    return [urldefrag(urljoin(url, href)).url for href in hrefs if not href.startswith(("javascript:", "#"))]


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


# The server


def test_taken_port_is_replaced_with_a_warning(site: DemoSite, caplog: pytest.LogCaptureFixture) -> None:
    taken = urlsplit(site.portal_url).port or 0
    with caplog.at_level(logging.WARNING), DemoSite(taken, 0) as second:
        assert second.portal_url != site.portal_url
        assert get(second.portal_url + "/")[0] == 200
    assert f"port {taken} is taken" in caplog.text


def test_stop_closes_ports_and_open_connections() -> None:
    with DemoSite(0, 0) as running:
        connection = HTTPConnection(urlsplit(running.portal_url).netloc, timeout=5)
        connection.request("GET", "/")
        connection.getresponse().read()
        assert connection.sock.fileno() > 0
    assert connection.sock.recv(1) == b""
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        get(running.portal_url + "/")


def test_hanging_up_on_a_page_harms_nobody(base: str, caplog: pytest.LogCaptureFixture) -> None:
    connection = HTTPConnection(urlsplit(base).netloc, timeout=5)
    connection.request("GET", TRAPS["huge"].path)
    connection.getresponse().read(1000)
    connection.close()
    assert get(base + "/")[0] == 200
    assert caplog.text == ""


def test_command_serves_until_ctrl_c() -> None:
    command = [sys.executable, "-m", "newscrawl.demo", "--portal-port", "0", "--mirror-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        urls = dict(process.stdout.readline().split() for _ in HOSTS)
        assert {name: get(url + "/")[0] for name, url in urls.items()} == dict.fromkeys(HOSTS, 200)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
