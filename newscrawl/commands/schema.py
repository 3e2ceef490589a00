"""`scrapy schema`: print the JSON Schema of a line of output, as docs/article.schema.json holds it."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand

from newscrawl.publish.schema import schema_text


class Command(ScrapyCommand):
    """The command; Scrapy finds it by the name of this module."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """The line in Scrapy's list of commands."""
        return "Print the JSON Schema of an article"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print it."""
        sys.stdout.write(schema_text())
