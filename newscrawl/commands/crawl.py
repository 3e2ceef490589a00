"""`scrapy crawl SITE`: Scrapy's own command; what it crawls is kept, and its exit code tells."""

from __future__ import annotations

from scrapy.commands import crawl

from newscrawl.crawl.command import KeptCrawl

_EPILOG = """\
examples:
  scrapy crawl cnhubei                         what is new since the last run
  scrapy crawl cnhubei -a articles=100 -a depth=5
  scrapy crawl cnhubei --since 2026-11-01 -o november.csv

What is found is kept in output/: the next run fetches what is new.

exit status: 0 when articles were seen and the new ones written; 1 when none was, or the crawl failed; 2 for wrong usage
"""


class Command(KeptCrawl, crawl.Command):
    """The command; it stands in for Scrapy's because it has its name."""

    epilog = _EPILOG
