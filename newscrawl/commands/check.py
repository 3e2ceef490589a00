"""`scrapy check [SITE]`: every site against its saved pages, offline; then the contracts of spiders that have some."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import TextIO

from scrapy import Spider
from scrapy.commands import check
from scrapy.contracts import ContractsManager
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

from newscrawl.cases.case import CaseError, case_folders, load_case, read
from newscrawl.cases.check import check as outcome_of
from newscrawl.cases.check import check_names, problem
from newscrawl.commands.savepage import checked_site
from newscrawl.crawl.command import Unkept
from newscrawl.crawl.demo import DemoSpider
from newscrawl.shown import visible
from newscrawl.sites import sites

_EPILOG = """\
examples:
  scrapy check                 every site
  scrapy check cnhubei -v      one site, with what is right
  scrapy check -l              the saved pages, without reading them

A site is held against its pages in tests/pages/SITE (scrapy savepage keeps them): every field of expected.json, the
address, the layout, the next page. Nothing is fetched for that. Contracts in a spider's docstrings (@url ...) are run
afterwards as Scrapy does it, and those fetch what they name.

exit status: 0; 1 when something is wrong; 2 for wrong usage
"""


class Command(Unkept, check.Command):
    """Scrapy's command, with the saved pages before the contracts."""

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] [SITE...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Check sites against their saved pages, offline; then the contracts of spiders that have some"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's own, with examples."""
        super().add_options(parser)
        parser.epilog = _EPILOG
        parser.formatter_class = argparse.RawDescriptionHelpFormatter

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Saved pages, then contracts: all of either is told, whatever fails."""
        assert self.settings is not None and self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        names = [name if name in loader.list() else checked_site(name) for name in args] or sorted(loader.list())
        root = Path(self.settings["SAVED_PAGES_DIR"])
        portals = [name for name in names if name in sites()]
        if opts.list:
            is_fine = True
            print("\n".join(_listed(root, portals)))
        else:
            is_fine = check_sites(root, portals, sys.stdout, verbose=opts.verbose)
        if self._have_contracts([loader.load(name) for name in names]):
            print("contracts, which fetch what they name:", flush=True)
            super().run(names, opts)
        self.exitcode = self.exitcode or int(not is_fine)

    def _have_contracts(self, spiders: Iterable[type[Spider]]) -> bool:
        assert self.settings is not None
        known = build_component_list(self.settings.get_component_priority_dict_with_base("SPIDER_CONTRACTS"))
        manager = ContractsManager(load_object(contract) for contract in known)
        return any(manager.tested_methods_from_spidercls(spider) for spider in spiders)


def _listed(root: Path, names: Iterable[str]) -> Iterator[str]:
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
        yield f"{place} {name}", problem(case, name, outcome_of(case, record, sites()[case.site], name))
