"""FETCH: from a front page to the pages of its articles, and a name for everything that could not be had.

portal.py (the spider of every site) -> links.py, paging.py, feeds.py (where a page leads) -> frontier.py (what of it to
follow) -> ledger (what has been found, and what came of it) -> scheduler.py, request.py (what is fetched next) ->
guard.py (which addresses may be reached) -> hosts.py, manners.py, blocked.py (how a host is treated) -> middlewares.py,
compression.py, handler.py (what the network answers) -> refusals.py (why not) -> keeper.py (what is kept of a run) ->
tally.py, budgets.py, expectations.py, monitors.py (what it came to). series.py crawls several sites.

warc keeps what was fetched, and feeds a crawl from it instead of the network.

mirror.py is the spider of a copy, demo.py of the hosts that are built in; command.py is what commands share, safe.py
what settings must not undo, log.py the log.
"""
