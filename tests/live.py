"""A small site on loopback, and a crawl of it in a process of its own: what tests of whole crawls share."""

from __future__ import annotations

import json
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from tests.forked import Run
from tests.torture.crawls import completed

ROOT = Path(__file__).parent.parent
HTML = "text/html; charset=utf-8"
ONE_AT_A_TIME = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1")


@dataclass
class Reply:
    """What the server sends; `claim` is a Content-Length that is not the body's."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": HTML})
    claim: int | None = None
    delay: float = 0.0


Pages = dict[str, Reply | Callable[[int], Reply]]


class Arrival(NamedTuple):
    """A request as the server saw it come."""

    host: str
    path: str
    at: float
    """Seconds."""


class Handler(BaseHTTPRequestHandler):
    """Answers from `pages`; a function there is given how often the address was asked for before."""

    pages: Pages
    asked: Counter[str]
    arrivals: list[Arrival]

    def do_GET(self) -> None:
        self.arrivals.append(Arrival((self.headers["Host"] or "").partition(":")[0], self.path, time.monotonic()))
        page = self.pages.get(self.path, Reply(b"nothing here", 404))
        reply = page(self.asked[self.path]) if callable(page) else page
        self.asked[self.path] += 1
        time.sleep(reply.delay)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(reply.claim or len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@dataclass
class Crawl:
    """What came of a crawl."""

    base: str
    asked: Counter[str]
    articles: dict[str, dict[str, Any]]
    rejects: list[dict[str, Any]]
    stats: dict[str, Any]
    log: str
    arrivals: list[Arrival]
    """Every request, in the order they came."""

    def refused(self) -> dict[str, tuple[str, str | None]]:
        """Address without the host -> reason and detail."""
        return {r["url"].removeprefix(self.base): (r["reason"], r["detail"]) for r in self.rejects}


SPIDER = """
    import json
    from newscrawl.crawl.portal import PortalSpider

    class Site(PortalSpider):
        name = "testsite"
        start_urls = ["{base}/"]
        allowed_domains = ["127.0.0.1", "127.0.0.2", "127.1", "localhost"]
        article_url = r"/t\\d+(_\\d+)?\\.s?html$|/pictures/|/slow/"
        list_url = r"/index(_\\d+)?\\.html$|/rili/|/deep/|/gate/"
        custom_settings = {{"GUARD_ALLOWED_HOSTS": ["127.0.0.1"], "AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_DELAY": 0,
            "HTTPPROXY_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 4, "DOWNLOAD_TIMEOUT": 2,
            "SLOW_FIRST_BYTE": 0.5, "REST_START": 0.1, "DOWNLOAD_MAXSIZE": 500_000,
            "ITEM_PIPELINES": {{"newscrawl.pipelines.PublishPipeline": 500}}}}

        def closed(self, reason):
            super().closed(reason)
            with open("{stats}", "w") as file:
                json.dump(self.crawler.stats.get_stats(), file, default=str)
"""


def crawl(pages: Pages, folder: Path, *options: str) -> Crawl:
    """Serve `pages`, crawl them with `options` behind `scrapy runspider`, and tell what came of it."""
    with served(pages) as site:
        done = completed(Run(command=command(site, folder, *options)[3:], seconds=100))
        if not (folder / "stats.json").exists():  # exit code 1 may say no more than that no article was seen
            done.check_returncode()
    return outcome(site, folder, done.stderr)


@dataclass
class Site:
    """A site that is served."""

    base: str
    """Its address, without a slash at the end."""
    asked: Counter[str] = field(default_factory=Counter)
    arrivals: list[Arrival] = field(default_factory=list)


@contextmanager
def served(pages: Pages) -> Iterator[Site]:
    """Serve pages while the block runs; {base} and {port} in them are filled in."""
    site = Site("")
    handler = type("TestHandler", (Handler,), {"pages": pages, "asked": site.asked, "arrivals": site.arrivals})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    site.base = f"http://127.0.0.1:{server.server_address[1]}"
    for reply in pages.values():
        if isinstance(reply, Reply):
            port = site.base.rpartition(":")[2]
            reply.body = reply.body.replace(b"{base}", site.base.encode()).replace(b"{port}", port.encode())
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def command(site: Site, folder: Path, *options: str) -> list[str]:
    """The command that crawls a site into a folder."""
    file, stats = folder / "spider.py", folder / "stats.json"
    file.write_text(textwrap.dedent(SPIDER).format(base=site.base, stats=stats), "utf-8")
    run = [sys.executable, "-m", "scrapy", "runspider", str(file)]
    return [*run, "-s", f"OUTPUT_DIR={folder / 'output'}", *options]


def outcome(site: Site, folder: Path, log: str) -> Crawl:
    """What a crawl has left in its folder."""
    found = {kind: read_lines(folder / "output" / kind / "testsite") for kind in ("articles", "rejects")}
    articles = {line["url"].removeprefix(site.base): line for line in found["articles"]}
    assert len(articles) == len(found["articles"]), "an article came out twice"
    stats = json.loads((folder / "stats.json").read_text())
    return Crawl(site.base, site.asked, articles, found["rejects"], stats, log, site.arrivals)


def read_lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in folder.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]


def html(*links: str, text: str = "江水流过小城，码头上的人都认得他。", head: str = "") -> Reply:
    anchors = "".join(f'<a href="{link}">链接</a>' for link in links)
    return Reply(f"<html><head>{head}</head><body><p>{text}</p>{anchors}</body></html>".encode())


def articles(numbers: range) -> list[str]:
    return [f"/t{number}.html" for number in numbers]


def portal(numbers: range, reply: Callable[[str], Reply | Callable[[int], Reply]] = lambda path: html()) -> Pages:
    """A front page and its articles, each of which answers as `reply` says."""
    return {"/": html(*articles(numbers)), **{path: reply(path) for path in articles(numbers)}}


def robots(text: str) -> Reply:
    return Reply(text.encode(), headers={"Content-Type": "text/plain"})


def xml(text: str) -> Reply:
    return Reply(text.encode(), headers={"Content-Type": "application/xml"})


def redirect(target: str) -> Reply:
    return Reply(status=302, headers={"Location": target})


def packed(body: bytes) -> Reply:
    return Reply(body, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})
