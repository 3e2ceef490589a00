"""`scrapy inspect`: a page beside its article, or a file of articles to go through, in the browser."""

from __future__ import annotations

import argparse
import signal
import sys
import webbrowser
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import UsageError

from newscrawl.crawl.command import Trusting
from newscrawl.publish.written import check_targets, written_whole
from newscrawl.usage import check_site, check_writable

if TYPE_CHECKING:
    from newscrawl.inspector.server import Site

_EPILOG = """\
examples:
  scrapy inspect http://www.cnhubei.com/content/2026-03/01/content_1.html
  scrapy inspect saved/page.html -o page-inspected.html
  scrapy inspect output/articles/cnhubei/*.jsonl output/rejects/cnhubei/*.jsonl

exit status: 0, after Ctrl-C too; 1 with -o for a page that is refused or could not be fetched, which is written all
the same; 2 for wrong usage and files that cannot be read or written
"""
_LAST_PORT = 65535


class Command(Trusting):
    """Serves the inspector on this machine, or writes it to a file."""

    epilog = _EPILOG
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}
    _refused = False

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
            "-o",
            "--output",
            metavar="FILE",
            help="write one HTML file, which needs nothing else (- is standard output)",
        )
        parser.add_argument("--no-open", action="store_true", help="print the address, but open no browser")
        parser.add_argument("--port", type=int, default=0, help="the port on 127.0.0.1 (default: any free one)")
        parser.add_argument("--site", metavar="SITE", help="read the page as this site's (default: by its address)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look, then write or serve."""
        from newscrawl import sites
        from newscrawl.inspector.records import is_records

        if not args or (len(args) > 1 and not all(map(is_records, args))):
            raise UsageError("name one address or one page, or files of JSON lines", print_help=False)
        if opts.site:
            check_site(opts.site, sites.sites())
        if not 0 <= opts.port <= _LAST_PORT:
            raise UsageError(f"--port is a number from 0 to {_LAST_PORT}", print_help=False)
        check_targets(args, opts.output)
        _check_output(opts.output)
        with ExitStack() as stack:
            site = _records(args, stack, served=not opts.output) if is_records(args[0]) else self._page(args[0], opts)
            if opts.output:
                _write(site.document, opts.output)
                self.exitcode = 1 if self._refused else 0
            else:
                _serve(site, opts.port, browser=not opts.no_open)

    def _page(self, argument: str, opts: argparse.Namespace) -> Site:
        from newscrawl.crawl.look import look
        from newscrawl.explain import explain, unfetched
        from newscrawl.inspector.document import page_document
        from newscrawl.inspector.server import Site

        assert self.crawler_process
        source = look(argument, self.crawler_process)
        told = unfetched(source.refused, source.name) if source.refused else explain(source.page, opts.site)
        self._refused = told.refused is not None
        return Site(page_document(told))


def _records(paths: list[str], stack: ExitStack, *, served: bool) -> Site:
    """The site for files of records, which are closed with the stack. Raises `UsageError`."""
    from newscrawl.inspector.document import records_document
    from newscrawl.inspector.records import Records
    from newscrawl.inspector.server import Site

    try:
        records = stack.enter_context(closing(Records(paths)))
        return Site(records_document(" ".join(paths), records, served=served), records)
    except OSError as problem:
        raise UsageError(f"cannot read {problem.filename}: {problem.strerror}", print_help=False) from problem
    except ValueError as problem:
        raise UsageError(str(problem), print_help=False) from problem


def _check_output(output: str | None) -> None:
    """Raise `UsageError` when the file cannot be written, before a page is fetched for it. No folder is made."""
    if not output or output == "-":
        return
    if not (folder := Path(output).parent).exists():
        raise UsageError(f"-o: cannot write {output}: there is no folder {folder}", print_help=False)
    check_writable(output, "-o")


def _write(document: bytes, output: str) -> None:
    if output == "-":
        sys.stdout.buffer.write(document)
        return
    with written_whole(Path(output)) as file:
        file.write(document)
    print(f"wrote {output}", file=sys.stderr)


def _serve(site: Site, port: int, *, browser: bool) -> None:
    """Serve until Ctrl-C. Raises `UsageError` when the port is taken."""
    from newscrawl.inspector.server import Server

    try:
        server = Server(site, port)
    except OSError as problem:
        raise UsageError(f"--port {port}: {problem.strerror}; without it any free one is taken", False) from problem
    # a crawl that fetched the page has left its own handler behind
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with server:
            print(f"{server.url}  (Ctrl-C ends it)", flush=True)
            if browser and not webbrowser.open(server.url):
                print("no browser could be opened: open the address yourself", file=sys.stderr)
            server.serve_forever()
    except KeyboardInterrupt:
        print(file=sys.stderr)
