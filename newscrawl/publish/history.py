"""The records of runs, as the ledgers keep them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newscrawl.crawl.ledger import LedgerError
from newscrawl.crawl.ledger.store import open_to_read
from newscrawl.publish.paths import ledger_path

# A year of nightly runs; the report looks at the last two weeks.
MOST_RUNS = 400


def records_of(output: Path, site: str, most: int = MOST_RUNS) -> list[dict[str, Any]]:
    """The records of the last runs of a site, the oldest first; none when it has no ledger. Raises `LedgerError`."""
    path = ledger_path(output, site)
    if not path.exists():
        return []
    ledger = open_to_read(path)
    try:
        return ledger.records(most)[::-1]
    finally:
        ledger.close()


def all_records(output: Path) -> Iterator[dict[str, Any]]:
    """The records of every site that has a ledger; one that cannot be read is passed over."""
    for path in sorted((output / "state").glob("*.sqlite")):
        try:
            yield from records_of(output, path.stem)
        except (LedgerError, ValueError):
            continue
