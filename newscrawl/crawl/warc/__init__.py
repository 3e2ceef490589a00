"""What a crawl fetches, kept as WARC files, and a crawl fed from such files instead of the network.

Keeping: exchange.py (a request and its answer as records), files.py (the files of a run), keeper.py (WARC=on).
Replaying: reading.py (the answers in a file, of the records that archives/records.py reads), index.py (which record
answers an address), replay.py (REPLAY=...). The terms are those of the standard, WARC 1.1 (ISO 28500:2017).
"""
