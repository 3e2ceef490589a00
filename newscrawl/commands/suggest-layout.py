"""`scrapy suggest-layout URL|FILE...`: selectors for a template, from a few article pages of it."""  # noqa: N999 (Scrapy calls a command as its module is called)

from __future__ import annotations

import argparse
import re
import sys
from typing import ClassVar

from scrapy.exceptions import UsageError

from newscrawl.crawl.command import Trusting
from newscrawl.shown import visible
from newscrawl.usage import ready_to_print

_EPILOG = """\
examples:
  scrapy suggest-layout http://127.0.0.1:8808/p/10071111.html http://127.0.0.1:8808/p/10074406.html
  scrapy suggest-layout tests/pages/cnhubei/trs-*/page.html --name cnhubei/trs

It prints a Layout to paste into the site file, then a table: on how many pages each field is read the same as by the
general extractor, better (found where that finds nothing, or right where expected.json beside the page knows), worse,
or otherwise with nobody to say who is right. Those that differ are listed below, and pages it does not read.

exit status: 0; 1 when the pages could not be had, or share no selector for their text; 2 for wrong usage
"""
FEWEST = 2
_NAME = re.compile(r"[\w./-]{1,60}")


class Command(Trusting):
    """Proposes a layout."""

    epilog = _EPILOG
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] URL|FILE URL|FILE..."

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Selectors for a template of a site, from two or more article pages of it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What it is called, how it is printed."""
        super().add_options(parser)
        parser.add_argument("--name", default="site/template", help="what to call the layout: site, slash, era")
        parser.add_argument("--json", action="store_true", help="print an object of JSON instead")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Get the pages, propose, print."""
        from newscrawl.crawl.look import look_at_all
        from newscrawl.suggest.compare import suggest
        from newscrawl.suggest.printed import as_json, as_text
        from newscrawl.suggest.read import readable, truths

        names = list(dict.fromkeys(args))
        if len(names) < FEWEST:
            raise UsageError("name two pages or more: one page does not tell what its template has in common")
        if not _NAME.fullmatch(opts.name):
            raise UsageError(f"--name {opts.name!r}: letters, digits and . / _ - only", print_help=False)
        pages, problems = readable(look_at_all(names, self.crawler_process))
        suggestion = suggest(pages, opts.name, truths(pages)) if len(pages) >= FEWEST else None
        if suggestion is None or len(suggestion.fits) < FEWEST:
            few = f"{len(pages)} of {len(names)} pages could be read, and it takes two"
            shared = f"{len(pages)} pages were read, and no two share a selector for their text"
            problems.append(f"no layout: {few if len(pages) < FEWEST else shared}")
        else:
            ready_to_print()
            print(as_json(suggestion) if opts.json else visible(as_text(suggestion)))
        for problem in problems:
            print(f"scrapy suggest-layout: {visible(problem)}", file=sys.stderr)
        self.exitcode = int(bool(problems))
