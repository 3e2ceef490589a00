"""`scrapy runspider FILE`: Scrapy's own command, for a site file that is not in the project yet."""

from __future__ import annotations

from typing import ClassVar

from scrapy.commands import runspider


class Command(runspider.Command):
    """The command; what it crawls is kept in output/ as that of `scrapy crawl` is."""

    default_settings: ClassVar[dict[str, object]] = {**runspider.Command.default_settings, "LEDGER_ENABLED": True}
