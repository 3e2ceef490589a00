"""What a ledger knows: look-ups that change nothing."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func, select

from newscrawl.crawl.ledger import statements as sql
from newscrawl.crawl.ledger.rows import Known
from newscrawl.crawl.ledger.tables import ADDRESSES, MOVED, RUNS
from newscrawl.crawl.ledger.transactions import Transactions

_A = ADDRESSES.c


class Lookups(Transactions):
    """The ledger of a site as those see it who ask."""

    def is_new(self) -> bool:
        """Whether no run has been kept yet."""
        return not self._scalar(select(func.count()).select_from(RUNS))

    def records(self, most: int) -> list[dict[str, Any]]:
        """What the last `most` runs came to, the newest first; those that were killed have left nothing."""
        newest = select(RUNS.c.record).where(RUNS.c.record.is_not(None)).order_by(RUNS.c.id.desc()).limit(most)
        return [json.loads(text) for text in self.execute(newest).scalars()]

    def address(self, number: int) -> str | None:
        """The address that has a number."""
        found: str | None = self._scalar(select(_A.url).where(_A.id == number))
        return found

    def known(self, url: str) -> Known | None:
        """The article that came out of an address before; None when none has."""
        row = self.execute(sql.KNOWN, {"address": url}).first()
        return Known(*row) if row and row.revision else None

    def is_known_elsewhere(self, final: str, url: str) -> bool:
        """Whether `final`, where the page of `url` was read from in the end, belongs to an article that came out of
        another address."""
        row = self.execute(sql.ROW, {"address": final}).first()
        if row is None:
            return False
        if row.state == MOVED:
            return bool(row.reason != url)
        return final != url and row.revision > 0

    def same_text(self, content_hash: str, url: str) -> str | None:
        """Another address whose article has this text."""
        found: str | None = self._scalar(sql.SAME_TEXT, {"text": content_hash, "address": url})
        return found

    def same_headline(self, headline: str) -> str | None:
        """The address of an article with this day and title (`judge.repeat.headline_key`)."""
        found: str | None = self._scalar(sql.SAME_HEADLINE, {"line": headline})
        return found
