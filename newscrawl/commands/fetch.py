"""`scrapy fetch URL`: Scrapy's own command."""

from __future__ import annotations

from scrapy.commands import fetch

from newscrawl.crawl.command import OneAddress

_EPILOG = """\
examples:
  scrapy fetch --nolog http://www.cnhubei.com/ > page.html
  scrapy fetch --nolog --headers http://www.cnhubei.com/

exit status: 0 when there was an answer, whatever its status; 1 when there was none; 2 for wrong usage
"""


class Command(OneAddress, fetch.Command):
    """The command, which only looks."""

    epilog = _EPILOG
