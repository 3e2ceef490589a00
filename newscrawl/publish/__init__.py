"""OUT: feed.py (articles as lines), rejects.py (what was refused, and why), schema.py (the form of a line), summary.py,
written.py (files that appear when they are whole).

paths.py says where.
"""
