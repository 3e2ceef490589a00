"""Where a page leads: the addresses on it, each in its one canonical form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree
from lxml.etree import ParserError
from lxml.html import HtmlElement
from w3lib.url import canonicalize_url, url_query_cleaner

from newscrawl.crawl.sessions import without_session

TRACKING: dict[str, str] = {
    "spm": "where on the page the reader clicked (Alibaba's scheme, which cnhubei.com uses too)",
    "scm": "its companion: why the link was shown",
    "utm_source": "campaign tags of web analytics",
    "utm_medium": "campaign tags of web analytics",
    "utm_campaign": "campaign tags of web analytics",
    "utm_term": "campaign tags of web analytics",
    "utm_content": "campaign tags of web analytics",
    "from": "how WeChat passed the page on: singlemessage, groupmessage, timeline",
    "isappinstalled": "whether the reader's phone has the app (WeChat)",
    "nsukey": "a reader's key (WeChat)",
    "wxshare_count": "how often the page was shared (WeChat)",
    "share_token": "who shared the page",
    "tt_from": "how Toutiao passed the page on",
    "bd_vid": "a click on an advertisement of Baidu",
    "fbclid": "a click on Facebook",
    "gclid": "a click on an advertisement of Google",
}
"""Query parameters that say how the reader came, not what is shown; name -> what it is."""

LONGEST_ADDRESS = 2_083
"""Characters. The longest that Internet Explorer took, and so the longest that sites write; Scrapy's limit, too."""

NEXT_PAGE = ("下一页", "下页", "下一頁", "下頁")
"""What the link to the next page says, in portals and in their converted copies."""

# Addresses as most sites write them: nothing in them that canonical form would change, which saves 30 µs each.
_PLAIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,4})?/[A-Za-z0-9/_.~-]*")
_DEFAULT_PORT = re.compile(r"^(http://[^/]+):80(?=/)|^(https://[^/]+):443(?=/)")
_HOST = re.compile(r"[\w.。．｡-]*\w[\w.。．｡-]*|[0-9a-f:.]+")  # a name, in Chinese too; IPv6
_SCRIPTED = re.compile(r"""(?:window\.open\(|location(?:\.href)?\s*=)\s*['"]([^'"]+)['"]""")
_REFRESH = re.compile(r"""\burl\s*=\s*['"]?([^'"\s;]+)""", re.IGNORECASE)
# Of a link's text so much is read.
_LONGEST_TEXT = 100
_FEED_TYPES = {"application/rss+xml", "application/atom+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where a page leads. Canonical addresses in page order, each once."""

    found: list[str] = field(default_factory=list)
    following: list[str] = field(default_factory=list)
    """What the page calls its next page."""
    sent_on: list[str] = field(default_factory=list)
    """Where the page sends the reader by itself (meta refresh)."""
    feeds: list[str] = field(default_factory=list)
    """RSS and Atom feeds that the page names."""
    total: int = 0
    """How many links there are, the unread ones too."""


def canonical(url: str, base: str = "", charset: str = "utf-8") -> str | None:
    """The one form of an address: absolute, http(s), without fragment, tracking parameters and session ids.

    None for other schemes, and for what no request can be made of: a host that is no name, a port that is none, a user
    with a password before the host. An address that is too long is cut a little above `LONGEST_ADDRESS` and stays as it
    is: to clean 8 MB of it takes five seconds. `charset` is that of the page the address stands on: it is how the
    server reads a query in Chinese.

    >>> canonical("../201209/t2222826.shtml?spm=zm1066#foot", "http://www.cnhubei.com/xw/wh/index.shtml")
    'http://www.cnhubei.com/xw/201209/t2222826.shtml'
    >>> canonical("javascript:;", "http://www.cnhubei.com/")
    """
    try:
        head = url.strip()[: LONGEST_ADDRESS + 1]
        address = urljoin(base, head) if base else head
        if len(head) <= LONGEST_ADDRESS and _PLAIN.fullmatch(address):
            return _DEFAULT_PORT.sub(r"\1\2", address)
        if not address[:8].lower().startswith(("http://", "https://")) or not _can_be_asked(address):
            return None
        if len(head) > LONGEST_ADDRESS:
            return address if len(address) > LONGEST_ADDRESS else None
        cleaned = url_query_cleaner(without_session(address), list(TRACKING), remove=True, unique=False)
        return _DEFAULT_PORT.sub(r"\1\2", canonicalize_url(cleaned, encoding=charset))
    except ValueError:  # what stands in href is no address: "http://[", a port that is no number
        return None


def _can_be_asked(address: str) -> bool:
    """Whether a request can be made of an address. Raises `ValueError` for a port that is none."""
    parts = urlsplit(address)
    _ = parts.port  # read for its ValueError
    return "@" not in parts.netloc and _HOST.fullmatch(parts.hostname or "") is not None


def read_links(text: str, url: str, charset: str = "utf-8", limit: int = 3000) -> Links:
    """The links of a page given as text; at most `limit` of them are read, but all are counted."""
    tree = parse(text)
    if tree is None:
        return Links()
    base = _joined(url, next((str(href) for href in tree.xpath("//base/@href")), ""))
    elements = tree.xpath("//a[@href] | //area[@href] | //frame[@src] | //iframe[@src] | //*[@onclick]")
    read = list(islice(_targets(elements), limit))
    return Links(
        found=_canonical_list((target for target, _ in read), base, charset),
        following=_canonical_list([target for target, says in read if _is_next(says)], base, charset),
        sent_on=_canonical_list(_refresh(tree), base, charset),
        feeds=_canonical_list(_feeds(tree), base, charset),
        total=len(elements),
    )


def _joined(url: str, base: str) -> str:
    """The page's base address; its own when what <base> says is no address, or one that no link could be short on."""
    try:
        return urljoin(url, base) if len(base) <= LONGEST_ADDRESS else url
    except ValueError:
        return url


def parse(text: str) -> HtmlElement | None:
    """The tree of a page, or None when there is no element in it."""
    try:
        # Bytes, because lxml refuses text with an XML declaration that names an encoding; huge, because it stops at 255
        # elements within each other, which unclosed ones come to.
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser)
    except ParserError:
        return None


