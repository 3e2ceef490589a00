"""ARCHIVES: pages that are here already, as the flow takes them.

paths.py (files, folders, patterns) -> opened.py (what a file is, by its first bytes) -> a reader for each form:
pages.py (HTML, text), lines.py (JSON lines), parquet.py (parquet_pages.py: how large its pages are), warc.py
(records.py: records across damage; http.py: the answer in one) -> joined.py (articles of several pages) -> source.py
(one page). members.py unpacks gzip and zstd across damage; columns.py finds the page in a line or row.
"""

from __future__ import annotations

from newscrawl.archives.columns import Columns
from newscrawl.archives.opened import open_sources
from newscrawl.archives.source import Source

__all__ = ["Columns", "Source", "open_sources"]
