"""`scrapy view URL`: Scrapy's own command."""

from __future__ import annotations

from scrapy.commands import view

from newscrawl.crawl.command import OneAddress

_EPILOG = """\
examples:
  scrapy view http://www.cnhubei.com/          the page as the crawler gets it, in your browser

exit status: 0 when there was an answer, whatever its status; 1 when there was none; 2 for wrong usage
"""


class Command(OneAddress, view.Command):
    """The command, which only looks."""

    epilog = _EPILOG
