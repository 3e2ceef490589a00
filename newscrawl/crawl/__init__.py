"""FETCH: from a front page to the pages of its articles, and a name for everything that could not be had.

portal.py (the spider of every site) -> links.py, paging.py, feeds.py (where a page leads) -> frontier.py (what of it to
follow) -> guard.py (which addresses may be reached) -> hosts.py (when a host may be asked) -> middlewares.py,
compression.py (what the network answers) -> blocked.py, manners.py (which answers are a no, and what follows) ->
refusals.py (why not) -> tally.py (what went well in the end). budgets.py ends a run that has cost enough. mirror.py is
the spider of a copy, demo.py of the portal that is built in.
"""
