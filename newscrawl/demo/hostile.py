"""A hostile host: everything a server can do to a crawler, among a few good articles that must all come out.

Every trap has its address and its outcome here. `scrapy crawl demo_hostile` walks them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from newscrawl.demo import wire
from newscrawl.demo.answer import Answer, text_answer
from newscrawl.demo.articles import article_view
from newscrawl.demo.news import Story, load_news
from newscrawl.demo.render import Look, markup
from newscrawl.demo.server import Server, serve

HOSTILE_PORT = 8810

LOOK = Look(brand="险滩网")
GOOD = "good"
"""The outcome of a trap behind which an article stands that must come out."""
_FORTY = 40
_VISITS = ("PHPSESSID={}", "sid=4f9d{}0c2e77ab19", "sessionid=9b1e{}d0a6c2f48e73")

TRAPS: dict[str, str] = {
    # time
    "slow-head": "timeout",
    "slow-body": "timeout",
    # size
    "endless-head": "too_large",
    "endless-continue": "too_large",
    "long-header": "too_large",
    "cookies": "too_large",
    "gzip-bomb": "too_large",
    "deflate-bomb": "too_large",
    "claims-a-petabyte": "too_large",
    # where it leads
    "redirects": "redirect_loop",
    "to-private": "forbidden_address",
    "to-metadata": "forbidden_address",
    "to-name": "forbidden_address",
    "to-file": "http_error",
    "to-long": "address_too_long",
    # lies
    "claims-more": "truncated",
    "claims-less": "list_page",
    "claims-twice": "bad_answer",
    "cut": "truncated",
    "cut-chunk": "truncated",
    "no-head": "bad_answer",
    "says-image": "not_text",
    "is-image": "not_text",
    # odd, but good
    "http10": GOOD,
    "no-type": GOOD,
    "says-binary": GOOD,
    "formula": GOOD,
    "terminal": GOOD,
    "visits": GOOD,
    "forty": GOOD,
}
"""Name of a trap -> its outcome: a key of `newscrawl.refused.REASONS`, or `GOOD`. Each stands at /a/<name>.html, as
articles do; what stands at other addresses is in `OTHERS`."""

OTHERS: dict[str, tuple[str, str]] = {
    "million links": ("/l/million.html", "too_large"),
    "many links": ("/l/many.html", "too_many_links"),
    "the same article forty times": ("/a/forty.html?copy=N", "repeat_text"),
    "a name that leads to this machine": ("http://localhost:{port}/a/good-0.html", "forbidden_address"),
    "this machine in hexadecimal": ("http://0x7f.1:{port}/a/good-0.html", "forbidden_address"),
    "an address of 100 kB": ("/a/" + "x" * 100_000 + ".html", "address_too_long"),
    "entities in a sitemap": ("/f/entities.xml", "bad_feed"),
    "sitemaps without end": ("/f/11.xml", "depth_limit"),
    "a sitemap of a million": ("/f/million.xml.gz", "too_many_links"),
    "its articles, which are not there": ("/a/gone-N.html", "http_error"),
    "its articles, given up": ("/a/gone-N.html", "dead_feed"),
}
"""What the other traps are -> where they are and what comes of them; N stands for many numbers."""


class HostileSite:
    """The hostile host, served between `start` and `stop`; the port as for `DemoSite`.

    >>> site = HostileSite(0)
    >>> site.start().startswith("http://127.0.0.1:"), site.stop()
    (True, None)
    """

    def __init__(self, port: int = HOSTILE_PORT) -> None:
        self._port = port
        self._server: Server | None = None

    def start(self) -> str:
        """Serve in threads of their own; returns the address. What takes long to make is made now."""
        self._server = serve(answer, self._port)
        wire.million(self._server.url)
        wire.bomb("gzip"), wire.bomb("deflate")
        return self._server.url

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._server:
            self._server.stop()
            self._server = None


def answer(path: str, base: str) -> Answer:
    """What the host answers for a path; `base` is its own address."""
    kind, _, name = path.strip("/").partition("/")
    stem = name.partition(".")[0]
    if path == "/":
        return text_answer(_list([*_articles(), *_others(base), "/l/visits.html", "/l/forty.html"]), wire.HTML)
    if path == "/robots.txt":
        sitemaps = ("entities.xml", "1.xml", "million.xml.gz")
        return text_answer("".join(f"Sitemap: {base}/f/{name}\n" for name in sitemaps), "text/plain")
    if kind == "f":
        return _feed(stem, base)
    if kind == "l":
        return _lists(stem)
    if kind == "r":
        return wire.redirect(f"/r/{int(stem) + 1}")
    return _article(stem, base) if stem in TRAPS or stem in _stories() else Answer(status=404)


def _feed(stem: str, base: str) -> Answer:
    if stem == "million":
        return wire.million(base)
    return wire.entities(base) if stem == "entities" else wire.index(base, int(stem))


def _lists(stem: str) -> Answer:
    if stem == "million":
        return wire.many_links(wire.MILLION)
    if stem == "many":
        return wire.many_links(200_000)
    if stem == "forty":
        return text_answer(_list([f"/a/forty.html?copy={number}" for number in range(1, _FORTY)]), wire.HTML)
    visits = [f"/a/visits.html?{_VISITS[number % 3].format(number + 10)}" for number in range(30)]
    again = [f"/l/visits.html;jsessionid=8A4F{number:028X}" for number in range(30)]
    return text_answer(_list([*visits, *again]), wire.HTML)


def _list(addresses: list[str]) -> str:
    links = "\n".join(f'<li><a href="{address}">{address[:40]}</a></li>' for address in addresses)
    return f"<!DOCTYPE html><html><head><title>{LOOK.brand}</title></head><body><ul>\n{links}\n</ul></body></html>"


def _articles() -> list[str]:
    return [f"/a/{name}.html" for name in (*_stories(), *TRAPS) if name != "visits"]


def _others(base: str) -> list[str]:
    """The links to the other traps; feeds are named in robots.txt, and the rest by lists of their own."""
    port = base.rpartition(":")[2]
    return [path.format(port=port) for path, _ in OTHERS.values() if path.endswith(".html") and "-N" not in path]


@cache
def _stories() -> dict[str, Story]:
    """A made-up article for each good page: five plain ones, and one for each trap that has one."""
    names = [*(f"good-{number}" for number in range(5)), *(name for name, outcome in TRAPS.items() if outcome == GOOD)]
    plain = [story for story in load_news() if story.kind == "article"]
    return dict(zip(names, plain, strict=False))


@cache
def _page(name: str) -> bytes:
    """An article; a trap that lets none out has the text of the first one."""
    story = _stories().get(name) or _stories()["good-0"]
    page = markup(article_view(story, "cloud", [f"/a/{name}.html"]), f"/a/{name}.html", LOOK)
    if prefix := {"formula": "=1+", "terminal": "\x1b[2J\x9b5m\u202e"}.get(name):
        page = page.replace(story.title, prefix + story.title)
    return page.encode()


def _article(name: str, base: str) -> Answer:
    if name in _REDIRECTS:
        return wire.redirect(_REDIRECTS[name].format(port=base.rpartition(":")[2]))
    make = _ANSWERS.get(name)
    return make(_page(name)) if make else wire.page(_page(name))


_REDIRECTS = {
    "redirects": "/r/1",
    "to-private": "http://10.0.0.1/",
    "to-metadata": "http://169.254.169.254/latest/meta-data/",
    "to-name": "http://localhost:{port}/a/elsewhere.html",
    "to-file": "file:///etc/hostname",
    "to-long": "/a/" + "x" * 10_000 + ".html",
}

_ANSWERS: dict[str, Callable[[bytes], Answer]] = {
    "slow-head": lambda _: wire.slow_head(),
    "slow-body": wire.slow_body,
    "endless-head": lambda _: wire.endless_head(),
    "endless-continue": lambda _: wire.endless_continue(),
    "long-header": lambda _: wire.long_header(),
    "cookies": wire.cookies,
    "gzip-bomb": lambda _: wire.bomb("gzip"),
    "deflate-bomb": lambda _: wire.bomb("deflate"),
    "claims-a-petabyte": partial(wire.claimed, length=10**15),
    "claims-more": lambda body: wire.claimed(body, len(body) + 1_000),
    "claims-less": partial(wire.claimed, length=300),
    "claims-twice": wire.claimed_twice,
    "cut": lambda body: wire.claimed(body[: len(body) // 2], len(body)),
    "cut-chunk": wire.cut_chunk,
    "no-head": wire.without_head,
    "says-image": partial(wire.page, Content_Type="image/png"),
    "is-image": lambda _: wire.page(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
    "http10": wire.http10,
    "no-type": lambda body: Answer(body=body),
    "says-binary": partial(wire.page, Content_Type="application/octet-stream"),
}
