"""Addresses that a mirror or an archive has put another host before, and the address that was meant."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newscrawl.page import host_of

# http://wwwwww.cnhubei.com: a program that replaced www. by www. once too often.
_TOO_MANY_W = re.compile(r"^(?:w{4,}|www(?:\.www)+)(?=\.)")
# http://www.mirror.comwww.cnhubei.com: one host replaced by two; what is left of it begins at the last www.
_GLUED = re.compile(r"^.+\.[a-z]{2,10}(?=www\.)")
# The Wayback Machine puts the time it was there before an address (20180310120000, 20180310id_), archive.today a
# time or nothing. The Wayback Machine's own links have no host.
_ARCHIVE = re.compile(
    r"^(?:(?:https?://(?:web|wayback)\.archive\.org)?/web/\d{1,14}(?:[a-z]{2}_)?"
    r"|https?://archive\.(?:ph|is|today|li|md|fo|vn)(?:/[\d.-]{4,20})?)/(?P<address>https?:/{1,2}.+)$"
)
# /gate/big5/www.cnhubei.com/a.shtml: a gateway shows a site in other characters, by right.
_GATEWAY = re.compile(r"^https?://[^/]+/gate/(?:big5|gb)/(?P<address>[\w-]+\.[\w.-]+(?:/.*)?)$")
# t.cn is the shortest that is common; what is shorter than qq.com behind our own host is the rest of another ending.
_SHORTEST_HOST = 6
# Second-level domains under which names are given out: jianghan.com.cn is a site, com.cn is none.
_SHARED = frozenset("com net org gov edu ac".split())


def archived(url: str) -> str | None:
    """The address that the address of an archive, of a link on its pages, or of a gateway holds; None for any other.

    >>> archived("https://web.archive.org/web/20180310120000/http://www.cnhubei.com/xw/a.shtml")
    'http://www.cnhubei.com/xw/a.shtml'
    >>> archived("http://www.cnhubei.com/xw/a.shtml")
    """
    if found := _GATEWAY.match(url):
        return f"http://{found['address']}"
    found = _ARCHIVE.match(url)
    return re.sub(r"^(https?:)/+", r"\1//", found["address"]) if found else None


def mend(url: str, own_host: str) -> tuple[str, str | None]:
    """(The address that was meant, the lie that was taken out of it or None).

    >>> mend("http://wwwwww.cnhubei.com/", "www.spam.example")
    ('http://www.cnhubei.com/', 'wwwwww.cnhubei.com')
    >>> mend("http://www.spam.examplenews.cnhubei.com/a.shtml", "www.spam.example")
    ('http://news.cnhubei.com/a.shtml', 'www.spam.examplenews.cnhubei.com')
    >>> mend("http://www.cnhubei.com/a.shtml", "www.spam.example")
    ('http://www.cnhubei.com/a.shtml', None)
    """
    host = host_of(url)
    meant = _unglued(_TOO_MANY_W.sub("www", host), own_host)
    if meant == host:
        return url, None
    parts = urlsplit(url)
    return parts._replace(netloc=meant).geturl(), host


def _unglued(host: str, own_host: str) -> str:
    for own in (own_host, bare(own_host)):
        rest = host.removeprefix(own).lstrip(".") if own and host.startswith(own) else ""
        # mirror.com.cn begins with mirror.com, and is nothing but another host
        if "." in rest and len(rest) >= _SHORTEST_HOST:
            return rest
    return _GLUED.sub("", host)


def bare(host: str) -> str:
    """A host as we name it: without www."""
    return host.removeprefix("www.")


def domain_of(host: str) -> str:
    """The name under which a host and its neighbours stand.

    >>> domain_of("news.sina.com.cn"), domain_of("news.cnhubei.com"), domain_of("127.0.0.1")
    ('sina.com.cn', 'cnhubei.com', '127.0.0.1')
    """
    labels = host.split(".")
    if labels[-1].isdecimal():
        return host
    return ".".join(labels[-3:] if len(labels) > 2 and labels[-2] in _SHARED else labels[-2:])


def path_of(url: str) -> str:
    """What stands behind the host of an address: path and query; nothing when it is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:  # http://[::1
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
