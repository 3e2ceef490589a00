"""The steps of a run, each a statement or two. Nothing is kept before `commit`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Update, and_, func, insert, select, union, update

from newscrawl.crawl.ledger import kinds
from newscrawl.crawl.ledger import statements as sql
from newscrawl.crawl.ledger.again import again_at, is_gone
from newscrawl.crawl.ledger.lookups import Lookups
from newscrawl.crawl.ledger.rows import Found, Line, Marks, Seen, Waiting
from newscrawl.crawl.ledger.tables import (
    ADDRESSES,
    ARTICLE,
    EXPORTED,
    FEED,
    FETCHED,
    FOUND,
    GONE,
    LIST,
    REFUSED,
    RUNS,
)

if TYPE_CHECKING:
    from newscrawl.crawl.ledger.lease import Lease

_A = ADDRESSES.c
# SQLite allows 32,766 values in a statement; a list page has at most a few thousand links.
_MOST_VALUES = 1_000
_DAY = 86_400


class Ledger(Lookups):
    """What has been found on a site, and what came of it. `open_ledger` makes one."""

    def __init__(self, connection: Connection, lease: Lease | None = None) -> None:
        super().__init__(connection, lease)
        self._run = 0
        self._before = 0
        """The number of the last address that earlier runs have found."""
        self._out: dict[str, str] = {}
        """Address -> kind of what is being fetched: taken, and still found."""
        self._dry: set[str] = set()
        """Kinds of which nothing waits: the scheduler asks after every page, also when all there is was taken."""
        self.postponed = 0
        """How many articles were due to be asked for again, and are left to a later run."""

    # -- a run --

    def start_run(
        self, stamp: str, revisit_days: int | None = None, since: str | None = None, most_again: int | None = None
    ) -> None:
        """Begin a run called `stamp`: what an earlier one left undone waits again, and what is due another try.

        With `revisit_days` the articles first seen in so many days wait, too; 0 means all of them. `since` is the day
        that articles begin with: what was too old for an earlier run waits when it is not for this one. No more than
        `most_again` articles wait for another try or visit.
        """
        now = _now()
        self._dry.clear()
        self.execute(insert(RUNS).values(run=stamp, started_at=now))
        self._run = self._scalar(select(func.max(RUNS.c.id))) or 0
        self._before = self._scalar(select(func.max(_A.id))) or 0
        lists_due = and_(_A.again_at <= now, _A.kind != ARTICLE)
        # one after the other: SQLite has an index for each, and for both in one condition reads the whole table
        for undone in (_A.state == FETCHED, lists_due):
            self.execute(update(ADDRESSES).where(undone).values(state=FOUND, again_at=None))
        self.execute(sql.ANEW.where(_A.headline >= since) if since else sql.ANEW)
        due = [and_(_A.again_at <= now, _A.kind == ARTICLE)]
        if revisit_days is not None:
            begin = now - revisit_days * _DAY if revisit_days else 0
            due.append(and_(_A.state == EXPORTED, _A.first_seen >= begin))
        self._wait_again(due, most_again)

    def _wait_again(self, due: list[ColumnElement[bool]], most: int | None) -> None:
        """Let articles wait that any of the conditions holds for, those first that were asked for longest ago."""
        if most is not None:
            waiting = select(func.count()).where(_A.state == FOUND, _A.kind == ARTICLE, _A.fetched_at.is_not(None))
            most = max(0, most - self._scalar(waiting))
        every = union(*(select(_A.id, _A.fetched_at).where(condition) for condition in due)).subquery()
        count = self._scalar(select(func.count()).select_from(every))
        first = select(every.c.id).order_by(every.c.fetched_at, every.c.id).limit(most)
        wait = update(ADDRESSES).where(_A.id.in_(first)).values(state=FOUND, again_at=None)
        self.postponed = count - self.execute(wait).rowcount

    def end_run(self, record: dict[str, Any]) -> None:
        """Keep what a run came to."""
        text = json.dumps(record)  # in ASCII: titles may hold half a surrogate pair
        self.execute(update(RUNS).where(RUNS.c.id == self._run).values(record=text))

    def undo(self) -> None:
        """Forget every step since the last `commit`."""
        super().undo()
        self._dry.clear()

    # -- addresses that are found --

    def find_articles(
        self, urls: Sequence[str], depth: int, most: int | None = None, found_on: int | None = None
    ) -> Found:
        """Take down the articles that a page names, `most` of the new ones; these wait to be fetched.

        `found_on` is the number of that page (`Waiting.id`). New is also what was no article until now (kinds.py).
        """
        seen = self._seen(urls)
        turned = {url for url, row in seen.items() if row.kind != self._kind(row, ARTICLE)}
        new = [url for url in urls if url not in seen or url in turned]
        taken = new[:most]
        sighted = [url for url in urls if url in seen and url not in turned and seen[url].run != self._run]
        self._dry.discard(ARTICLE)
        self._add([url for url in taken if url not in seen], ARTICLE, depth, found_on=found_on)
        place = {"depth": depth, "found_on": found_on}
        self._sight([url for url in taken if url in seen], kind=ARTICLE, state=FOUND, again_at=None, **place)
        self._sight(sighted)
        known = sum(seen[url].came_out for url in sighted)
        return Found(taken, len(sighted), known, len(new) - len(taken))

    def find_lists(self, urls: Sequence[str], kind: str, depth: int, barren: int = 0) -> list[str]:
        """Take down lists or feeds, which every run reads once: those that this run is still to read are given back.

        What is of another kind, and stays so (kinds.py), is no list of this run: an article was seen, no more.
        """
        seen = self._seen(urls)
        now = {url: self._kind(seen[url], kind) if url in seen else kind for url in urls}
        fresh = [url for url in urls if url not in seen or seen[url].run != self._run or now[url] != seen[url].kind]
        self._dry -= {LIST, FEED}
        self._add([url for url in fresh if url not in seen], kind, depth, barren)
        place = {"depth": depth, "barren": barren}
        for one in (LIST, FEED):
            again = [url for url in fresh if url in seen and now[url] == one]
            self._sight(again, kind=one, state=FOUND, again_at=None, **place)
        self._sight([url for url in fresh if now[url] == ARTICLE])
        return [url for url in fresh if now[url] != ARTICLE]

    def unknown(self, urls: Sequence[str]) -> list[str]:
        """Those of the addresses that no run has seen."""
        seen = self._seen(urls)
        return [url for url in urls if url not in seen]

    def unseen(self, urls: Sequence[str]) -> list[str]:
        """Those of the addresses that this run has not seen."""
        seen = self._seen(urls)
        return [url for url in urls if url not in seen or seen[url].run != self._run]

    def take(self, kind: str, most: int, most_again: int | None = None) -> list[Waiting]:
        """Up to `most` addresses that wait, each once in a run.

        Of articles the new ones first, in the order found, and up to `most_again` of those that came out before. Lists
        and feeds by their depth, and then those that were read longest ago.
        """
        if kind in self._dry or self.lost:
            return []
        statement = sql.TAKE_ARTICLES if kind == ARTICLE else sql.TAKE_LISTS
        rows = self.execute(statement, {"wanted": kind, "most": most + len(self._out)})
        waiting = [Waiting(*row) for row in rows if row.url not in self._out]
        again = [one for one in waiting if one.revision][:most_again]
        taken = [*(one for one in waiting if not one.revision), *again][:most]
        if len(taken) < most:
            self._dry.add(kind)
        self._out.update((row.url, kind) for row in taken)
        if kind != ARTICLE:
            self._sight([one.url for one in taken])  # else a list that an earlier run left is read again when named
        return taken

    def waiting(self, kind: str) -> int:
        """How many addresses wait that this run has not taken."""
        count = select(func.count()).select_from(ADDRESSES).where(_A.state == FOUND, _A.kind == kind)
        return (self._scalar(count) or 0) - self.under_way(kind)

    def under_way(self, kind: str) -> int:
        """How many addresses this run has taken and not done."""
        return sum(taken == kind for taken in self._out.values())

    def unfinished(self, kind: str, most: int) -> int:
        """How many addresses wait or are under way; counts no further than `most`."""
        some = select(_A.id).where(_A.state == FOUND, _A.kind == kind).limit(most).subquery()
        return self._scalar(select(func.count()).select_from(some)) or 0

    def _seen(self, urls: Sequence[str]) -> dict[str, Seen]:
        """What is known of each address; without those never seen."""
        seen: dict[str, Seen] = {}
        for start in range(0, len(urls), _MOST_VALUES):
            rows = self.execute(sql.SEEN, {"urls": urls[start : start + _MOST_VALUES]})
            seen.update((row.url, Seen(*row)) for row in rows)
        return seen

    def _kind(self, row: Seen, named: str) -> str:
        """What a known address is when a page names it as an article, a list or a feed: one under way stays."""
        if row.kind == named or row.url in self._out:
            return row.kind
        return kinds.of(row, named, first=row.run != self._run, new=row.id > self._before)

    def _add(self, urls: Iterable[str], kind: str, depth: int, barren: int = 0, found_on: int | None = None) -> None:
        now = _now()
        common = {"kind": kind, "state": FOUND, "run": self._run, "first_seen": now, "last_seen": now}
        place = {"depth": depth, "barren": barren, "found_on": found_on}
        if rows := [{"url": url, **place, **common} for url in urls]:
            self.execute(sql.NEW, rows)

    def _sight(self, urls: Iterable[str], **changes: Any) -> None:
        changes |= {"last_seen": _now(), "run": self._run}
        if rows := [{"address": url, **changes} for url in urls]:
            self.execute(sql.ONE, rows)

    # -- what comes of them --

    def read(self, url: str) -> None:
        """A list or feed is read: all that it names is taken down. That counts as seen, and it is not read again."""
        self._settle(sql.SET_READ, url, run=self._run, fetched_at=_now())

    def fetched(self, url: str) -> None:
        """The page of an article is here, and not read yet."""
        self._settle(sql.SET_FETCHED, url, fetched_at=_now())

    def exported(self, url: str, others: Iterable[str], marks: Marks, line: Line) -> None:
        """The line of an article is written. `others` are further addresses that hold it: where redirects from `url`
        ended, and its later pages."""
        self._settle(sql.SET_EXPORTED, url, **marks._asdict(), **line._asdict())
        for other in others:
            if other != url:
                self._move(other, url)

    def ask_again(self, url: str) -> None:
        """Let the next run fetch an article once more that came out with a page missing."""
        self.execute(sql.ONE, {"address": url, "again_at": _now()})

    def unchanged(self, url: str, marks: Marks | None = None) -> None:
        """An article that came out before says what it said; `marks` when its page was read again."""
        self._settle(sql.SET_UNCHANGED, url, fetched_at=_now(), **(marks._asdict() if marks else {}))

    def refused(
        self, url: str, reason: str, status: int | None = None, headline: str | None = None, *, tried: bool = True
    ) -> None:
        """An address was refused. An article that came out before stays exported, and is asked for again by revisits
        only, unless it is gone.

        `headline` is that of an article that is too old (its day is what a later run goes by).

        What this run has not taken was refused as a link, which changes nothing of what is known of the address. An
        address that was not `tried`, as its host was given up, say, has its tries left.
        """
        row = self.execute(sql.ROW, {"address": url}).first()
        if row is None or (url not in self._out and row.state != FETCHED):
            return
        now, tries, gone = _now(), row.tries + tried, is_gone(reason, status)
        state = GONE if gone else EXPORTED if row.revision else REFUSED
        again = None
        if state != EXPORTED:
            again = again_at(reason, tries, now, gone=gone, known=now - row.first_seen)
        told = {"headline": headline} if headline else {}
        self._settle(sql.ONE, url, state=state, reason=reason, tries=tries, again_at=again, fetched_at=now, **told)

    def _move(self, other: str, url: str) -> None:
        """Note that an address is known under another one; not when it came out by itself before."""
        row = self.execute(sql.ROW, {"address": other}).first()
        if row is None:
            self._add([other], ARTICLE, 0)
        if row is None or not row.revision:
            self._settle(sql.SET_MOVED, other, reason=url)

    def _settle(self, change: Update, url: str, **values: Any) -> None:
        """Let an address leave the state `found`. Values go beside a statement that is made once: to make one takes
        longer than SQLite takes for it."""
        self.execute(change, {"address": url, **values})
        self._out.pop(url, None)


def _now() -> int:
    return int(time.time())
