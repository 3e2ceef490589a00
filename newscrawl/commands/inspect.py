"""`scrapy inspect`: a page beside its article, or a file of articles to go through, in the browser."""

from __future__ import annotations

import argparse
import signal
import sys
import webbrowser
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import UsageError

from newscrawl.crawl.command import Trusting
from newscrawl.publish.written import check_targets, written_whole

if TYPE_CHECKING:
    from newscrawl.inspector.server import Site

_EPILOG = """\
examples:
  scrapy inspect http://www.cnhubei.com/content/2026-03/01/content_1.html
  scrapy inspect saved/page.html -o page-inspected.html
  scrapy inspect output/articles/cnhubei/*.jsonl output/rejects/cnhubei/*.jsonl

Ctrl-C ends it. exit status: 0, 2 for wrong usage and files that cannot be read or written
"""


class Command(Trusting):
    """Serves the inspector on this machine, or writes it to a file."""

    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] URL|FILE|OUTPUT.jsonl..."

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "See in the browser what became of a page, or go through the articles of output files"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """-o, --no-open, --port and --site."""
        super().add_options(parser)
        parser.add_argument(
            "-o", "--output", metavar="FILE", help="write one HTML file that needs nothing else, and end"
        )
        parser.add_argument("--no-open", action="store_true", help="print the address, but open no browser")
        parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1 (default: any free one)")
        parser.add_argument("--site", metavar="SITE", help="read the page as this site's (default: by its address)")
        parser.epilog = _EPILOG
        parser.formatter_class = argparse.RawDescriptionHelpFormatter

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look, then write or serve."""
        from newscrawl import sites
        from newscrawl.inspector.records import is_records

        if not args or (len(args) > 1 and not all(map(is_records, args))):
            raise UsageError("name one address or one page, or files of JSON lines")
        if opts.site and opts.site not in sites.sites():
            raise UsageError(f"no site {opts.site!r}: `scrapy list` names them", print_help=False)
        check_targets(args, opts.output)
        try:
            if is_records(args[0]):
                self._records(args, opts)
            else:
                self._page(args[0], opts)
        except OSError as problem:
            raise UsageError(f"{problem.filename or '127.0.0.1'}: {problem.strerror}", print_help=False) from problem
        except ValueError as problem:
            raise UsageError(str(problem), print_help=False) from problem

    def _page(self, argument: str, opts: argparse.Namespace) -> None:
        from newscrawl.crawl.look import look
        from newscrawl.explain import explain, unfetched
        from newscrawl.inspector.document import page_document
        from newscrawl.inspector.server import Site

        assert self.crawler_process
        source = look(argument, self.crawler_process)
        told = unfetched(source.refused, source.name) if source.refused else explain(source.page, opts.site)
        _show(Site(page_document(told)), opts)

    def _records(self, paths: list[str], opts: argparse.Namespace) -> None:
        from newscrawl.inspector.document import records_document
        from newscrawl.inspector.records import Records
        from newscrawl.inspector.server import Site

        with closing(Records(paths)) as records:
            document = records_document(" ".join(paths), records, served=not opts.output)
            _show(Site(document, records), opts)


def _show(site: Site, opts: argparse.Namespace) -> None:
    """Write the document, or serve it until Ctrl-C."""
    from newscrawl.inspector.server import Server

    if opts.output:
        with written_whole(Path(opts.output)) as file:
            file.write(site.document)
        return
    try:
        with Server(site, opts.port) as server:
            # a crawl that fetched the page has left its own handler behind
            signal.signal(signal.SIGINT, signal.default_int_handler)
            print(f"{server.url}  (Ctrl-C ends it)", flush=True)
            if not opts.no_open and not webbrowser.open(server.url):
                print("no browser could be opened: open the address yourself", file=sys.stderr)
            server.serve_forever()
    except KeyboardInterrupt:
        print(file=sys.stderr)
    except OverflowError as problem:
        raise ValueError("--port: a number up to 65535") from problem
