"""`scrapy check [SITE]`: Scrapy's own command."""

from __future__ import annotations

from scrapy.commands import check

from newscrawl.crawl.command import Unkept

_EPILOG = """\
examples:
  scrapy check                                 every site
  scrapy check cnhubei -v

exit status: 0; 1 when a contract was broken; 2 for wrong usage
"""


class Command(Unkept, check.Command):
    """The command, which only looks."""

    epilog = _EPILOG
