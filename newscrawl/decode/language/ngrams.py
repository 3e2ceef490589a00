"""Counts of n-grams as arrays: what `build_language` and `word_model` add up.

An n-gram is a number made of its ids, `BITS` bits each, the last id lowest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BITS = 16


@dataclass(frozen=True, slots=True)
class Counts:
    """N-grams of one order, and how often each was seen (by weight)."""

    keys: Keys
    counts: Floats


def add(parts: Iterable[Counts]) -> Counts:
    """Add up the counts of the same n-grams; sorts them."""
    parts = list(parts)
    keys, places = np.unique(np.concatenate([part.keys for part in parts]), return_inverse=True)
    totals = np.bincount(places, np.concatenate([part.counts for part in parts]), len(keys))
    return Counts(keys, totals.astype(np.float64))


def look_up(keys: Keys, wanted: Keys, values: Floats, otherwise: float) -> Floats:
    """The value of each key of `wanted`; `keys` are sorted."""
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: Floats = np.where(keys[places] == wanted, values[places], otherwise)
    return found


def runs(ids: Keys, order: int) -> Keys:
    """Every n-gram of the rows of a matrix of ids (of a text: one row)."""
    width = ids.shape[1] - order + 1
    keys = np.zeros((len(ids), width), np.int64)
    for place in range(order):
        keys = keys << BITS | ids[:, place : place + width]
    return keys
