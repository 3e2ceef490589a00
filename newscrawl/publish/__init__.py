"""OUT: feed.py (articles as lines), rejects.py (what was refused, and why), schema.py (the form of a line), summary.py,
written.py (files that appear when they are whole); record.py (what a run did, as a line), with counted.py, samples.py
and most.py; report (records as a page to look at).

paths.py says where.
"""
