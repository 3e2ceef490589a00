"""`scrapy score`: how right the fields are on a folder of saved pages with a manifest of true fields."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.publish.score import score, table


class Command(ScrapyCommand):
    """Prints accuracy per field."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] FOLDER"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Accuracy per field on a folder with pages and manifest.jsonl"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """--wrong."""
        super().add_options(parser)
        parser.add_argument("--wrong", action="store_true", help="list every wrong answer before the table")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the folder, print the table."""
        if len(args) != 1:
            raise UsageError("name one folder that holds manifest.jsonl")
        try:
            result = score(Path(args[0]))
        except OSError as error:
            raise UsageError(f"cannot read {error.filename}: {error.strerror}") from error
        if opts.wrong:
            print("\n".join(result.wrong))
        print(table(result))
