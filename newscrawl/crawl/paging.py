"""The next page of a list or an article, as its page tells it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from posixpath import basename
from urllib.parse import urljoin, urlsplit

from newscrawl.crawl.links import NEXT_PAGE, read_links
from newscrawl.decode.charset import decode
from newscrawl.page import Page
from newscrawl.refused import Refused

# TRS writes the page numbers by script: createPageHTML(how many, which one from 0, "stem", "extension"). The first page
# is stem.extension, the others are stem_1.extension, stem_2.extension ... The definition of the function on the same
# page has names where a call has numbers.
_TRS = re.compile(rb"""createPageHTML\(\s*(\d{1,4})\s*,\s*(\d{1,4})\s*,\s*["']([\w.-]+)["']\s*,\s*["'](\w+)["']""")

# Bytes that a page with a link to its next page must hold: a page without them need not be parsed. A pattern for each
# character set: words that begin alike are looked for at once.
_NEXT_BYTES = tuple(
    re.compile(b"|".join(re.escape(word.encode(charset)) for word in NEXT_PAGE)) for charset in ("utf-8", "gb18030")
)

_NUMBERED = re.compile(r"[_-]\d{1,3}$")


def trs_next(body: bytes, url: str) -> str | None:
    """The next page by TRS's script, or None on the last page and without the script.

    >>> trs_next(b'<script>createPageHTML(3, 1, "t4081", "shtml");</script>', "http://a.cn/xw/201803/t4081_1.shtml")
    'http://a.cn/xw/201803/t4081_2.shtml'
    """
    call = _TRS.search(body)
    if not call:
        return None
    total, current = int(call[1]), int(call[2])
    if current + 1 >= total:
        return None
    return urljoin(url, f"{call[3].decode()}_{current + 1}.{call[4].decode()}")


def next_page(page: Page) -> str | None:
    """The next page of an article: by script, or by a 下一页 link that stays with the article.

    Many templates write 下一页 over the link to the *next article*: only an address with the same stem counts.
    """
    if scripted := trs_next(page.body, page.url):
        return scripted
    if not any(words.search(page.body) for words in _NEXT_BYTES):
        return None
    try:
        decoded = decode(page.body, page.headers.get("content-type", ""))
    except Refused:  # no text, as the stage after us will say
        return None
    following = read_links(decoded.text, page.url, decoded.charset).following
    return next((address for address in following if same_article(address, page.url)), None)


def same_article(address: str, url: str) -> bool:
    """Whether two addresses differ in nothing but the number of the page.

    >>> same_article("http://a.cn/p/10071001_2.html", "http://a.cn/p/10071001.html")
    True
    >>> same_article("http://a.cn/p/10071002.html", "http://a.cn/p/10071001.html")
    False
    """
    return address != url and _stem(address) == _stem(url)


def _stem(url: str) -> tuple[str, str, str]:
    """Host, folder and file name without page number and extension; a query is taken for the page number."""
    parts = urlsplit(url)
    name = basename(parts.path)
    stem = name.rpartition(".")[0] or name
    return parts.netloc, parts.path[: -len(name) or None], _NUMBERED.sub("", stem)


def no_further_page(page: Page, pages: Sequence[Page]) -> Refused | None:
    """Why a page is not the next one of an article, though it was asked for as such; None when it is."""
    if page.url in {known for one in pages for known in (one.url, one.asked)}:
        return Refused("redirect_loop", f"back to {page.url}")
    if page.url != page.asked and not same_article(page.url, pages[0].url):
        return Refused("offsite", f"redirected to another article, {page.url}")
    if any(page.body == one.body for one in pages):
        return Refused("repeat_text", "the same bytes as a page before")
    return None
