"""What a run's record tells of its articles, counted while they pass, in memory that does not grow with the run."""

from __future__ import annotations

from collections import Counter
from typing import Any

from newscrawl.items import CONTENT, Article
from newscrawl.publish.most import Most
from newscrawl.publish.samples import Samples

# A portal has some dozens of sections; what has more names its articles in the breadcrumb.
MOST_SECTIONS = 200
# Three years, day by day; an archive's run tells the latest of its days.
MOST_DAYS = 1_000
_SLOWEST = 10
# Counters are cut back when they hold so many times what is told: rarely enough to cost nothing.
_SLACK = 10
_SECTION_CHARACTERS = 40


class Counted:
    """Filled by `article` for each that came out, and by `work` for each that was refused."""

    def __init__(self) -> None:
        self.filled = dict.fromkeys(CONTENT, 0)
        self.families: Counter[str] = Counter()
        self.sections: Counter[str] = Counter()
        self.days: Counter[str] = Counter()
        self.stage_seconds: Counter[str] = Counter()
        self._slowest = Most(_SLOWEST)
        self._samples = Samples()

    def article(self, article: Article) -> None:
        """Count an article that came out."""
        for name in CONTENT:
            if getattr(article, name):
                self.filled[name] += 1
        if article.restored:
            self.families[article.restored.family] += 1
        if article.section:
            self.sections[article.section[:_SECTION_CHARACTERS]] += 1
        if article.published_at:
            self.days[article.published_at.date().isoformat()] += 1
        self._samples.offer(article)
        self.work(article)
        self._keep_small()

    def work(self, article: Article) -> None:
        """Count the time that an article took, whether it came out or not."""
        seconds = article.measured.seconds if article.measured else {}
        for stage, took in seconds.items():
            self.stage_seconds[stage] += took  # type: ignore[assignment]  # typeshed's Counter counts in whole numbers
        total = sum(seconds.values())
        self._slowest.offer((total,), lambda: {"url": article.url, "seconds": round(total, 4), **_rounded(seconds)})

    def told(self) -> dict[str, Any]:
        """What the record holds of it; sections by frequency, days in order."""
        return {
            "filled": self.filled,
            "families": dict(self.families.most_common()),
            "sections": dict(self.sections.most_common(MOST_SECTIONS)),
            "days": dict(sorted(self.days.items())[-MOST_DAYS:]),
            "stage_seconds": _rounded(self.stage_seconds),
            "slowest": self._slowest.ranked(),
            "samples": self._samples.chosen(),
        }

    def _keep_small(self) -> None:
        if len(self.sections) > _SLACK * MOST_SECTIONS:
            self.sections = Counter(dict(self.sections.most_common(MOST_SECTIONS)))
        if len(self.days) > _SLACK * MOST_DAYS:
            self.days = Counter(dict(sorted(self.days.items())[-MOST_DAYS:]))


def _rounded(seconds: dict[str, float] | Counter[str]) -> dict[str, float]:
    return {stage: round(took, 4) for stage, took in seconds.items()}
