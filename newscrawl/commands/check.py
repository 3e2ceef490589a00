"""`scrapy check [SITE]`: every site against its saved pages, offline; then the contracts of spiders that have some."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from scrapy import Spider
from scrapy.commands import check
from scrapy.contracts import ContractsManager
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

from newscrawl.crawl.command import Unkept
from newscrawl.usage import check_site, ready_to_print

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

    epilog = _EPILOG

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] [SITE...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Check sites against their saved pages, offline; then the contracts of spiders that have some"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the names of the sites."""
        super().process_options(args, opts)
        assert self.settings is not None
        for site in args:
            check_site(site, get_spider_loader(self.settings).list())

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Saved pages, then contracts: all of either is told, whatever fails."""
        from newscrawl.cases.run import check_sites, listed
        from newscrawl.sites import sites

        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        names = args or sorted(loader.list())
        root, portals = Path(self.settings["SAVED_PAGES_DIR"]), [name for name in names if name in sites()]
        if opts.list:
            ready_to_print()
            is_fine = True
            print("\n".join(listed(root, portals)))
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
