"""Mirror forensics: whether a page is a copy on a host that is not the portal's own, and of which portal, and how sure.

    address     the lies of mirrors and the prefixes of archives, taken out of addresses
    portals     what gives each portal away: site files and tables/portals.tsv
    facts       what a page shows of its origin: addresses, claims, lines of its owner
    signs       evidence, each piece a row of tables/mirror_signs.tsv with its weights
    original    the address of the original

The two questions are answered apart, so that a piece taken over by right is no mirror's copy however clearly it names
its portal. Each is the sum of its evidence on a logistic curve; `mirror_of` is told when both together are sure enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp

from newscrawl.extract.draft import Draft
from newscrawl.items import Article
from newscrawl.judge.mirror.address import archived
from newscrawl.judge.mirror.facts import Facts, read_facts
from newscrawl.judge.mirror.original import original_of
from newscrawl.judge.mirror.portals import Portals, portals
from newscrawl.judge.mirror.signs import Sign, copy_signs, portal_signs, shape_signs

# Evidence of a program is never the last word; 1 is kept for what a site file says.
CERTAIN = 0.99
# Before any evidence: of twenty pages one is a copy; and a portal is not named by one weak sign.
COPY, ORIGIN = -3.0, -1.5
# Set on made-up pages: a mirror that lost all but a few links stands at .73, no page taken over by right above .4.
SURE = 0.7
# Below this there is nothing to tell; above it, an unnamed portal is told in the trace.
LIKELY = 0.5


@dataclass(slots=True)
class Verdict:
    """What is known of a page's origin."""

    mirror_of: str | None = None
    confidence: float | None = None
    """0 to 1, with `mirror_of`."""
    original_url: str | None = None
    trace: list[str] = field(default_factory=list)


def unmask(article: Article, draft: Draft, declared: str | None = None) -> Verdict:
    """The verdict on an article whose first page is `draft`; `declared` is the portal that a site file says its host
    copies, which no evidence is needed for."""
    known = portals()
    facts = read_facts(article, draft)
    if declared:
        verdict = Verdict(declared, 1.0, trace=[f"mirror_of: {article.site} is a mirror of {declared}"])
        return _with_original(verdict, facts, known)
    verdict = Verdict() if known.of_host(facts.own) else _weighed(article, draft, facts, known)
    if verdict.mirror_of is None and article.url and (kept := archived(article.url)):
        verdict.original_url = kept
        verdict.trace.append("original_url: the address that the archive keeps")
    return verdict


def _weighed(article: Article, draft: Draft, facts: Facts, known: Portals) -> Verdict:
    signs = list(copy_signs(article, draft, facts, known))
    copy = _logistic(COPY + sum(sign.copy for sign in signs))
    if copy < LIKELY:
        return Verdict()
    signs += portal_signs(article, draft, facts, known)
    scores = _scores(signs)
    signs += shape_signs(scores, facts, known)
    scores = _scores(signs)
    portal = max(scores, key=lambda name: scores[name], default="")
    sure = min(CERTAIN, copy * _share(portal, scores))
    told = ", ".join(str(sign) for sign in signs if sign.portal in ("", portal))
    if sure < SURE:
        return Verdict(trace=[f"mirror_of: left open, copy {copy:.2f}, {portal or 'no portal'} {sure:.2f}: {told}"])
    verdict = Verdict(portal, round(sure, 2), trace=[f"mirror_of: {portal} {sure:.2f}: {told}"])
    return _with_original(verdict, facts, known)


def _scores(signs: Iterable[Sign]) -> dict[str, float]:
    """Portal -> the sum of its evidence."""
    scores: dict[str, float] = {}
    for sign in signs:
        if sign.portal:
            scores[sign.portal] = scores.get(sign.portal, 0.0) + sign.origin
    return scores


def _share(portal: str, scores: Mapping[str, float]) -> float:
    """How sure it is that it is this portal and neither another nor none, 0 to 1."""
    odds = {name: exp(ORIGIN + score) for name, score in scores.items()}
    return odds.get(portal, 0.0) / (1 + sum(odds.values()))


def _with_original(verdict: Verdict, facts: Facts, known: Portals) -> Verdict:
    verdict.original_url, rule = original_of(verdict.mirror_of or "", facts, known)
    verdict.trace.append(f"original_url: {rule}")
    return verdict


def _logistic(odds: float) -> float:
    return 1 / (1 + exp(-odds))
