"""The highest of many, in memory of fixed size."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush, heapreplace
from typing import Any

Rank = tuple[float, ...]


class Most:
    """Keeps the `size` entries of the highest rank. An entry is made only when it is kept.

    >>> longest = Most(2)
    >>> for word in ("a", "cccc", "bb", "ddd"):
    ...     longest.offer((len(word),), word.upper)
    >>> longest.ranked()
    ['CCCC', 'DDD']
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[Rank, int, Any]] = []
        self._offered = 0

    def offer(self, rank: Rank, make: Callable[[], Any]) -> None:
        """Keep what `make` returns when it ranks among the highest; of equal ones the first stays."""
        self._offered += 1
        if len(self._heap) < self._size:
            heappush(self._heap, (rank, -self._offered, make()))
        elif rank > self._heap[0][0]:
            heapreplace(self._heap, (rank, -self._offered, make()))

    def ranked(self) -> list[Any]:
        """What was kept, the highest first."""
        return [entry for _, _, entry in sorted(self._heap, key=lambda kept: kept[:2], reverse=True)]
