"""Made-up mirrors: channel profiles as rows write them, and as hypothesis draws them."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from newscrawl.decode.restore import Restored
from newscrawl.decode.restore.channel import FOLDED, PROFILES, Profile, Table, table_of

DELIMITERS = "！，；？：。"


def profile_of(written: str | Mapping[str, Any]) -> Profile:
    """The profile that a row means: the name of one, or `of` a name with fields of `Profile` instead of its own.

    `order` puts the table in another order: "reversed", or the seed of a shuffle. `only` leaves these characters of it.
    """
    if isinstance(written, str):
        return PROFILES[written]
    fields = dict(written)
    profile, order, only = PROFILES[fields.pop("of")], fields.pop("order", None), fields.pop("only", "")
    table = tuple(pair for pair in profile.table if not only or pair[0] in only)
    return replace(profile, table=in_order(table, order), **fields)


def in_order(table: Table, order: object) -> Table:
    """A table as it is (None), reversed, or shuffled with a seed."""
    if order is None:
        return table
    return table[::-1] if order == "reversed" else tuple(random.Random(str(order)).sample(table, len(table)))


def folded(text: str, profile: Profile) -> str:
    """What can come back of a text: folding is not undone."""
    return text.translate(FOLDED) if profile.fold else text


def tables(least: int) -> st.SearchStrategy[Table]:
    """Any `least` rows or more of A or B, in any order."""
    return st.sampled_from("AB").flatmap(
        lambda family: st.builds(
            lambda size, seed: tuple(random.Random(seed).sample(table_of(family), size)),
            st.integers(least, len(table_of(family))),
            st.integers(0, 99),
        )
    )


def profiles(least: int, orphans: str = "?-") -> st.SearchStrategy[Profile]:
    """Mirrors that work on bytes, with a table of at least so many rows; `-` of `orphans` is a dropped one."""
    return st.builds(
        Profile,
        family=st.just("A"),
        table=tables(least),
        bytewise=st.just(True),
        delimiters=st.sets(st.sampled_from(DELIMITERS[1:])).map(lambda chosen: "！" + "".join(sorted(chosen))),
        cut=st.floats(0.5, 1.0),
        orphan=st.sampled_from(orphans).map(lambda char: "" if char == "-" else char),
        fold=st.booleans(),
    )


def allows(restored: Restored, text: str) -> bool:
    """Whether `text` is what was restored, with some candidate in each doubtful spot."""
    pattern, at = [], 0
    for span in restored.unresolved:
        pattern.append(re.escape(restored.text[at : span.start]))
        pattern.append("(?:" + "|".join(map(re.escape, (span.seen, *span.candidates))) + ")")
        at = span.start + len(span.seen)
    return re.fullmatch("".join(pattern) + re.escape(restored.text[at:]), text) is not None
