"""`scrapy savepage SITE URL|FILE`: keep a page as a test case of a site, with a draft of what it should read."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import ClassVar

from scrapy.exceptions import UsageError

from newscrawl.crawl.command import Trusting
from newscrawl.shown import visible
from newscrawl.usage import check_site

_EPILOG = """\
examples:
  scrapy savepage cnhubei http://news.cnhubei.com/xw/gn/201803/t4086677.shtml
  scrapy savepage cnhubei saved.html trs-2018 --url http://news.cnhubei.com/xw/gn/201803/t4086677.shtml
  scrapy savepage cnhubei saved.html --to /tmp/cases --why "a caption under each picture"

It writes tests/pages/SITE/SLUG/ with page.html (the bytes), page.json (address, status, headers) and expected.json: a
draft, which fails until a person has compared it with the page and deleted its line "not_reviewed". A file's address
is --url, or what page.json beside it says, or the canonical address that the page names, if it is on the site.

exit status: 0 when the page is kept; 1 when it could not be had or written, or is another site's; 2 for wrong usage
"""


class Command(Trusting):
    """Keeps one page."""

    epilog = _EPILOG
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] SITE URL|FILE [SLUG]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Keep a page as a test case of a site, and draft what it should read"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What the page does not tell."""
        super().add_options(parser)
        parser.add_argument("--url", help="the address that a file came from")
        parser.add_argument("--why", metavar="TEXT", default="", help="what the page is there for, in a sentence")
        parser.add_argument("--to", metavar="FOLDER", type=Path, help="keep it below FOLDER/SITE, not tests/pages/SITE")
        parser.add_argument("--force", action="store_true", help="write over a case that is there")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Get the page, read it, write the case, say what is next."""
        from newscrawl.cases.draft import slug_of
        from newscrawl.cases.keep import NotKept, keep, placed
        from newscrawl.crawl.look import look_at_all

        _check(args, opts)
        assert self.settings is not None
        site, name, *slug = args
        (source,) = look_at_all([name], self.crawler_process)
        try:
            page = placed(source, site, opts.url)
            folder = (opts.to or Path(self.settings["SAVED_PAGES_DIR"])) / site / (slug or [slug_of(page.url)])[0]
            if folder.exists() and not opts.force:
                raise UsageError(f"{folder} is there; --force writes over it, a SLUG is another name", print_help=False)
            print("\n".join(map(visible, keep(folder, page, source.status, opts.why))))
        except NotKept as problem:
            print(f"scrapy savepage: {visible(str(problem))}", file=sys.stderr)
            self.exitcode = 1


def _check(args: list[str], opts: argparse.Namespace) -> None:
    """Raise `UsageError` for arguments that will not do."""
    from newscrawl.cases.draft import checked_slug
    from newscrawl.crawl.look import is_address
    from newscrawl.sites import sites

    if not 2 <= len(args) <= 3:
        raise UsageError("name the site, then an address or a file")
    check_site(args[0], sites())
    if opts.url and is_address(args[1]):
        raise UsageError("--url is for files: an address is where it is", print_help=False)
    try:
        for slug in args[2:]:
            checked_slug(slug)
    except ValueError as problem:
        raise UsageError(str(problem), print_help=False) from problem
