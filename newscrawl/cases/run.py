"""Sites held against their saved pages: what `scrapy check` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import TextIO

from newscrawl.cases.case import CaseError, case_folders, load_case, read
from newscrawl.cases.check import check, check_names, problem
from newscrawl.crawl.demo import DemoSpider
from newscrawl.shown import visible
from newscrawl.sites import sites


def listed(root: Path, names: Iterable[str]) -> Iterator[str]:
    """The sites and the names of their saved pages below `root`."""
    for site in names:
        yield site
        yield from (f"  * {folder.name}" for folder in case_folders(root, site))


def check_sites(root: Path, names: Iterable[str], out: TextIO, *, verbose: bool) -> bool:
    """Check sites against their pages below `root`, a line for everything wrong; returns whether nothing was."""
    began, pages, checks, wrong = perf_counter(), 0, 0, 0
    for site in names:
        folders = case_folders(root, site)
        pages += len(folders)
        if not folders:
            is_demo = issubclass(sites()[site], DemoSpider)  # its server says what is right, and the tests ask it
            wrong += not is_demo
            out.write(
                f"{site}: no saved page{'; the tests crawl it' if is_demo else f': scrapy savepage {site} URL'}\n"
            )
        for name, trouble in (result for folder in folders for result in _check_case(folder)):
            checks += 1
            wrong += trouble is not None
            if trouble or verbose:
                out.write(f"{name}: {visible(trouble) if trouble else 'ok'}\n")
    out.write(f"{pages} pages, {checks} checks, {wrong} wrong, {perf_counter() - began:.1f} seconds\n")
    return not wrong


def _check_case(folder: Path) -> Iterator[tuple[str, str | None]]:
    """(Page and field, what is wrong or None) for every check of a case."""
    place = f"{folder.parent.name}/{folder.name}"
    try:
        case = load_case(folder)
    except CaseError as error:
        yield place, str(error)
        return
    record = read(case.as_page(), case.site)
    for name in check_names(case):
        yield f"{place} {name}", problem(case, name, check(case, record, sites()[case.site], name))
