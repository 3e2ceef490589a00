"""`scrapy parse URL`: Scrapy's own command."""

from __future__ import annotations

from scrapy.commands import parse

from newscrawl.crawl.command import Unkept

_EPILOG = """\
examples:
  scrapy parse http://www.cnhubei.com/
  scrapy parse --spider cnhubei -c parse_list http://www.cnhubei.com/

exit status: 0; 2 for wrong usage
"""


class Command(Unkept, parse.Command):
    """The command, which only looks."""

    epilog = _EPILOG
