"""`scrapy list`: Scrapy's own command."""

from __future__ import annotations

import argparse
from typing import ClassVar

from scrapy.commands import list as scrapy_list
from scrapy.exceptions import UsageError

from newscrawl.usage import Helpful

_EPILOG = """\
examples:
  scrapy list

exit status: 0; 2 when a site file cannot be read
"""


class Command(Helpful, scrapy_list.Command):
    """The names of the sites."""

    epilog: ClassVar[str] = _EPILOG
    needs_sites: ClassVar[bool] = True

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """There is nothing to choose."""
        super().process_options(args, opts)
        if args:
            raise UsageError("list takes no arguments", print_help=False)
