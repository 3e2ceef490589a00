"""The decoder by itself: spots, what explains them, and how many whole articles come back."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.decode.restore import restore
from newscrawl.decode.restore.channel import Profile, corrupt
from newscrawl.decode.restore.families import Damage
from newscrawl.decode.restore.lexicon import to_traditional
from newscrawl.decode.restore.search import decode
from newscrawl.decode.restore.verify import explains
from newscrawl.demo.news import load_news
from tests.decode.made_profiles import allows, folded, profile_of, profiles

CASES = "search"


def damage_of(row: dict[str, Any]) -> Damage:
    drops = row.get("drops", False)
    return Damage("A", row.get("table", {}), folded=row.get("folded", False), drops=drops, seen_to_drop=drops)


def test_spot(row: dict[str, Any]) -> None:
    found = decode(row["input"], damage_of(row))
    assert found.text == row["expected"]
    assert found.count == row.get("spots", 1)


def test_explains(row: dict[str, Any]) -> None:
    assert explains(row["restored"], row["seen"], row.get("before", ""), damage_of(row)) == row["explained"]


@cache
def articles() -> tuple[str, ...]:
    """The demo's news, an article a text: title, date and source, body."""
    return tuple(
        "\n\n".join((story.title, f"{story.published_at:%Y年%m月%d日} 来源：{story.source}", *story.body))
        for story in load_news()
    )


def test_articles(row: dict[str, Any]) -> None:
    """`exact` articles or more come back to the character; with the right candidates `allowed` or more; no more than
    `silent` are wrong and say nothing. The figures are those measured, of 86.
    """
    profile = profile_of(row["profile"])
    exact, allowed, silent = [], [], []
    for number, text in enumerate(articles()):
        restored, want = restore(corrupt(text, profile, number)), folded(text, profile)
        if restored.text == want:
            exact.append(number)
        elif not restored.unresolved:
            silent.append(differ(restored.text, want))
        if allows(restored, want):
            allowed.append(number)
        elif restored.text != want:
            print(number, differ(restored.text, want), restored.unresolved)
    assert len(exact) >= row["exact"]
    assert len(allowed) >= row["allowed"]
    assert len(silent) <= row["silent"], silent


def differ(got: str, want: str) -> tuple[str, str]:
    """Where two texts begin to differ."""
    at = next(
        (at for at, pair in enumerate(zip(got, want, strict=False)) if pair[0] != pair[1]), min(len(got), len(want))
    )
    return got[max(0, at - 8) : at + 12], want[max(0, at - 8) : at + 12]


paragraph = st.builds(
    lambda text, start, size: text[start : start + size],
    st.sampled_from(articles()),
    st.integers(0, 400),
    st.integers(1, 120),
)


@settings(
    derandomize=True, max_examples=200, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(text=paragraph, profile=profiles(1), seed=st.integers(0, 9))
def test_what_the_channel_made_is_explained(text: str, profile: Profile, seed: int) -> None:
    mapped = text.translate(to_traditional())
    damage = Damage("A", dict(profile.table), folded=profile.fold, drops=not profile.orphan)
    assert explains(mapped, corrupt(text, profile, seed), "", damage)


@pytest.mark.parametrize("trap", ["?！肮", "日?qǐng)", "?！?", "!", "?，", "?jiān)", "M(jìn)", "還?", "\ue63a?！"])
@pytest.mark.parametrize("drops", [False, True])
def test_long_runs_of_odd_text_are_read_to_the_end(trap: str, drops: bool) -> None:
    found = decode(trap * 500 + "\n\n湖北日?qǐng)?bào)", Damage("A", {}, drops=drops, seen_to_drop=drops))
    assert all(found.text[span.start : span.start + len(span.seen)] == span.seen for span in found.doubtful)
    assert drops or found.text.endswith("日報")
