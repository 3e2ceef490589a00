"""`scrapy genspider -t portal NAME DOMAIN`: a site file to begin with. Scrapy's own templates are there as well."""

from __future__ import annotations

import argparse
import keyword
import re
import string
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.commands import genspider
from scrapy.commands.edit import _edit_file
from scrapy.exceptions import UsageError

import newscrawl.sites
from newscrawl.publish.written import written_whole
from newscrawl.shown import shown_path, visible
from newscrawl.sites import site_of, sites

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
UNNAMED = "待命名"
_TEMPLATE = Path(newscrawl.sites.__file__).parent.parent / "templates" / "portal.tmpl"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z][a-z0-9-]{0,61}[a-z0-9]|\d{1,3})")
# A domain without a sub-domain: its site answers at www.
_REGISTERED = re.compile(r"[^.]+\.(?:(?:com|net|org|gov|edu)\.)?[a-z][^.]*")
_CHINESE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·]*[\u4e00-\u9fff]{2}[\u4e00-\u9fffA-Za-z0-9·]*")
# Folders of tests/pages that are no site's, and those of newscrawl/sites that hold no province's.
_TAKEN = frozenset(("made", "portals", "cms", "demo"))


class Command(genspider.Command):
    """Scrapy's command with one more template, which goes where the sites are."""

    requires_project = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What only the template portal asks for."""
        super().add_options(parser)
        parser.add_argument("--title", default=UNNAMED, help="what the site calls itself, in Chinese (with -t portal)")
        parser.add_argument("--province", default="new", help="the folder of newscrawl/sites for it (with -t portal)")
        parser.epilog = _EPILOG
        parser.formatter_class = argparse.RawDescriptionHelpFormatter

    def _find_template(self, template: str) -> Path | None:
        return _TEMPLATE if template == PORTAL else super()._find_template(template)

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
        try:
            path = write_site(
                args[0], args[1], title=opts.title, province=opts.province, root=_sites(), force=opts.force
            )
        except ValueError as problem:
            raise UsageError(visible(str(problem)), print_help=False) from problem
        except OSError as problem:
            print(f"scrapy genspider: cannot write {problem.filename}: {problem.strerror}")
            self.exitcode = 1
            return
        print("\n".join(_next_steps(args[0], path, opts.title)))
        if (other := site_of(host_and_start(args[1])[0])) and other != args[0]:
            print(f"note: that domain is {other}'s, too; commands that go by the address take {other}")
        if opts.edit:
            assert self.settings is not None
            self.exitcode = _edit_file(self.settings["EDITOR"], path)


def _sites() -> Path:
    return Path(newscrawl.sites.__file__).parent


def write_site(name: str, domain: str, *, title: str, province: str, root: Path, force: bool = False) -> Path:
    """Write a site file below `root`; returns its path. Raises `ValueError` for what will not do, and `OSError`."""
    path = root / checked_word(province, "province") / f"{checked_word(name, 'name')}.py"
    host, start = host_and_start(domain)
    if not _CHINESE.fullmatch(title):
        raise ValueError(f"--title {title!r}: two Chinese characters at the least, and no punctuation")
    if name in sites() and not (force and path.exists()):
        raise ValueError(f"there is a site {name!r} already, in {sites()[name].__module__}")
    if path.exists() and not force:
        raise ValueError(f"{path} is there; --force writes over it")
    values = {"name": name, "classname": _class_name(name), "domain": host, "url": start, "title": title}
    text = string.Template(_TEMPLATE.read_text("utf-8")).substitute(values)
    package = path.parent / "__init__.py"
    for file, content in ((package, f'"""{province.capitalize()}."""\n'), (path, text)):
        if file is path or not file.exists():
            with written_whole(file) as stream:
                stream.write(content.encode())
    return path


def checked_word(word: str, what: str) -> str:
    """A word fit for the name of a module and of a folder. Raises `ValueError`."""
    if not _NAME.fullmatch(word) or keyword.iskeyword(word) or word in _TAKEN:
        raise ValueError(f"{what} {word!r}: small letters, digits and _, a letter first, and no word of Python or ours")
    return word


def host_and_start(domain: str) -> tuple[str, str]:
    """(The domain of a site, the address to begin at) from a domain or from an address. Raises `ValueError`.

    >>> host_and_start("cnhubei.com"), host_and_start("http://127.0.0.1:8808/xw/index.html")
    (('cnhubei.com', 'http://www.cnhubei.com/'), ('127.0.0.1', 'http://127.0.0.1:8808/xw/index.html'))
    >>> host_and_start("https://www.cnhubei.com/")
    ('cnhubei.com', 'https://www.cnhubei.com/')
    """
    is_address = "://" in domain
    try:
        parts = urlsplit(domain if is_address else f"http://{domain}")
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise ValueError(f"{domain!r} is neither a domain nor an address: {error}") from error
    if not _HOST.fullmatch(host) or parts.scheme not in ("http", "https") or re.search(r"[\s\"'\\]", domain):
        raise ValueError(f"{domain!r} is neither a domain (cnhubei.com) nor an address (http://www.cnhubei.com/)")
    shown = f"www.{host}" if not is_address and _REGISTERED.fullmatch(host) else host
    return host.removeprefix("www."), f"{parts.scheme}://{shown}{port}{parts.path or '/'}"


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _next_steps(name: str, path: Path, title: str) -> list[str]:
    """What was written, and what the tests still ask for."""
    lines = [f"created {shown_path(path)}", "next:"]
    if title == UNNAMED:
        lines.append(f"  put what the site calls itself in place of {UNNAMED}, three times")
    steps = (
        (f"parse --spider {name} URL", "what of a page is followed; mend article_url and list_url"),
        (f"savepage {name} URL", "an article page: the tests ask for one"),
        ("suggest-layout URL URL...", "the selectors of its template, from a few pages"),
        (f"check {name}", "until nothing is wrong; docs/add-a-site.md tells all of it"),
    )
    return [*lines, *(f"  scrapy {command:<36}{why}" for command, why in steps)]
