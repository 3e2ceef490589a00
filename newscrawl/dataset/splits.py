"""Which split a row belongs to. A cluster is in one of them: no near copy of a training text is tested on."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import Literal

TRAIN, VALIDATION, TEST, UNDATED = "train", "validation", "test", "undated"
NAMES = (TRAIN, VALIDATION, TEST, UNDATED)
"""In the order in which files and counts are told."""

_HASHED = 2**64
"""The first eight bytes of a SHA-256 are a number below this."""


@dataclass(frozen=True, slots=True)
class Split:
    """A rule; `parse` reads it, `str` tells it as it was given."""

    kind: Literal["none", "time", "hash"]
    given: tuple[str, ...] = ()
    """Of time the days on which the next split begins, of hash the shares."""

    def __str__(self) -> str:
        return f"{self.kind}={','.join(self.given)}" if self.given else self.kind

    @property
    def names(self) -> tuple[str, ...]:
        """The splits there can be."""
        if self.kind == "none":
            return (TRAIN,)
        parts = len(self.given) + (self.kind == "time")
        told = (TRAIN, TEST) if parts == 2 else (TRAIN, VALIDATION, TEST)
        return (*told, UNDATED) if self.kind == "time" else told

    def of(self, cluster: str, since: str | None) -> str:
        """The split of a row: of its cluster, and the earliest day (ISO 8601, Chinese time) of the cluster.

        >>> rule = parse("time=2024-01-01,2024-07-01")
        >>> [rule.of("", day) for day in ("2023-12-31", "2024-01-01", "2024-07-01", None)]
        ['train', 'validation', 'test', 'undated']
        >>> [parse("hash=0.6,0.4").of(cluster, None) for cluster in "abcde"]
        ['test', 'train', 'train', 'train', 'train']
        """
        if self.kind == "none":
            return TRAIN
        if self.kind == "hash":
            return self.names[bisect_right(_bounds(self.given), _number(cluster))]
        return UNDATED if since is None else self.names[bisect_right(self.given, since)]


WHOLE = Split("none")
"""Everything is in train."""


def parse(text: str) -> Split:
    """Read a rule: time=DAY[,DAY] or hash=SHARE,SHARE[,SHARE]. Raises `ValueError`.

    >>> parse("time=2024-07-01,2024-01-01")
    Traceback (most recent call last):
        ...
    ValueError: 2024-01-01 is not after 2024-07-01
    >>> parse("hash=0.9,0.2")
    Traceback (most recent call last):
        ...
    ValueError: the shares add up to 1.1, not to 1
    """
    kind, _, values = text.partition("=")
    given = tuple(values.split(","))
    if kind == "time" and len(given) in (1, 2):
        return Split("time", _days(given))
    if kind == "hash" and len(given) in (2, 3):
        _check_shares(given)
        return Split("hash", given)
    raise ValueError("time=DAY[,DAY] or hash=SHARE,SHARE[,SHARE] is wanted")


def _days(given: Sequence[str]) -> tuple[str, ...]:
    for day in given:
        try:
            exact = date.fromisoformat(day).isoformat() == day  # Python 3.11 takes 20240101, too
        except ValueError:
            exact = False
        if not exact:
            raise ValueError(f"{day!r} is no day such as 2024-01-31")
    if list(given) != sorted(set(given)):
        raise ValueError(f"{given[1]} is not after {given[0]}")
    return tuple(given)


def _check_shares(given: Sequence[str]) -> None:
    try:
        shares = [Decimal(share) for share in given]
        proper = all(0 < share < 1 for share in shares)
    except InvalidOperation:
        proper = False
    if not proper:
        raise ValueError(f"shares between 0 and 1 are wanted, not {','.join(given)}")
    if sum(shares) != 1:
        raise ValueError(f"the shares add up to {sum(shares)}, not to 1")


def _bounds(given: Sequence[str]) -> list[int]:
    """The numbers at which the next split begins, exact."""
    return [int(bound * _HASHED) for bound in accumulate(map(Decimal, given[:-1]))]


def _number(cluster: str) -> int:
    return int.from_bytes(hashlib.sha256(cluster.encode()).digest()[:8], "big")
