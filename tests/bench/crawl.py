"""The cost of our crawl beside that of a bare Scrapy spider: `make bench`.

Both fetch the same pages (the demo portal and its mirror, served by a third process) with the same settings for the
network, in processes of their own, in turn. The bare spider yields address and title of each page into a feed; ours
decodes, restores, extracts, judges and writes records. What is compared is the CPU time of the whole process, start-up
included, and the same without start-up (a crawl of one page). Absolute times depend on the machine; the ratio does not.
Then `read_article` alone, on a page of 60 KB.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from newscrawl import read_article
from newscrawl.demo import mirror, portal
from newscrawl.demo.news import load_news, portal_path

ROOT = Path(__file__).parent.parent.parent
NETWORK = (
    "-s",
    "AUTOTHROTTLE_ENABLED=0",
    "-s",
    "DOWNLOAD_DELAY=0",
    "-s",
    "HTTPPROXY_ENABLED=0",
    "-s",
    "LOG_LEVEL=WARNING",
)
ALLOW = ("-s", "GUARD_ALLOWED_HOSTS=127.0.0.1", "-s", "LOG_LEVEL=WARNING")

OURS = """
from newscrawl.sites.demo.demo import Demo
from newscrawl.sites.demo.demo_mirror import DemoMirror

class Ours({base}):
    name = "{site}"
    def open_server(self):
        self.start_urls = ["{url}"]
    def close_server(self):
        pass
    def closed(self, reason):
        super().closed(reason)
        with open("{seen}", "w") as file:
            file.write("\\n".join(sorted(self.seen_urls)))
    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        from scrapy import signals
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.seen_urls = set()
        crawler.signals.connect(spider.note, signals.response_received)
        return spider
    def note(self, response, request):
        self.seen_urls.add(response.url)
"""

BARE = """
import scrapy

class Bare(scrapy.Spider):
    name = "bare"
    handle_httpstatus_all = True
    start_urls = open("{seen}").read().split()[:{most}]
    def parse(self, response):
        if isinstance(response, scrapy.http.HtmlResponse):
            yield {{"url": response.url, "title": response.xpath("//title/text()").get()}}
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each (5)")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name, Demo() as demo:
        folder = Path(name)
        sites = (("demo", "Demo", demo.portal), ("demo_mirror", "DemoMirror", demo.mirror))
        costs = [_compare(folder, site, base, url, runs) for site, base, url in sites]
    mine, theirs = (sum(column) for column in zip(*costs, strict=True))
    print(f"both: CPU seconds: newscrawl {mine:.2f}, bare Scrapy {theirs:.2f}; newscrawl / bare: {mine / theirs:.2f}")
    _read_article(runs)


class Demo:
    """The demo server as a process of its own."""

    def __enter__(self) -> Demo:
        command = [sys.executable, "-u", "-m", "newscrawl.demo", "--portal-port", "0", "--mirror-port", "0"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        printed = ""
        while len(found := re.findall(r"http://[\d.:]+\d", printed)) < 2:
            printed += self.process.stdout.readline()
        self.portal, self.mirror = (f"{url}/" for url in found)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate()


def _compare(folder: Path, site: str, base: str, url: str, runs: int) -> tuple[float, float]:
    """Print one site's figures; returns the median CPU seconds of both."""
    seen = folder / f"{site}.seen"
    ours, bare, one = (folder / f"{site}_{kind}.py" for kind in ("ours", "bare", "one"))
    ours.write_text(OURS.format(base=base, site=site, url=url, seen=seen))
    bare.write_text(BARE.format(seen=seen, most=""))
    one.write_text(BARE.format(seen=seen, most="1"))
    _cpu(ours, folder)  # warm up, and learn the pages
    pages = len(seen.read_text().split())
    rows = [(_cpu(ours, folder), _cpu(bare, folder), _cpu(one, folder)) for _ in range(runs)]
    mine, theirs, start = (statistics.median(column) for column in zip(*rows, strict=True))
    ratio = statistics.median(a / b for a, b, _ in rows)
    lean = statistics.median((a - c) / (b - c) for a, b, c in rows)
    print(f"{site}: {pages} pages, CPU seconds: newscrawl {mine:.2f}, bare Scrapy {theirs:.2f} (start-up {start:.2f})")
    print(f"  newscrawl / bare: {ratio:.2f} for the whole process, {lean:.2f} without start-up")
    return mine, theirs


def _cpu(spider: Path, folder: Path) -> float:
    """CPU seconds (user and system) of one `scrapy runspider`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "scrapy", "runspider", str(spider), *NETWORK, *ALLOW]
    command += ["-s", f"OUTPUT_DIR={folder}/output"]
    if not spider.stem.endswith("_ours"):
        command += ["-s", "ITEM_PIPELINES={}", "-s", "EXTENSIONS={}", "-O", f"{folder}/bare.jsonl:jsonlines"]
        command += ["-s", "FEED_EXPORT_FIELDS=url,title", "-s", "FEEDS={}"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1"}, check=True, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _read_article(runs: int) -> None:
    """Median milliseconds of `read_article` on a page of the portal and of its copy, filled up to 60 KB with links."""
    for kind, answer in (("portal", portal.answer), ("mirror", mirror.answer)):
        page = answer(portal_path(load_news()[0]), "").body
        filler = '<li><a href="/x/{}.html">又一条很长的新闻标题链接</a></li>'
        links = "".join(filler.format(number) for number in range((60_000 - len(page)) // 90)).encode()
        page = page.replace(b"</body>", b"<ul>" + links + b"</ul></body>")
        read_article(page, url="http://127.0.0.1/x.html")
        times = [_milliseconds(page) for _ in range(20 * runs)]
        print(f"read_article, {kind} page of {len(page) / 1000:.0f} KB: median {statistics.median(times):.1f} ms")


def _milliseconds(page: bytes) -> float:
    began = time.perf_counter()
    read_article(page, url="http://127.0.0.1/x.html")
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
