"""OUT: feed.py (articles as lines), lines.py (the file they are in), sheet.py (for a spreadsheet), rejects.py (what
was refused, and why), schema.py (the form of a line), summary.py, written.py (files that appear when they are whole);
record.py (what a run did, as a line), with counted.py, samples.py and most.py; history.py (the records that ledgers
keep); report (records as a page to look at).

paths.py says where.
"""
