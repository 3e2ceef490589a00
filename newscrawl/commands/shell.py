"""`scrapy shell`, which opens saved pages and this machine's own servers as well: here a person names the address."""

from __future__ import annotations

import argparse

from scrapy.commands import shell

from newscrawl.crawl.command import Unkept


class Command(Unkept, shell.Command):
    """Scrapy's shell without the two guards that keep pages from leading a crawl to our own disk and machine."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Let file: addresses and 127.0.0.1 through."""
        super().process_options(args, opts)
        assert self.settings is not None
        handlers = {**self.settings.getdict("DOWNLOAD_HANDLERS")}
        handlers.pop("file", None)
        self.settings.set("DOWNLOAD_HANDLERS", handlers, priority="cmdline")
        self.settings.set("GUARD_ALLOWED_HOSTS", ["127.0.0.1"], priority="cmdline")
        self.settings.set("GUARD_ALLOWED_SCHEMES", ["http", "https", "file"], priority="cmdline")
