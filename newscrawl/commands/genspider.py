"""`scrapy genspider -t portal NAME DOMAIN`: a site file to begin with. Scrapy's own templates are there as well."""

from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.commands import genspider
from scrapy.commands.edit import _edit_file
from scrapy.exceptions import UsageError

from newscrawl.shown import shown_path, visible
from newscrawl.usage import Helpful, cannot_write

_EPILOG = """\
examples:
  scrapy genspider -t portal ahnews anhuinews.com --title 中安在线 --province anhui
  scrapy genspider -t portal ahnews http://www.anhuinews.com/news/
  scrapy genspider -l

With -t portal it writes newscrawl/sites/PROVINCE/NAME.py; what comes next is printed, and told in docs/add-a-site.md.
Scrapy's other templates are written into the current folder, as ever.

exit status: 0; 2 when the name or the domain will not do, or the site is there
"""

PORTAL = "portal"


class Command(Helpful, genspider.Command):
    """Scrapy's command with one more template, which goes where the sites are."""

    requires_project = True
    epilog = _EPILOG
    needs_sites = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What only the template portal asks for."""
        super().add_options(parser)
        parser.add_argument("--title", help="what the site calls itself, in Chinese (with -t portal)")
        parser.add_argument("--province", default="new", help="the folder of newscrawl/sites for it (with -t portal)")

    def _find_template(self, template: str) -> Path | None:
        from newscrawl.templates.site import TEMPLATE

        return TEMPLATE if template == PORTAL else super()._find_template(template)

    def _list_templates(self) -> None:
        super()._list_templates()
        print(f"  {PORTAL} (a site of newscrawl)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the site file, or let Scrapy do what it does."""
        if opts.template != PORTAL or opts.list or opts.dump:
            super().run(args, opts)
            return
        if len(args) != 2:
            raise UsageError("name the site and its domain")
        path = _written(args[0], args[1], opts)
        print("\n".join(_next_steps(args[0], args[1], path, is_named=opts.title is not None)))
        if opts.edit:
            assert self.settings is not None
            self.exitcode = _edit_file(self.settings["EDITOR"], path)


def _written(name: str, domain: str, opts: argparse.Namespace) -> Path:
    """The site file, written. Raises `UsageError`."""
    from newscrawl import sites
    from newscrawl.templates.site import UNNAMED, write_site

    root, title = Path(sites.__file__).parent, opts.title or UNNAMED
    try:
        return write_site(name, domain, title=title, province=opts.province, root=root, force=opts.force)
    except ValueError as problem:
        raise UsageError(visible(str(problem)), print_help=False) from problem
    except OSError as problem:
        raise UsageError(cannot_write(problem, None), print_help=False) from problem


def _next_steps(name: str, domain: str, path: Path, *, is_named: bool) -> list[str]:
    """What was written, and what the tests still ask for."""
    from newscrawl.sites import site_of
    from newscrawl.templates.site import UNNAMED, host_and_start

    lines = [f"created {shown_path(path)}", "next:"]
    if not is_named:
        lines.append(f"  put what the site calls itself in place of {UNNAMED}, three times")
    steps = (
        (f"parse --spider {name} URL", "what of a page is followed; mend article_url and list_url"),
        (f"savepage {name} URL", "an article page: the tests ask for one"),
        ("suggest-layout URL URL...", "the selectors of its template, from a few pages"),
        (f"check {name}", "until nothing is wrong; docs/add-a-site.md tells all of it"),
    )
    lines += [f"  scrapy {command:<36}{why}" for command, why in steps]
    if (other := site_of(host_and_start(domain)[0])) not in (None, name):
        lines.append(f"note: that domain is {other}'s, too; commands that go by the address take {other}")
    return lines
