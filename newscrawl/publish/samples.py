"""Articles of a run that a person should look at: chosen while they pass, kept as a few lines of text each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from zlib import crc32

from newscrawl.extract import dom
from newscrawl.items import Article, Repairs
from newscrawl.publish.most import Most
from newscrawl.refused import Refused

KEY_FIELDS = ("title", "published_at", "source")
"""What nearly every article has; one that lacks two of them was probably read wrongly."""

# About four lines on a screen.
_SHOWN = 300
# The line that is most alike is taken; this keeps out what has nothing to do with the text. On the demo's mirror the
# right line shares 0.36 and more of its characters, most others less than 0.3.
_ALIKE = 0.3
_URL_CHARACTERS = 2_083  # Scrapy's URLLENGTH_LIMIT


class Samples:
    """A few articles of four kinds: least sure, most unresolved spots, key fields missing, and ordinarily restored.

    Among equals those with the highest checksum of the address are taken: as good as a random choice, but the same
    in each run, so that runs can be compared.
    """

    def __init__(self) -> None:
        self._kinds = {"confidence": Most(6), "unresolved": Most(5), "missing": Most(4), "restored": Most(5)}

    def offer(self, article: Article) -> None:
        """Look at an article that is complete; `measured.before` must still be there."""
        chance = crc32((article.url or "").encode())
        make = cache(lambda: sample(article))
        missing = [name for name in KEY_FIELDS if not getattr(article, name)]
        if missing:
            self._keep("missing", (len(missing), chance), make, f"no {', no '.join(missing)}")
        if repairs := article.restored:
            self._offer_restored(repairs, chance, make)

    def _offer_restored(self, repairs: Repairs, chance: int, make: Callable[[], dict[str, Any]]) -> None:
        spots = len(repairs.unresolved)
        if not spots:
            self._keep("restored", (chance,), make, f"restored, family {repairs.family}; nothing in doubt")
            return
        self._keep("confidence", (1 - repairs.confidence, chance), make, f"confidence {repairs.confidence:.4f}")
        self._keep("unresolved", (spots, chance), make, f"{spots} unresolved: {_first_spot(repairs)}")

    def _keep(self, kind: str, rank: tuple[float, ...], make: Callable[[], dict[str, Any]], why: str) -> None:
        self._kinds[kind].offer(rank, lambda: {**make(), "why": why})

    def chosen(self) -> list[dict[str, Any]]:
        """The samples; an article that was chosen for two reasons comes once, with both."""
        by_url: dict[str | None, dict[str, Any]] = {}
        for most in self._kinds.values():
            for one in most.ranked():
                if first := by_url.get(one["url"]):
                    first["why"] += f"; {one['why']}"
                else:
                    by_url[one["url"]] = dict(one)
        return list(by_url.values())


def sample(article: Article) -> dict[str, Any]:
    """An article as the record holds it, but for the reason `why`: `url, title_before, title, before, after`.

    `before` and `after` are the same stretch of the body, 300 characters at most when restored; the two `before` are
    None when the page was clean, or has no line that is like it.
    """
    lines = _lines(article)
    paragraph, start = _stretch(article)
    return {
        "url": article.url and article.url[:_URL_CHARACTERS],
        "title_before": _cut(like(lines, article.title or ""), 0, article.title or ""),
        "title": article.title and article.title[:_SHOWN],
        "before": _cut(like(lines, paragraph), start, paragraph),
        "after": paragraph[start : start + _SHOWN] or None,
    }


def _first_spot(repairs: Repairs) -> str:
    spot = repairs.unresolved[0]
    readings = f", perhaps {' or '.join(spot.candidates[:4])}" if spot.candidates else ""
    return f"{spot.seen[:20]!r} in {spot.field}{readings}"


def _stretch(article: Article) -> tuple[str, int]:
    """The paragraph to show, and where to begin: at the first doubtful spot of the body, else the first long one."""
    for spot in article.restored.unresolved if article.restored else ():
        if spot.field.startswith("body["):
            return article.body[int(spot.field[5:-1])], max(0, spot.start - _SHOWN // 2)
    return next((text for text in article.body if len(text) > 40), "\n".join(article.body[:3])), 0


def _cut(line: str | None, start: int, restored: str) -> str | None:
    """The stretch of a damaged line that stands for the shown one of its repair; damage makes lines longer evenly."""
    if line is None:
        return None
    stretch = len(line) / len(restored)
    return line[round(start * stretch) :][: round(_SHOWN * stretch)]


def _lines(article: Article) -> list[str]:
    """What a reader saw of the damaged page, a block a line; nothing for a clean page, or one that is a trap."""
    if not article.measured or not article.measured.before:
        return []
    try:
        tree = dom.parse(article.measured.before)
        dom.prune(tree)
        return [block.text for block in dom.blocks(tree) if block.text]
    except Refused:
        return []


def like(lines: list[str], wanted: str) -> str | None:
    """The line that has most characters in common with `wanted`; None when there is none that is like it.

    >>> like(["首頁", "高考明日開(kāi)考", "來源：江漢日報"], "高考明日开考")
    '高考明日開(kāi)考'
    >>> like(["版權所有"], "高考明日开考") is None
    True
    """
    characters = set(wanted)
    # damage adds more characters than it takes: a line of less than half the length is another one
    near = [
        (len(characters & (line_set := set(line))) / (len(characters) + len(line_set)), line)
        for line in lines
        if 2 * len(line) > len(wanted)
    ]
    share, line = max(near, key=lambda pair: pair[0], default=(0.0, ""))
    return line if wanted and 2 * share >= _ALIKE else None
