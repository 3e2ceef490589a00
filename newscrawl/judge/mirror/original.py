"""The address of the original, where it can be rebuilt for certain."""

from __future__ import annotations

from newscrawl.judge.mirror.address import bare, path_of
from newscrawl.judge.mirror.facts import Facts
from newscrawl.judge.mirror.portals import Portals
from newscrawl.page import host_of, join


def original_of(portal: str, facts: Facts, known: Portals) -> tuple[str | None, str]:
    """(The address of the article on its portal or None, the rule that gives it or why none does).

    The rules, as they are believed: what the page calls its own address, when it is an article's on the portal (the
    mirror's lie taken out); a link to the page's own path on the portal; the page's own path on the portal, when it has
    the shape of the portal's articles and the host is known. When two lead to different paths, none is believed.
    """
    urls = [(url, name) for name, rule in _RULES if (url := rule(portal, facts, known))]
    if not urls:
        return None, "the page does not tell it"
    if len({path_of(url) for url, _ in urls}) > 1:
        return None, f"left out: {urls[0][1]} and {urls[-1][1]} disagree"
    return urls[0]


def _claimed(portal: str, facts: Facts, known: Portals) -> str | None:
    urls = (claim.url for claim in facts.claims)
    return next((url for url in urls if _belongs(url, portal, facts, known) and known.is_article(portal, url)), None)


def _linked(portal: str, facts: Facts, known: Portals) -> str | None:
    path = path_of(facts.url)
    urls = (url for url in facts.links if len(path) > 1 and path_of(url) == path)
    return next((url for url in urls if _belongs(url, portal, facts, known) and known.is_article(portal, url)), None)


def _same_path(portal: str, facts: Facts, known: Portals) -> str | None:
    if portal not in known.articles:
        return None
    path = path_of(facts.url)
    folder = path.rpartition("/")[0]
    # the host it claims, be it for its front page; else that of the pictures beside it, which TRS keeps in one folder
    beside = [claim.url for claim in facts.claims] + [
        url for url in facts.files if path_of(url).rpartition("/")[0] == folder
    ]
    front = next((url for url in beside if _belongs(url, portal, facts, known)), None)
    if front is None and known.has_one_host(portal):
        front = known.at(portal, "/")
    url = join(front, path) if front and len(path) > 1 else None
    return url if url and known.is_article(portal, url) else None


def _belongs(url: str, portal: str, facts: Facts, known: Portals) -> bool:
    host = host_of(url)
    return host != facts.own and portal in (known.of_host(host), bare(host))


_RULES = (
    ("what the page calls its address", _claimed),
    ("a link to its own path on the portal", _linked),
    ("its own path on the portal", _same_path),
)
