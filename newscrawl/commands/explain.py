"""`scrapy explain`: why an article came out as it did, stage by stage."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import UsageError

from newscrawl.crawl.command import Trusting
from newscrawl.usage import check_site, ready_to_print

if TYPE_CHECKING:
    from newscrawl.explain import Explanation

_EPILOG = """\
examples:
  scrapy explain http://www.cnhubei.com/content/2026-03/01/content_1.html
  scrapy explain saved/page.html
  scrapy explain page.html --json | jq '.fields[] | select(.name == "source")'

exit status: 0 for an article, 1 for a page that is refused, 2 for wrong usage
"""


class Command(Trusting):
    """Reads one page and prints what every stage saw and did."""

    epilog = _EPILOG
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] URL|FILE"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Why an article came out as it did: stage by stage, field by field"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """--json and --site."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print all of it as one object of JSON")
        parser.add_argument("--site", metavar="SITE", help="read the page as this site's (default: by its address)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look at the page and print."""
        if len(args) != 1:
            raise UsageError("name one address, or one file (- is standard input)")
        from newscrawl import sites
        from newscrawl.crawl.look import look
        from newscrawl.explain import explain, unfetched

        if opts.site:
            check_site(opts.site, sites.sites())
        assert self.crawler_process
        source = look(args[0], self.crawler_process)
        told = unfetched(source.refused, source.name) if source.refused else explain(source.page, opts.site)
        _print(told, as_json=opts.json)
        self.exitcode = 1 if told.refused else 0


def _print(told: Explanation, *, as_json: bool) -> None:
    """To standard output; colours on a terminal that does not forbid them (NO_COLOR, TERM=dumb)."""
    from newscrawl.explain.printed import Printer

    ready_to_print()
    if as_json:
        print(json.dumps(told.as_dict(), ensure_ascii=False))
        return
    terminal = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    for line in Printer(colour=terminal).lines(told):
        print(line)
