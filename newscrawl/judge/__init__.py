"""Reasons to refuse or flag: valid.py, repeat.py; junk.py for blocks, mirror/ for copies."""
