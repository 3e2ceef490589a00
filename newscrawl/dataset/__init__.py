"""Data sets: articles out of archives and crawls, without copies, in files that others load.

build.py tells the stages. reading.py -> parts.py (the records of some input, with quality.py) -> signatures.py,
linking.py (copies.py, versions.py, facts.py: which rows are copies of which) -> write.py (rows.py, fit.py: a row of
fixed types; people.py, splits.py; shards.py: files; tally.py: counts) -> finish.py (card.py, manifest.py). check.py and
check_links.py look whether it is all there.
"""
