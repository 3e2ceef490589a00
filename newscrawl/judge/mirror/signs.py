"""The signs on a page: that it is a copy, and of which portal. What each weighs stands in tables/mirror_signs.tsv."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.extract.draft import Draft
from newscrawl.extract.title import letters
from newscrawl.items import Article
from newscrawl.judge.junk import is_link_farm, kind_of, repeated_keywords
from newscrawl.judge.mirror.address import bare, path_of
from newscrawl.judge.mirror.facts import Facts
from newscrawl.judge.mirror.portals import Portals
from newscrawl.page import host_of
from newscrawl.tables import rows

_LAST_PART = re.compile(r"[_|｜–—-]\s*(?P<name>[^_|｜–—-]{2,20})$")
_SITE = re.compile(r"^.{2,}(?:网|网站|在线|日报|晚报|早报|都市报|新闻|资讯|快讯|门户|平台|客户端)$")
_ICP = re.compile(r"[\u4e00-\u9fff]ICP[备证]\d{5,8}")
# One link to a portal is that of a source; a portal's page leads to many.
_SEVERAL = 2
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sign:
    """A piece of evidence: a row of tables/mirror_signs.tsv, what was seen, and the portal it speaks for, if any."""

    name: str
    seen: str
    portal: str = ""

    @property
    def copy(self) -> float:
        """How much it says that the page is a copy."""
        return _weights()[self.name][0]

    @property
    def origin(self) -> float:
        """How much it says that the page comes from `portal`."""
        return _weights()[self.name][1] if self.portal else 0.0

    def __str__(self) -> str:
        weights = [f"copy {self.copy:+g}"] if self.copy else []
        weights += [f"{self.portal} {self.origin:+g}"] if self.origin else []
        return f"{self.seen} ({', '.join(weights)})"


@lru_cache(maxsize=1)
def _weights() -> dict[str, tuple[float, float]]:
    return {row["sign"]: (float(row["copy"]), float(row["portal"])) for row in rows("mirror_signs")}


def copy_signs(article: Article, draft: Draft, facts: Facts, known: Portals) -> Iterator[Sign]:
    """What says that the page is somebody's copy, and what says that it is its own."""
    yield from _channel(article)
    # A page in a file may be the portal's own, with a faulty template, or broken into: only its text can tell.
    if facts.own:
        yield from _lie(facts, known)
        yield from _injected(article, draft)
    yield from _signed(article, draft, facts, known)


def _lie(facts: Facts, known: Portals) -> Iterator[Sign]:
    for claim in facts.claims:
        if claim.lie:
            yield Sign(
                "lie", f"it calls itself {claim.lie}", known.of_host(host_of(claim.url)) or bare(host_of(claim.url))
            )
            return


def _channel(article: Article) -> Iterator[Sign]:
    families = set(article.restored.family.split("+")) if article.restored else set()
    if families & {"A", "B", "C"}:
        yield Sign("channel", f"channel {'+'.join(sorted(families))}")
    elif "C'" in families:
        yield Sign("simplified_pinyin", "channel C'")
    elif "D" in families:
        yield Sign("traditional", "channel D")


def _injected(article: Article, draft: Draft) -> Iterator[Sign]:
    title = draft.embedded.title or ""
    kinds = {junk.kind for junk in article.junk if junk.text != title}
    if kind_of(title) == "spam":
        yield Sign("spam_title", "spam as the page's title")
    if "spam" in kinds:
        yield Sign("spam", "spam on the page")
    if repeated_keywords(draft):
        yield Sign("repeated", "a keyword line again and again")
    if any(kind_of(text) == "spam" or is_link_farm(text) for text in draft.hidden):
        yield Sign("hidden_spam", "a hidden block of spam")
    if "link_farm" in kinds:
        yield Sign("link_farm", "a link farm")


