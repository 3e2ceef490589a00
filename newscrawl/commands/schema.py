"""`scrapy schema`: print the JSON Schema of a line of output, as docs/article.schema.json holds it."""

from __future__ import annotations

import argparse
import sys

from scrapy.exceptions import UsageError

from newscrawl.usage import Helpful

_EPILOG = """\
examples:
  scrapy schema > article.schema.json

exit status: 0; 2 for wrong usage
"""


class Command(Helpful):
    """The command; Scrapy finds it by the name of this module."""

    epilog = _EPILOG
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """The line in Scrapy's list of commands."""
        return "Print the JSON Schema of an article"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print it."""
        if args:
            raise UsageError("schema takes no arguments", print_help=False)
        from newscrawl.publish.schema import schema_text

        sys.stdout.write(schema_text())