def _targets(elements: list[HtmlElement]) -> Iterator[tuple[str, str]]:
    """(address as written, text of the link) for every element that leads to another page."""
    for element in elements:
        target = element.get("href") or element.get("src") or ""
        if not target or target.startswith(("#", "javascript:")):
            scripted = _SCRIPTED.search(element.get("onclick", ""))
            target = scripted[1] if scripted else ""
        if target:
            yield target, _says(element)


def _says(element: HtmlElement) -> str:
    """How the text of a link begins; elements that lead somewhere may hold the whole page."""
    said = ""
    for text in element.itertext(etree.Element):
        said += "".join(text[:_LONGEST_TEXT].split())
        if len(said) > _LONGEST_TEXT:
            break
    return said.strip("[]<>《》»›")


def _is_next(says: str) -> bool:
    """下一页 with an arrow, a number or (on a mirror) a pinyin behind it; longer texts are headlines."""
    return says.startswith(NEXT_PAGE) and len(says) <= 12


def _refresh(tree: HtmlElement) -> list[str]:
    """Where `<meta http-equiv=refresh>` leads: a gateway page that sends readers on to the real front page."""
    contents = tree.xpath("//meta[translate(@http-equiv, 'REFSH', 'refsh') = 'refresh']/@content")
    return [match[1] for content in contents if (match := _REFRESH.search(content))]


def _feeds(tree: HtmlElement) -> list[str]:
    links = tree.xpath("//link[@rel='alternate'][@href]")
    return [link.get("href", "") for link in links if (link.get("type") or "").strip().lower() in _FEED_TYPES]


def _canonical_list(targets: Iterator[str] | list[str], base: str, charset: str) -> list[str]:
    addresses = (canonical(target, base, charset) for target in targets)
    return list(dict.fromkeys(address for address in addresses if address))
