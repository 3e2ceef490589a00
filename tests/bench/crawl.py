"""What a crawl costs beside a stock Scrapy spider, in CPU and memory, and what its ledger costs: `make bench-crawl`.

1. CPU a page. The stock spider is a file in a folder of its own, outside the project, with Scrapy's own settings but
   for the log (WARNING, as ours): it is given the addresses of all articles and yields nothing but the address, into a
   feed. Ours begins at the front page of the same portal and has everything on: lists, robots.txt, ledger, restoration,
   extraction, judgement, record, monitors. Pages are of 60 KB; once they come plain with a character set in the header,
   once as gzip without one. Both run in turn, each once over many articles and once over few; what counts is the
   difference, so that start-up does not. Medians. Absolute times depend on the machine; the ratio does not.
2. Where our time goes: the stages, as the run's record tells them; all else is fetching: Scrapy, the downloader, lists.
3. Memory (memory.py), 4. the ledger (ledger.py).
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from newscrawl.demo.large import LargePortal
from tests.bench.ledger import measure_ledger
from tests.bench.memory import measure_memory
from tests.bench.runs import cpu_seconds, large_portal, last_record, our_crawl

_SIZE = 60_000
_FEW = 40
"""Articles of the short run: enough that everything has been imported, compiled and connected."""
_STAGES = ("decode", "restore", "extract", "judge", "publish")

_STOCK = """
import scrapy

class Stock(scrapy.Spider):
    name = "stock"
    start_urls = open("{addresses}").read().split()

    def parse(self, response):
        yield {{"url": response.url}}
"""


class Cost(NamedTuple):
    """Of one round, milliseconds an article page."""

    ours: float
    stock: float
    stages: dict[str, float]
    ledger: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench-crawl", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="counted rounds (5)")
    parser.add_argument("--articles", type=int, default=600, help="article pages of a round (600)")
    parser.add_argument("--pages", type=int, default=10_000, help="pages of the crawl whose memory is watched (10,000)")
    parser.add_argument("--addresses", type=int, default=500_000, help="addresses in the ledger (500,000)")
    parser.add_argument("--full", action="store_true", help="50,000 pages and 5 million addresses")
    parser.add_argument("--only", choices=("cpu", "memory", "ledger"), help="one part")
    parser.add_argument(
        "--database", help="address of an empty PostgreSQL database, to measure the ledger in it as well"
    )
    options = parser.parse_args()
    if options.full:
        options.pages, options.addresses = 50_000, 5_000_000
    with tempfile.TemporaryDirectory() as name:
        if options.only in (None, "cpu"):
            for packed in (False, True):
                _compare(Path(name), options.articles, options.runs, packed=packed)
        if options.only in (None, "memory"):
            measure_memory(Path(name) / "memory", options.pages)
        if options.only in (None, "ledger"):
            measure_ledger(Path(name) / "ledger", options.addresses)
            if options.database:
                measure_ledger(Path(name) / "database", options.addresses, options.database)


def _compare(folder: Path, articles: int, runs: int, *, packed: bool) -> None:
    """Print what both cost, and where ours goes."""
    portal = LargePortal(articles)
    with large_portal(articles, "--size", str(_SIZE), *(["--packed"] if packed else [])) as at:
        stock = [_stock(folder, f"stock_{count}", portal, at, count) for count in (articles, _FEW)]
        rounds = [_round(folder / "ours", at, stock, articles - _FEW) for _ in range(runs + 1)][1:]
    ours, bare = (statistics.median(column) for column in ([c.ours for c in rounds], [c.stock for c in rounds]))
    ratio = statistics.median(cost.ours / cost.stock for cost in rounds)
    kind = "gzip, no character set in the header" if packed else "plain, character set in the header"
    print(f"{articles} articles of {_SIZE // 1000} KB ({kind}), CPU ms a page, {runs} rounds:")
    print(f"  newscrawl {ours:.2f}, stock Scrapy {bare:.2f}; newscrawl / stock: {ratio:.2f}")
    stages = {name: statistics.median(cost.stages[name] for cost in rounds) for name in _STAGES}
    told = ", ".join(f"{name} {took:.2f}" for name, took in stages.items())
    ledger = statistics.median(cost.ledger for cost in rounds)
    print(f"  newscrawl: {told}, fetch and all else {ours - sum(stages.values()):.2f}")
    print(f"  the ledger, in all of these: {ledger:.2f} ({ledger / ours:.1%})", flush=True)


def _stock(folder: Path, name: str, portal: LargePortal, at: str, count: int) -> Path:
    """A folder with a spider for the first articles of a portal."""
    home = folder / name
    home.mkdir(exist_ok=True)
    (home / "addresses").write_text("\n".join(at + portal.path(number) for number in range(count)))
    (home / "stock.py").write_text(_STOCK.format(addresses=home / "addresses"))
    return home


def _round(output: Path, at: str, stock: list[Path], articles: int) -> Cost:
    """One round; the ledger is timed in runs that do not count."""
    many, all_stages = _ours(output, at)
    bare_many, bare_few = (_cpu_of_stock(home) for home in stock)
    few, few_stages = _ours(output, at, "-a", f"articles={_FEW}")
    stages = {name: 1000 * (all_stages[name] - few_stages[name]) / articles for name in _STAGES}
    ledger = (_ledger_seconds(output, at) - _ledger_seconds(output, at, "-a", f"articles={_FEW}")) / articles
    return Cost(1000 * (many - few) / articles, 1000 * (bare_many - bare_few) / articles, stages, 1000 * ledger)


def _ours(output: Path, at: str, *options: str) -> tuple[float, dict[str, float]]:
    shutil.rmtree(output, ignore_errors=True)
    seconds = cpu_seconds(our_crawl(at, output, *options))
    return seconds, last_record(output)["stage_seconds"]


def _ledger_seconds(output: Path, at: str, *options: str) -> float:
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir()
    cpu_seconds(our_crawl(at, output, *options, timed=output / "timed"))
    return float(sum(json.loads((output / "timed").read_text()).values()))


def _cpu_of_stock(home: Path) -> float:
    command = [sys.executable, "-m", "scrapy", "runspider", "stock.py", "-O", "out.jsonl", "-L", "WARNING"]
    seconds = cpu_seconds(command, home)
    addresses, lines = ((home / name).read_text().split("\n") for name in ("addresses", "out.jsonl"))
    assert len(lines) - 1 == len(addresses), f"{len(lines) - 1} of {len(addresses)} pages came"
    return seconds


if __name__ == "__main__":
    main()
