"""Whether a page is a mirror's copy, and of which portal: told by the channel of its text and by what it left."""

from __future__ import annotations

import re
from collections.abc import Mapping

from newscrawl.extract.draft import Draft
from newscrawl.items import Article
from newscrawl.page import host_of

_HOST = re.compile(r"(?<![\w.@-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org)(?:\.cn)?(?![\w.-])", re.IGNORECASE)
_OWNER = re.compile(r"版权|所有|[Cc]opyright|©|许可证|ICP|主办")


def mirrored_portal(article: Article, draft: Draft, portals: Mapping[str, str]) -> tuple[str, str] | None:
    """(The portal, how we know) for a page whose text went through a mirror's channel, or None.

    `portals` maps what gives a portal away (a host without www., its Chinese name) to our name for it. A host in the
    page's footer that is no portal of ours is named as it stands.
    """
    if article.restored is None or article.restored.family == "mojibake":
        return None
    own = _bare(host_of(article.url))
    footer = [junk.text for junk in article.junk if _OWNER.search(junk.text)] + [
        line for line in (*draft.tail, *draft.foot) if _OWNER.search(line)
    ]
    hosts = [_bare(host.lower()) for line in footer for host in _HOST.findall(line)]
    for host in hosts:
        if host != own and (name := _known(host, portals)):
            return name, f"the footer names {host}"
    crumbs = [*article.breadcrumb[:1], *footer]
    for mark, name in portals.items():
        if "." not in mark and any(mark in text for text in crumbs):
            return name, f"the page still calls itself {mark}"
    foreign = next((host for host in hosts if host != own), None)
    return (foreign, f"the footer names {foreign}") if foreign else None


def _known(host: str, portals: Mapping[str, str]) -> str | None:
    parts = host.split(".")
    return next((portals[domain] for at in range(len(parts)) if (domain := ".".join(parts[at:])) in portals), None)


def _bare(host: str) -> str:
    return host.removeprefix("www.")
