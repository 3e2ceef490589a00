"""Scrapy with the time of the ledger taken: `python tests/bench/timed.py FILE runspider ...` writes it to FILE.

It is CPU time; with CLOCK=wall it is all that passes, waiting for a database included. What counts is every public
method of the ledger and what makes it durable (fsync included, which waits more than it computes): what a crawl without
a ledger would not do.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from inspect import isfunction
from pathlib import Path
from typing import Any

from scrapy.cmdline import execute

from newscrawl.crawl.ledger.ledger import Ledger

_clock = time.perf_counter if os.environ.get("CLOCK") == "wall" else time.process_time
_spent: Counter[str] = Counter()
_inside: list[str] = []


def main() -> None:
    """Take the time, and run Scrapy."""
    target = Path(sys.argv[1])
    for name in dir(Ledger):
        if isfunction(method := getattr(Ledger, name)) and not name.startswith("_"):
            setattr(Ledger, name, _timed(name, method))
    sys.argv = ["scrapy", *sys.argv[2:]]
    try:
        execute()
    finally:
        target.write_text(json.dumps(_spent))


def _timed(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def timed(*arguments: Any, **named: Any) -> Any:
        if _inside:  # one method calls another
            return method(*arguments, **named)
        _inside.append(name)
        began = _clock()
        try:
            return method(*arguments, **named)
        finally:
            _spent[name] += _clock() - began  # type: ignore[assignment]  # typeshed: whole numbers
            _inside.pop()

    return timed


if __name__ == "__main__":
    main()
