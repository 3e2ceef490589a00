"""`scrapy runspider FILE`: Scrapy's own command, for a site file that is not in the project yet."""

from __future__ import annotations

from scrapy.commands import runspider

from newscrawl.crawl.command import KeptCrawl

_EPILOG = """\
examples:
  scrapy runspider mysite.py -a articles=20

What is found is kept in output/: the next run fetches what is new.

exit status: 0 when articles were seen and the new ones written; 1 when none was, or the crawl failed; 2 for wrong usage
"""


class Command(KeptCrawl, runspider.Command):
    """The command; it stands in for Scrapy's because it has its name."""

    epilog = _EPILOG
