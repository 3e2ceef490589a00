"""What has been found, and what came of it: one SQLite file a site, output/state/<site>.sqlite.

tables.py (what is kept) -> store.py (opening the file) -> files.py (made to agree with the articles on the disk) ->
ledger.py (the steps of a run) -> seen.py (what was read before) -> queries.py (what people ask). again.py says which
refused addresses are tried again, and when; kinds.py what an address is that is named as several kinds.

A step is done when it is committed, and `Ledger.commit` is called only when the lines it speaks of are safe on the
disk: so a run can be killed at any moment, and the next one goes on.
"""

from newscrawl.crawl.ledger.ledger import Ledger
from newscrawl.crawl.ledger.place import place_of
from newscrawl.crawl.ledger.rows import LedgerError, NoLedgerError, Waiting
from newscrawl.crawl.ledger.store import open_ledger, open_to_read

__all__ = ["Ledger", "LedgerError", "NoLedgerError", "Waiting", "open_ledger", "open_to_read", "place_of"]
