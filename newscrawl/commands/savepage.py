"""`scrapy savepage SITE URL|FILE`: keep a page as a test case of a site, with a draft of what it should read."""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar

from scrapy.exceptions import UsageError

from newscrawl.cases.case import REFUSED, read
from newscrawl.cases.check import FINE, wrong_address
from newscrawl.cases.draft import checked_slug, expected_json, page_json, slug_of, write_case
from newscrawl.crawl.command import Trusting
from newscrawl.crawl.files import Source
from newscrawl.crawl.links import canonical
from newscrawl.crawl.look import is_address, look_at_all
from newscrawl.decode.charset import decode
from newscrawl.explain.advice import advice
from newscrawl.extract import dom
from newscrawl.extract.embedded import read_embedded
from newscrawl.page import Page, host_of, is_within
from newscrawl.refused import Refused
from newscrawl.shown import shown_path, visible
from newscrawl.sites import sites

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

    requires_project = True
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
        parser.epilog = _EPILOG
        parser.formatter_class = argparse.RawDescriptionHelpFormatter

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Get the page, read it, write the case, say what is next."""
        if not 2 <= len(args) <= 3:
            raise UsageError("name the site, then an address or a file")
        site, name = checked_site(args[0]), args[1]
        if opts.url and is_address(name):
            raise UsageError("--url is for files: an address is where it is", print_help=False)
        slug = _slug(args[2]) if len(args) == 3 else None
        assert self.settings is not None
        root = (opts.to or Path(self.settings["SAVED_PAGES_DIR"])) / site
        self.exitcode = 1
        (source,) = look_at_all([name], self.crawler_process)
        page = _placed(source, site, opts.url)
        if page is None:
            return
        folder = root / (slug or slug_of(page.url))
        if not opts.force and folder.exists():
            raise UsageError(f"{folder} is there; --force writes over it, a SLUG is another name", print_help=False)
        self.exitcode = _keep(folder, page, source.status, opts.why, site)


def checked_site(name: str) -> str:
    """The name of a site. Raises `UsageError`, which says what is near it, for what is none."""
    if name in sites():
        return name
    near = get_close_matches(name, sites(), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "scrapy list names them"
    raise UsageError(
        f"there is no site {visible(name)!r}: {hint}; scrapy genspider -t portal makes one", print_help=False
    )


def _slug(slug: str) -> str:
    try:
        return checked_slug(slug)
    except ValueError as problem:
        raise UsageError(str(problem), print_help=False) from problem


def _placed(source: Source, site: str, url: str | None) -> Page | None:
    """The page with its address; None, said on standard error, when there is no page or no address."""
    page = source.page
    if source.refused or not page.body:
        flat = "flattened text has no markup, which a case of a site is there for"
        _complain(str(source.refused or f"{flat if page.flat else 'nothing in it'} [{source.name}]"))
        if source.refused and (what_to_do := advice(source.refused.reason)):
            _complain(what_to_do)
        return None
    page.url = url or (page.url if is_address(page.url) else _canonical(page, site) or "")
    if not is_address(page.url):
        _complain(f"the page tells no address on {site}; --url tells where it came from [{source.name}]")
        return None
    wrong = wrong_address(page.url, sites()[site], refused=True)
    if wrong != FINE:
        _complain(f"{wrong}: is it a page of another site than {site}?")
        return None
    return page


def _canonical(page: Page, site: str) -> str | None:
    """The address on the site that a page calls its own; a mirror's page may name any."""
    try:
        text = decode(page.body, page.headers.get("content-type", "")).text
        said = read_embedded(dom.parse(text), text)
    except Refused:
        return None
    found = [canonical(address) for address in (said.canonical, said.og_url) if address]
    return next((url for url in found if url and is_within(host_of(url), sites()[site].allowed_domains)), None)


def _keep(folder: Path, page: Page, status: int | None, why: str, site: str) -> int:
    body, url = page.body, page.url
    record = read(Page(url=url, body=body, headers=page.headers), site)
    try:
        write_case(folder, body, page_json(page, status, why, record), expected_json(record))
    except OSError as error:
        _complain(f"cannot write {error.filename or folder}: {error.strerror} [{url}]")
        return 1
    print("\n".join(map(visible, _report(folder, page, record, why))))
    return 0


def _report(folder: Path, page: Page, record: dict[str, Any], why: str) -> list[str]:
    """What was kept, what newscrawl reads on it, and what is left for a person to do."""
    site, shown = folder.parent.name, shown_path(folder)
    lines = [f"kept {shown}: {len(page.body):,} bytes [{page.url}]"]
    if REFUSED in record:
        lines.append(f"drafted as refused: {record[REFUSED]}: {record['detail']}")
    else:
        filled = sum(1 for value in record.values() if value not in (None, []))
        lines.append(f"drafted: {record['title']} ({len(record['body'])} paragraphs, {filled} fields)")
        if (kind := wrong_address(page.url, sites()[site])) != FINE:
            lines.append(f"mend the site file: {kind}")
    reasons = "" if why else ', say in page.json why it is kept ("why")'
    lines.append(
        f'next: compare {shown}/expected.json with the page, delete its line "not_reviewed"{reasons}; '
        f"then: scrapy check {site}"
    )
    return lines


def _complain(problem: str) -> None:
    print(f"scrapy savepage: {visible(problem)}", file=sys.stderr)
