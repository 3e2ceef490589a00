"""Data sets: articles out of archives and crawls, without copies, in files that others load."""
