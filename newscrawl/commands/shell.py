"""`scrapy shell`: Scrapy's own, on saved pages and on this machine's servers as well, with the article in scope."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from scrapy.commands import shell
from scrapy.exceptions import UsageError
from scrapy.http import Response
from w3lib.url import file_uri_to_path

from newscrawl.crawl.command import Trusting, tell_refusals
from newscrawl.page import Page

_EPILOG = """\
examples:
  scrapy shell ./page.html
  scrapy shell ./page.txt -c 'article.title'             flattened text
  scrapy shell http://www.cnhubei.com/ -c 'explain()'

in scope besides Scrapy's: article, restored, refused, explain(), raw(), layout(), junk(), reload()

exit status: 0; 2 for wrong usage
"""


class Command(Trusting, shell.Command):
    """Scrapy's shell; what newscrawl makes of each response is in scope."""

    epilog = _EPILOG

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Keep quiet when only code is to be evaluated, and keep what a crawl says of its parts off the screen."""
        super().process_options(args, opts)
        assert self.settings is not None
        tell_refusals(self.settings)
        for number, path in enumerate(args):
            if Path(path).is_file():
                args[number] = str(Path(path).absolute())  # Scrapy takes what begins with neither . nor / for a host
            elif path.startswith(("./", "../", "/")):
                raise UsageError(f"no such file: {path} (an address begins with http://)", print_help=False)
        self._quiet = opts.code is not None
        if not opts.loglevel:
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")

    def update_vars(self, vars: dict[str, Any]) -> None:  # Scrapy calls it so
        """Put the article of a response in scope; Scrapy calls it for every response."""
        from newscrawl import sites
        from newscrawl.explain.session import Session

        response, spider = vars.get("response"), vars.get("spider")
        if not isinstance(response, Response):
            vars.update(article=None, restored=None, refused=None)
            return
        name = getattr(spider, "name", None)
        line = Session(_page(response), name if name in sites.sites() else None, vars).open()
        if not self._quiet:
            print(line)


def _page(response: Response) -> Page:
    """The page of a response; of a file with what is known of it."""
    from newscrawl.crawl.look import open_file
    from newscrawl.crawl.response import page_of

    if not response.url.startswith("file:"):
        return page_of(response)
    try:
        source = open_file(file_uri_to_path(response.url))
    except UsageError:  # an empty file, or lines of JSON that hold no page
        return page_of(response)
    return page_of(response) if source.refused else source.page
