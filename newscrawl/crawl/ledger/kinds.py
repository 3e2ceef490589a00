"""Whether an address is an article, a list or a feed, when pages name it as several, or its site file was mended."""

from __future__ import annotations

from newscrawl.crawl.ledger.rows import Seen
from newscrawl.crawl.ledger.tables import FEED, FETCHED, FOUND, LIST, MOVED


def of(row: Seen, named: str, *, first: bool, new: bool) -> str:
    """The kind of a known address from here on; `named` is another kind than it is of.

    It is what a run hears of it `first`: start addresses are lists, and of the links of a page those are articles that
    look like one, run after run. So an address has one kind in a run, and is fetched once. Only one that is `new` in
    this run, and was a list so far, becomes a feed: pages link to their feeds, and name them as feeds besides. A feed
    is no list again before it has proved to be none, and an article that came out stays one.
    """
    if row.revision or row.state in (FETCHED, MOVED):
        return row.kind
    if not first:
        turns = new and (row.kind, named, row.state) == (LIST, FEED, FOUND)
    else:
        turns = (row.kind, named) != (FEED, LIST) or row.reason == "bad_feed"
    return named if turns else row.kind
