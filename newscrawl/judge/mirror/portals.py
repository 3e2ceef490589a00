"""What gives each portal away: the marks of its site file and of tables/portals.tsv."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.page import host_of, join
from newscrawl.tables import rows

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Portals:
    """Every portal we know, by what gives it away; a portal is called by its site name, or else by its host."""

    hosts: dict[str, str]
    """Domain -> portal; its sub-domains belong to it."""
    offices: frozenset[str]
    """Domains that footers name and that publish nothing."""
    names: tuple[tuple[re.Pattern[str], str], ...]
    licences: tuple[tuple[re.Pattern[str], str], ...]
    articles: dict[str, re.Pattern[str]]
    """Portal -> the shape of its articles' addresses, for those with a site file."""
    fronts: dict[str, list[str]]
    """Portal -> its front pages, for those with a site file."""

    def of_host(self, host: str) -> str | None:
        """The portal a host belongs to."""
        return _looked_up(host, self.hosts)

    def is_office(self, host: str) -> bool:
        """Whether a host is that of an authority or of a seal."""
        return _looked_up(host, dict.fromkeys(self.offices, "office")) is not None

    def named(self, text: str) -> Iterator[tuple[str, str]]:
        """(Portal, its name as found) for the portals that a text names."""
        return ((portal, found[0]) for pattern, portal in self.names if (found := pattern.search(text)))

    def licensed(self, text: str) -> Iterator[tuple[str, str]]:
        """(Portal, the number) for the licence numbers in a text."""
        packed = _BLANKS.sub("", text)
        return ((portal, found[0]) for pattern, portal in self.licences if (found := pattern.search(packed)))

    def is_article(self, portal: str, url: str) -> bool:
        """Whether an address has the shape of the portal's articles; of a portal without a site file, any with a
        number in its path has."""
        shape = self.articles.get(portal)
        return bool(shape.search(url) if shape else re.search(r"^https?://[^/]+/.*\d", url))

    def at(self, portal: str, path: str) -> str | None:
        """The address of a path on the portal's first host; None for a portal whose hosts no site file tells."""
        front = self.fronts.get(portal, [])
        return join(front[0], path) if front else None

    def has_one_host(self, portal: str) -> bool:
        """Whether all of a portal starts on one host, so that a path alone is an address."""
        return len({host_of(front) for front in self.fronts.get(portal, [])}) == 1


def _looked_up(host: str, domains: dict[str, str]) -> str | None:
    parts = host.split(".")
    return next((domains[domain] for at in range(len(parts)) if (domain := ".".join(parts[at:])) in domains), None)


@lru_cache(maxsize=1)
def portals() -> Portals:
    """The portals, read once."""
    from newscrawl import sites  # a site's spider imports this module's neighbours

    known = [site for site in sites.sites().values() if not site.copies]
    marks: dict[str, dict[str, str]] = {kind: {} for kind in ("host", "name", "licence", "office")}
    for site in known:
        marks["host"].update(dict.fromkeys(site.allowed_domains, site.name))
        marks["name"].update({site.title_zh: site.name} if site.title_zh else {})
    for row in rows("portals"):
        marks[row["kind"]][row["mark"]] = row["portal"]
    return Portals(
        hosts=marks["host"],
        offices=frozenset(marks["office"]),
        # 云南网 is not 云南网络电视台
        names=tuple((re.compile(f"{re.escape(name)}(?!络)"), portal) for name, portal in marks["name"].items()),
        licences=tuple(
            (re.compile(rf"(?<!\d){re.escape(number)}(?!\d)"), portal) for number, portal in marks["licence"].items()
        ),
        articles={site.name: re.compile(site.article_url) for site in known},
        fronts={site.name: site.start_urls for site in known if site.start_urls},
    )
