"""Which addresses may be reached: public ones, and those the settings allow by name.

A page on the web must not make the crawler ask the machines beside it (a redirect to 169.254.169.254, a name that
leads to 127.0.0.1). Two checks make it tight: `GuardMiddleware` judges addresses written as numbers, by the settings of
its own crawl; `GuardedResolver` judges what a name leads to, and the address it judged is the one connected to. The
resolver serves the whole process, where several crawls may run, and so leaves addresses written as numbers to the
middleware. Every request passes both: links, redirects, robots.txt, feeds. Scrapy's aiohttp and httpx handlers do not
ask the resolver, nor does a proxy: crawl/safe.py sees to it that neither is used unnoticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from newscrawl.crawl.links import LONGEST_ADDRESS
from newscrawl.crawl.refusals import FetchRefused

# NAT64 (RFC 6052), addresses of IPv4 as those of IPv6 in their old form (RFC 4291) and translated (RFC 2765).
_ENDING = tuple(map(IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")  # RFC 8215: a network's own way to its IPv4

_forbidden: dict[str, str] = {}
"""Name -> the address that is not public, for every name the resolver refused. Twisted drops the reason of a failed
look-up on its way, so it is kept here for the refusal's detail."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; what is no address is not.

    >>> [is_public(a) for a in ("114.114.114.114", "10.0.0.1", "::ffff:127.0.0.1", "224.0.0.1")]
    [True, False, False, False]
    """
    literal = _literal(address)
    if literal is None:
        return False
    if isinstance(literal, IPv6Address):
        if literal.is_site_local or literal in _LOCAL_NAT64:
            return False
        embedded = literal.ipv4_mapped or literal.sixtofour or _ending(literal)
        if embedded:
            return is_public(str(embedded))
    return literal.is_global and not literal.is_multicast


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _ending(address: IPv6Address) -> IPv4Address | None:
    """The address of IPv4 that one of IPv6 ends with, in the forms that lead there."""
    return next((IPv4Address(int(address) & 0xFFFFFFFF) for prefix in _ENDING if address in prefix), None)


class GuardMiddleware:
    """Refuses `forbidden_address`: addresses written as numbers, names the resolver refused, what is not http(s).

    Refuses `address_too_long` as well: a redirect may lead to one, as links may (crawl/frontier.py).
    """

    def __init__(self, allowed: Sequence[str], schemes: Sequence[str] = ("http", "https")) -> None:
        self._allowed = frozenset(allowed)
        self._schemes = frozenset(schemes)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """Build it with GUARD_ALLOWED_HOSTS and GUARD_ALLOWED_SCHEMES, as the project or the site sets them."""
        settings = crawler.settings
        return cls(settings.getlist("GUARD_ALLOWED_HOSTS"), settings.getlist("GUARD_ALLOWED_SCHEMES"))

    def process_request(self, request: Request) -> None:
        """Raise `FetchRefused` when the address may not be asked for."""
        if len(request.url) > LONGEST_ADDRESS:
            raise FetchRefused("address_too_long", f"{len(request.url)} characters")
        scheme, host = urlparse_cached(request).scheme, urlparse_cached(request).hostname or ""
        if scheme not in self._schemes:
            raise FetchRefused("forbidden_address", f"{scheme}: is not fetched")
        if host not in self._allowed and _literal(host) and not is_public(host):
            raise FetchRefused("forbidden_address", host)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Tell a name that was refused from one that was not found."""
        host = urlparse_cached(request).hostname or ""
        if isinstance(exception, CannotResolveHostError) and host in _forbidden:
            raise FetchRefused("forbidden_address", f"{host} is {_forbidden[host]}") from exception


class GuardedResolver(CachingThreadedResolver):
    """Looks names up and refuses those that lead to addresses that are not public.

    `127.1`, `0x7f.1` and `2130706433` are names here, too: only the system's resolver understands them.
    """

    allowed: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> GuardedResolver:
        """Build it with GUARD_ALLOWED_HOSTS as the project or the command line sets it; sites cannot widen it."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed = frozenset(crawler.settings.getlist("GUARD_ALLOWED_HOSTS"))
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 (twisted's name)
        """The address of a name; fails with `DNSLookupError` when it is not public."""
        found = super().getHostByName(name, timeout)
        return found if _literal(name) or name in self.allowed else found.addCallback(self._check, name)

    def _check(self, address: str, name: str) -> str:
        if not is_public(address):
            _forbidden[name] = address
            raise DNSLookupError(f"{name} is {address}, which is not public")
        return address
