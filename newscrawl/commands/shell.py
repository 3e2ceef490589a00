"""`scrapy shell`: Scrapy's own, on saved pages and on this machine's servers as well, with the article in scope."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from scrapy.commands import shell
from scrapy.exceptions import UsageError
from scrapy.http import Response

from newscrawl.crawl.command import Trusting, tell_refusals

_EPILOG = """\
examples:
  scrapy shell ./page.html
  scrapy shell ./page.txt -c 'article.title'             flattened text
  scrapy shell http://www.cnhubei.com/ -c 'explain()'

in scope besides Scrapy's: article, restored, explain(), raw(), layout(), junk(), reload()

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
        for path in args:
            if path.startswith(("./", "../", "/")) and not Path(path).is_file():
                raise UsageError(f"no such file: {path} (an address begins with http://)", print_help=False)
        self._quiet = opts.code is not None
        if not opts.loglevel:
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")

    def update_vars(self, vars: dict[str, Any]) -> None:  # Scrapy calls it so
        """Put the article of a response in scope; Scrapy calls it for every response."""
        from newscrawl import sites
        from newscrawl.crawl.response import page_of
        from newscrawl.explain.session import Session

        response, spider = vars.get("response"), vars.get("spider")
        if not isinstance(response, Response):
            return
        name = getattr(spider, "name", None)
        line = Session(page_of(response), name if name in sites.sites() else None, vars).open()
        if not self._quiet:
            print(line)