def _signed(article: Article, draft: Draft, facts: Facts, known: Portals) -> Iterator[Sign]:
    """The page's own name and licence, which a site that takes over a piece by right has."""
    names = [name for name in (_site_in_title(article, draft), *article.breadcrumb[:1]) if name and _SITE.search(name)]
    own = next((name for name in names if not any(known.named(name))), None)
    host = next((line for line in facts.owner if facts.own and bare(facts.own) in line.lower()), None)
    if own or host:
        yield Sign("own_name", f"signed {own or bare(facts.own)}")
    if facts.foreign_hosts() or any(any(known.named(line)) for line in facts.owner):
        return
    numbers = [number for line in facts.licences for number in _ICP.findall(_BLANKS.sub("", line))]
    if numbers and not any(any(known.licensed(line)) for line in facts.licences):
        yield Sign("own_licence", f"a licence of its own, {numbers[0]}")


def _site_in_title(article: Article, draft: Draft) -> str | None:
    """The name behind the headline in the page's title; None when the title is another's, as a mirror's spam is."""
    title = draft.embedded.title or ""
    if not article.title or letters(article.title)[:6] not in letters(title):
        return None
    found = _LAST_PART.search(title)
    return found["name"].strip() if found else None


def portal_signs(article: Article, draft: Draft, facts: Facts, known: Portals) -> Iterator[Sign]:
    """What names the portal that the page was copied from; a host that is no portal of ours is named as it stands."""
    for claim in facts.claims:
        portal = known.of_host(host_of(claim.url))
        if portal and not (claim.lie and facts.own):
            yield Sign("canonical", f"it calls itself {claim.lie or host_of(claim.url)}", portal)
            break
    yield from _foot(facts, known)
    crumb = article.breadcrumb[0] if article.breadcrumb else ""
    for portal, name in known.named(crumb):
        yield Sign("breadcrumb", f"the path begins with {name}", portal)
    for portal, name in known.named(_site_in_title(article, draft) or ""):
        yield Sign("title", f"the title ends with {name}", portal)
    for portal, name in known.named(article.source or ""):
        yield Sign("source", f"来源 {name}", portal)
    yield from _addresses(article, facts, known)


def _foot(facts: Facts, known: Portals) -> Iterator[Sign]:
    for host in facts.foreign_hosts():
        if not known.is_office(host):
            yield Sign("footer_host", f"the footer names {host}", known.of_host(host) or host)
    named = (found for line in facts.owner for found in known.named(line))
    for portal, name in _firsts(named):
        yield Sign("footer_name", f"the footer names {name}", portal)
    numbers = (found for line in facts.licences for found in known.licensed(line))
    for portal, number in _firsts(numbers):
        yield Sign("licence", f"licence {number}", portal)


def _firsts(found: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """The first finding for each portal: a footer that says a thing three times is no surer."""
    firsts: dict[str, str] = {}
    for portal, what in found:
        firsts.setdefault(portal, what)
    return firsts.items()


def _addresses(article: Article, facts: Facts, known: Portals) -> Iterator[Sign]:
    """Links, pictures and files on a portal's hosts, one sign of a kind for each portal."""
    path = path_of(facts.url)
    linked: dict[str, list[str]] = {}
    for url in facts.links:
        portal = known.of_host(host_of(url))
        if portal and url != article.source_url and known.is_article(portal, url):
            linked.setdefault(portal, []).append(url)
    for portal, urls in linked.items():
        several = len(urls) >= _SEVERAL
        what = f"{len(urls)} links to articles" if several else "a link to an article"
        yield Sign("links" if several else "link", f"{what} on {host_of(urls[0])}", portal)
        if len(path) > 1 and path in map(path_of, urls):
            yield Sign("same_path", "one to its own path", portal)
    pictures = [image.url for image in article.images]
    for name, urls in (("pictures", pictures), ("files", [url for url in facts.files if url not in pictures])):
        places = ((portal, host) for host in map(host_of, urls) if (portal := known.of_host(host)))
        for portal, host in _firsts(places):
            yield Sign(name, f"{name} on {host}", portal)


def shape_signs(candidates: Iterable[str], facts: Facts, known: Portals) -> list[Sign]:
    """The portals among `candidates` whose articles have addresses shaped like the page's own."""
    path = path_of(facts.url)
    return [
        Sign("path_shape", "a path shaped like its articles'", portal)
        for portal in candidates
        if len(path) > 1 and (url := known.at(portal, path)) and known.is_article(portal, url)
    ]
