"""The statements that a run needs thousands of times, made once: to make one takes longer than SQLite takes for it."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select, update

from newscrawl.crawl.ledger.rows import Seen, Waiting
from newscrawl.crawl.ledger.tables import ADDRESSES, EXPORTED, FETCHED, FOUND, MOVED, READ, TOO_OLD

_A = ADDRESSES.c

WAITING = [_A[name] for name in Waiting._fields]
SEEN = select(*(_A[name] for name in Seen._fields)).where(_A.url.in_(bindparam("urls", expanding=True)))
ANY = select(*WAITING).where(_A.state == FOUND, _A.kind == bindparam("wanted")).limit(bindparam("most"))
TAKE_ARTICLES = ANY.order_by(_A.revision, _A.id)
# Those never read go first: where there are more than a run may read, each has its turn.
TAKE_LISTS = ANY.order_by(_A.depth, _A.fetched_at.is_not(None), _A.fetched_at, _A.id)
ONE = update(ADDRESSES).where(_A.url == bindparam("address"))
ANEW = update(ADDRESSES).where(TOO_OLD).values(state=FOUND, reason=None, tries=0)
SET_READ = ONE.where(_A.state == FOUND).values(state=READ, tries=0, reason=None, again_at=None)
SET_FETCHED = ONE.where(_A.state != MOVED).values(state=FETCHED)
SET_UNCHANGED = ONE.values(state=EXPORTED, tries=0, reason=None, again_at=None)
SET_EXPORTED = SET_UNCHANGED.values(revision=_A.revision + 1)
SET_MOVED = ONE.values(state=MOVED, again_at=None)
NEW = insert(ADDRESSES)
KNOWN = select(_A.content_hash, _A.record_hash, _A.revision).where(_A.url == bindparam("address"))
ROW = select(_A.state, _A.reason, _A.tries, _A.revision, _A.first_seen).where(_A.url == bindparam("address"))
SAME_TEXT = select(_A.url).where(_A.content_hash == bindparam("text"), _A.url != bindparam("address")).limit(1)
SAME_HEADLINE = select(_A.url).where(_A.headline == bindparam("line")).limit(1)
