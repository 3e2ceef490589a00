"""Commands of newscrawl in this process, for what needs no crawl: a process of its own costs two seconds."""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import Any

from scrapy.settings import Settings


def run(name: str, *arguments: str, **settings: Any) -> int:
    """Run a command as `scrapy NAME ARGUMENT...` would; returns its exit code. Raises `UsageError` for wrong usage."""
    command = import_module(f"newscrawl.commands.{name}").Command()
    command.settings = Settings()
    command.settings.setmodule("newscrawl.settings")
    command.settings.update(settings, priority="cmdline")
    parser = argparse.ArgumentParser(prog=name)
    command.add_options(parser)
    opts, args = parser.parse_known_args(list(arguments))
    command.process_options(args, opts)
    command.run(args, opts)
    return int(command.exitcode)
