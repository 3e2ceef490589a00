"""What other extractors make of pages: `scrapy score --peers` runs it in the environment of peers.txt.

Takes JSON lines of pages, gives a JSON line for each extractor and page, as newscrawl/score/peers.py has it. Extractors
run with their default settings on the decoded source, each in a process of its own, and fetch nothing. `ms` is CPU
time; a page that takes more than `SLOW` is read again, as newscrawl does, and the shorter time counts. Extractors do
not refuse pages: one is accepted when a title and `SHORTEST` characters of text come out, and has failed when an
exception does, or nothing in `PATIENCE` seconds.
"""

from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from types import FrameType
from typing import Any

SHORTEST = 100
SLOW = 100.0
PATIENCE = 30.0
# The name of the page's own character set; a parser of text wants none.
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_MOMENT = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})(?:\D{1,3}(\d{1,2})[:时](\d{1,2}))?")
_BETWEEN_NAMES = re.compile(r"[、，,;；/|\s]+")

Read = Callable[[str, str], dict[str, Any]]  # source, address -> fields


def gne() -> Read:
    from gne import GeneralNewsExtractor

    def read(html: str, _url: str) -> dict[str, Any]:
        found = GeneralNewsExtractor().extract(html)
        names = [name for name in _BETWEEN_NAMES.split(found["author"]) if name]
        return {
            "title": found["title"],
            "time": iso(found["publish_time"]),
            "reporters": names,
            "body": found["content"],
        }

    return read


def trafilatura() -> Read:
    from trafilatura import bare_extraction

    def read(html: str, url: str) -> dict[str, Any]:
        found = bare_extraction(html, url=url or None, with_metadata=True)
        if found is None:
            return {"title": "", "time": "", "reporters": [], "body": ""}
        names = [name for name in (found.author or "").split("; ") if name]
        return {"title": found.title, "time": iso(found.date), "reporters": names, "body": found.text}

    return read


def newspaper4k() -> Read:
    from newspaper import Article
    from tldextract import TLDExtract, tldextract

    tldextract.TLD_EXTRACTOR = TLDExtract(suffix_list_urls=())  # the list it brings, not the one in the net

    def read(html: str, url: str) -> dict[str, Any]:
        article = Article(url or "http://page.example/", language="zh", fetch_images=False)
        article.download(input_html=html)
        article.parse()
        at = str(article.publish_date or "")
        return {"title": article.title, "time": iso(at), "reporters": article.authors, "body": article.text}

    return read


def magic_html() -> Read:
    from magic_html import GeneralExtractor

    extractor = GeneralExtractor()

    def read(html: str, url: str) -> dict[str, Any]:
        found = extractor.extract(html, base_url=url)
        return {"title": found["title"], "body": text_of(found["html"])}

    return read


def readability() -> Read:
    from readability import Document

    def read(html: str, url: str) -> dict[str, Any]:
        document = Document(html, url=url or None)
        return {"title": document.short_title(), "body": text_of(document.summary())}

    return read


PEERS: dict[str, Callable[[], Read]] = {
    "gne": gne,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "magic-html": magic_html,
    "readability-lxml": readability,
}
"""What imports an extractor and gives back how it reads, by the name of its distribution."""


def text_of(html: str | None) -> str:
    from lxml.html import fromstring

    return str(fromstring(html).text_content()) if html and html.strip() else ""


def iso(text: str | None) -> str:
    """A time as extractors write it, in the form of ISO 8601, as far as it goes."""
    found = _MOMENT.search(text or "")
    if not found:
        return ""
    year, month, day, hour, minute = (int(part) if part else None for part in found.groups())
    clock = "" if hour is None or (hour == minute == 0) else f"T{hour:02}:{minute:02}"
    return f"{year}-{month:02}-{day:02}{clock}"


def answer(read: Read, page: dict[str, Any]) -> dict[str, Any]:
    """Have one page read."""
    began = time.process_time()
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        found = read(_DECLARATION.sub("", page["html"]), page["url"])
    except Exception as fault:  # the boundary: whatever an extractor raises is its answer to this page
        return {"accepted": False, "refusal": repr(fault)[:200], "ms": 1000 * (time.process_time() - began)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    took = 1000 * (time.process_time() - began)
    accepted = bool(found["title"]) and len("".join((found["body"] or "").split())) >= SHORTEST
    return {"accepted": accepted, "refusal": "" if accepted else "no title or hardly any text", "ms": took, **found}


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"nothing in {PATIENCE:g} seconds")


def run(name: str) -> None:
    """One extractor over the pages of standard input."""
    out, sys.stdout = sys.stdout, sys.stderr  # extractors print
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, _too_long)
    pages = [json.loads(line) for line in sys.stdin]
    read = PEERS[name]()
    for page in pages:
        found = answer(read, page)
        if found["ms"] > SLOW:
            found["ms"] = min(found["ms"], answer(read, page)["ms"])
        line = {"reader": f"{name} {version(name)}", "file": page["file"], **found}
        print(json.dumps(line), file=out, flush=True)


def main() -> None:
    """All that are installed, one after the other: a crash of one is not the end of the others."""
    pages = sys.stdin.buffer.read()
    for name in PEERS:
        try:
            version(name)
        except PackageNotFoundError:
            print(f"{name} is not installed: see peers.txt", file=sys.stderr)
            continue
        done = subprocess.run([sys.executable, __file__, name], input=pages, check=False)
        if done.returncode:
            print(f"{name} ended with {done.returncode}; its other pages count as refused", file=sys.stderr)


if __name__ == "__main__":
    run(sys.argv[1]) if len(sys.argv) > 1 else main()
