"""A ledger of millions of addresses: what looking one up takes, and what a crawl with it takes.

Every second address is an article that came out, as in a portal that has been crawled for years; the rest was refused
or is a repeat. 3,000 wait.
"""

from __future__ import annotations

import hashlib
import json
import random
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from scrapy.settings import Settings
from sqlalchemy import insert

from newscrawl.crawl.ledger import Ledger, open_ledger, place_of
from newscrawl.crawl.ledger.tables import ADDRESSES, ARTICLE, EXPORTED, REFUSED
from tests.bench.runs import cpu_seconds, large_portal, our_crawl

_BATCH = 10_000
_LOOKS = 2_000
_LINKS = 30
_WAIT = 3_000
_ARTICLES = 600


def measure_ledger(output: Path, addresses: int, database: str | None = None) -> None:
    """Build it, in SQLite or at an address of a database, and print the figures."""
    place = place_of(Settings({"OUTPUT_DIR": output, "LEDGER": database, "LEASE_SECONDS": 60}), "large")
    ledger, began = open_ledger(place), time.perf_counter()
    _build(ledger, addresses)
    size = f" ({place.stat().st_size / 1e6:.0f} MB)" if isinstance(place, Path) else ""
    kind = ledger.connection.dialect.name
    print(f"a ledger of {addresses:,} addresses in {kind}{size}, built in {_since(began):.0f} s:")
    ledger.close()
    ledger, began = open_ledger(place), time.perf_counter()
    ledger.start_run("20260101T000000Z")
    print(f"  beginning a run: {1000 * _since(began):.1f} ms")
    for name, look in _questions(ledger, addresses, random.Random(0)).items():
        times = sorted(_milliseconds(look) for _ in range(_LOOKS))
        print(
            f"  {name}: median {statistics.median(times):.3f} ms, 99 of 100 within {times[99 * _LOOKS // 100]:.3f} ms"
        )
    ledger.undo()
    ledger.find_articles([_url(addresses + number) for number in range(_WAIT)], 1)
    took = [_milliseconds(lambda: _fetch(ledger)) for _ in range(40)]
    print(
        f"  taking 64 of {_WAIT} that wait, and noting 64 as fetched: median {statistics.median(took):.2f} ms",
        flush=True,
    )
    ledger.undo()
    ledger.close()
    _crawl(output, *(["-s", f"LEDGER={database}"] if database else []))


def _fetch(ledger: Ledger) -> None:
    for waiting in ledger.take(ARTICLE, 64):
        ledger.fetched(waiting.url)


def _build(ledger: Ledger, addresses: int) -> None:
    ledger.start_run("20250101T000000Z")
    for start in range(0, addresses, _BATCH):
        rows = [_row(number) for number in range(start, min(start + _BATCH, addresses))]
        ledger.connection.execute(insert(ADDRESSES), rows)
        ledger.commit()


def _row(number: int) -> dict[str, Any]:
    """An address as a run leaves it."""
    came_out = number % 2 == 0
    text = hashlib.sha256(b"%d" % number).hexdigest() if came_out else None
    return {
        "url": _url(number),
        "kind": ARTICLE,
        "state": EXPORTED if came_out else REFUSED,
        "reason": None if came_out else "repeat_text",
        "tries": 0 if came_out else 1,
        "run": 1,
        "depth": 3,
        "found_on": 1 + number // 20,
        "first_seen": 1_700_000_000 + number,
        "last_seen": 1_700_000_000 + number,
        "fetched_at": 1_700_000_000 + number,
        "page_hash": text,
        "content_hash": text,
        "record_hash": text,
        "headline": f"2025-01-01 江汉网第{number}号记事" if came_out else None,
        "file": "articles/large/20250101T000000Z.jsonl" if came_out else None,
        "offset": 4_000 * number if came_out else None,
        "length": 4_000 if came_out else None,
        "revision": int(came_out),
    }


def _url(number: int) -> str:
    return f"http://news.example.com/content/2025-{1 + number % 12:02}/{1 + number % 28:02}/content_{number}.html"


def _questions(ledger: Ledger, addresses: int, chance: random.Random) -> dict[str, Callable[[], object]]:
    """What a crawl asks, with other addresses each time."""

    def some(count: int, start: int = 0) -> list[str]:
        return [_url(start + chance.randrange(addresses)) for _ in range(count)]

    return {
        "a known address": lambda: ledger.known(*some(1)),
        "an unknown address": lambda: ledger.known(*some(1, addresses)),
        "a text": lambda: ledger.same_text(hashlib.sha256(chance.randbytes(8)).hexdigest(), ""),
        f"{_LINKS} links, half of them new": lambda: ledger.unseen([*some(_LINKS // 2), *some(_LINKS // 2, addresses)]),
        f"{_LINKS} links taken down": lambda: ledger.find_articles([*some(15), *set(some(15, addresses))], 3),
    }


def _crawl(output: Path, *options: str) -> None:
    """Crawl pages of 60 KB with this ledger, and print its share."""
    output.mkdir(exist_ok=True)
    with large_portal(_ARTICLES, "--size", "60000") as at:
        total = cpu_seconds(our_crawl(at, output, *options, timed=output / "timed"))
    spent: dict[str, float] = json.loads((output / "timed").read_text())
    took = sum(spent.values())
    told = ", ".join(f"{name} {1000 * each / _ARTICLES:.2f}" for name, each in _largest(spent.items()))
    print(f"  a crawl of {_ARTICLES} articles with it: {1000 * took / _ARTICLES:.2f} ms CPU a page, {took / total:.1%}")
    print(f"    {told}", flush=True)


def _largest(spent: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    return sorted(spent, key=lambda pair: -pair[1])[:5]


def _milliseconds(look: Callable[[], object]) -> float:
    began = time.perf_counter()
    look()
    return 1000 * _since(began)


def _since(began: float) -> float:
    return time.perf_counter() - began
