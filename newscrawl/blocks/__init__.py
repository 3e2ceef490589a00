"""Our steps as blocks of datatrove, to be put together with its own readers, filters and writers.

    ReadArchives    pages out of WARC, Parquet, JSON lines, HTML and text, packed or not, whose damage is told
    Restore         Document.text given back from what a mirror made of it
    Extract         pages to articles; what is none goes to a writer of its own, with the reason
    Quality         values to filter by

docs/cluster.md puts them to work. A block does no more than to call the function that does the work elsewhere.
"""

from __future__ import annotations

from newscrawl.blocks.extract import Extract
from newscrawl.blocks.quality import Quality
from newscrawl.blocks.read import ReadArchives
from newscrawl.blocks.restore import Restore

__all__ = ["Extract", "Quality", "ReadArchives", "Restore"]
