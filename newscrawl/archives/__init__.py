"""ARCHIVES: pages that are here already, as the flow takes them.

paths.py (files, folders, patterns) -> opened.py (what a file is, by its first bytes) -> a reader for each form:
pages.py (HTML, text), lines.py (JSON lines), parquet.py (parquet_pages.py: how large its pages are), warc.py
(records.py: records across damage; http.py: the answer in one) -> joined.py (articles of several pages) -> source.py
(one page). members.py unpacks gzip and zstd across damage; spans.py cuts large files into parts that are read by
themselves; columns.py finds the page in a line or row.
"""

from __future__ import annotations

from newscrawl.archives.columns import Columns
from newscrawl.archives.opened import can_be_cut, open_sources, open_span
from newscrawl.archives.source import Source
from newscrawl.archives.spans import WHOLE, Span, make_spans

__all__ = ["WHOLE", "Columns", "Source", "Span", "can_be_cut", "make_spans", "open_sources", "open_span"]
