"""BULK: restoration and extraction of files of any size, in bounded memory, on as many processes as one likes.

reading.py (files -> documents, in batches; packed.py for gzip and zstd) -> workers.py (who works on which batch; the
order kept) -> work.py (a batch restored, with its tally) -> lines.py (one JSON line changed in place), diff.py (what
changed, for a person). extract.py (what archives/ reads -> batches of pages, repeats refused in order) -> pages.py (a
batch read).
"""
