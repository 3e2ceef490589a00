"""What a page shows that tells where it comes from: its addresses, its claims, the lines of its owner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from urllib.parse import urldefrag

from newscrawl.extract.draft import Draft
from newscrawl.items import Article
from newscrawl.judge.mirror.address import archived, bare, domain_of, mend
from newscrawl.page import host_of, join

_OWNER = re.compile(r"版权(?:所有|[为归属])|[Cc]opyright|COPYRIGHT|©|[主承]办(?:单位)?[：:]|主管(?:单位)?[：:]")
_LICENCE = re.compile(r"许可证|ICP|公网安备|备案")
_HOST = re.compile(r"(?<![\w.@-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org)(?:\.cn)?(?![\w.-])", re.IGNORECASE)
_VALUE = r"\s{0,9}=\s{0,9}(?:[\"']\s{0,9})?([^\"'\s<>]{4,500})"
_LINK = re.compile(rf"<a\s(?:[^<>]{{0,500}}?\s)?href{_VALUE}", re.IGNORECASE)
_LOADED = re.compile(
    rf"(?:\b(?:src|oldsrc|data-src|data-original)|<link\s(?:[^<>]{{0,500}}?\s)?href){_VALUE}", re.IGNORECASE
)
_FILE = re.compile(r"\.(?:css|js|jpe?g|png|gif|webp|ico|bmp|svg)(?:$|[?!#@])", re.IGNORECASE)
# The last lines of a page are looked at for its owner whatever the extractor made of them; footers seen have up to 20.
_FOOT = 30
# A line of a footer names an owner; what is longer is a statement, or an article that tells of licences.
_LONGEST = 300
# Pages of portals have up to 900 addresses; a farm has no end of them.
_ADDRESSES = 3_000


@dataclass(frozen=True, slots=True)
class Claim:
    """An address that a page calls its own, with the lie that was taken out of it."""

    url: str
    lie: str | None = None


@dataclass
class Facts:
    """The facts of one page; addresses are absolute, and those of an archive are those that it keeps."""

    url: str
    """Where it was read from; empty for a file."""
    own: str
    """The host of that."""
    claims: list[Claim] = field(default_factory=list)
    """Its canonical address and its og:url."""
    owner: list[str] = field(default_factory=list)
    """The lines of its foot that name who owns or runs it."""
    licences: list[str] = field(default_factory=list)
    """The lines of its foot that hold numbers."""
    markup: str = field(default="", repr=False)
    """Its source, out of which addresses are read when they are asked for; empty for flattened text."""

    @cached_property
    def links(self) -> list[str]:
        """Where the page's links lead, each address once."""
        return self._addresses(_LINK)

    @cached_property
    def files(self) -> list[str]:
        """The addresses of its pictures, styles and scripts, each once."""
        return [url for url in self._addresses(_LOADED) if _FILE.search(url)]

    def _addresses(self, pattern: re.Pattern[str]) -> list[str]:
        found = islice(pattern.finditer(self.markup), _ADDRESSES)
        return [url for url in dict.fromkeys(_absolute(one[1], self.url) for one in found) if host_of(url)]

    def is_own(self, host: str) -> bool:
        """Whether a host is the page's own, or a neighbour under the same domain."""
        return bool(self.own) and domain_of(host) == domain_of(self.own)

    def foreign_hosts(self) -> list[str]:
        """The hosts that the owner's lines name and that are not the page's own, as we name hosts."""
        hosts = [bare(host.lower()) for line in self.owner for host in _HOST.findall(line)]
        return [host for host in dict.fromkeys(hosts) if not self.is_own(host)]


def read_facts(article: Article, draft: Draft) -> Facts:
    """The facts of the first page of an article."""
    url = article.url if article.url and article.url.startswith(("http://", "https://")) else ""
    url = archived(url) or url
    markup = article.pages[0].text if article.pages and not article.pages[0].flat else ""
    facts = Facts(url=url, own=host_of(url), markup=markup)
    facts.claims = list(_claims(facts, (draft.embedded.canonical, draft.embedded.og_url)))
    foot = _foot(article, draft)
    facts.owner = [line for line in foot if _OWNER.search(line)]
    facts.licences = [line for line in foot if _LICENCE.search(line)]
    return facts


def _claims(facts: Facts, addresses: Iterable[str | None]) -> Iterator[Claim]:
    for address in dict.fromkeys(addresses):
        url, lie = mend(_absolute(address or "", facts.url), facts.own)
        if address and host_of(url):
            yield Claim(url, lie)


def _foot(article: Article, draft: Draft) -> list[str]:
    """The lines below the article: no paragraph of it, no headline, none twice."""
    told = {article.title, *article.body}
    lines = [*draft.tail, *draft.foot, *draft.page_text.splitlines()[-_FOOT:]]
    return [line for line in dict.fromkeys(lines) if line not in told and len(line) <= _LONGEST]


def _absolute(address: str, base: str) -> str:
    """An address as seen from the page; empty for javascript: and what is none."""
    url = urldefrag(join(base, archived(address) or address) or "").url
    return url if url.startswith(("http://", "https://")) else ""
