"""What all commands have in common: help with examples, and wrong use told so that a person can act on it.

Wrong use is a `UsageError`, which Scrapy prints without a traceback; the exit code is 2.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from io import TextIOWrapper
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings, default_settings
from scrapy.utils.conf import arglist_to_dict
from scrapy.utils.misc import walk_modules_iter

from newscrawl import settings as project

if TYPE_CHECKING:
    from newscrawl.crawl.ledger import Ledger

# How alike two names must be to be taken for one misspelt: DOWNLOD_DELAY is 0.96 like the real one, and of Scrapy's
# settings that mean different things few are more than 0.9 alike.
_MISSPELT = 0.9
# For options: --rejecs is 0.92 like --rejects, --minutes 0.62 like --since.
_LIKE_OPTION = 0.75
_READ: dict[type, Callable[[BaseSettings, str], object]] = {
    bool: BaseSettings.getbool,
    int: BaseSettings.getfloat,
    float: BaseSettings.getfloat,
}
_KINDS = {bool: "0 or 1", int: "a number", float: "a number"}


class Helpful(ScrapyCommand):
    """Stands before Scrapy's command: options and settings are checked, --help shows examples and exit status."""

    epilog: ClassVar[str] = ""
    """Examples and exit status: what --help shows at its end."""
    needs_sites: ClassVar[bool] = False
    """Whether every site file must be readable."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's options, and the examples."""
        super().add_options(parser)
        parser.epilog = self.epilog
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        self._parser = parser

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raise `UsageError` for options that are none, settings that are none or cannot be read, unwritable logs."""
        open_standard_streams()
        self._check_options(args)
        try:
            super().process_options(args, opts)
        except OSError as problem:  # --pidfile
            raise UsageError(f"cannot write {problem.filename}: {problem.strerror}", print_help=False) from problem
        assert self.settings is not None
        check_settings(self.settings, arglist_to_dict(opts.set))
        if opts.logfile:
            check_writable(opts.logfile, "--logfile")
        if self.needs_sites:
            check_site_files(self.settings)

    def _check_options(self, args: list[str]) -> None:
        """Scrapy leaves what it does not know among the arguments; behind -- everything is one."""
        options = [arg for arg in takewhile("--".__ne__, args) if arg.startswith("-") and arg != "-"]
        known = {name.lstrip("-"): name for action in self._parser._actions for name in action.option_strings}
        if options:
            alike = get_close_matches(options[0].partition("=")[0].lstrip("-"), known, 1, _LIKE_OPTION)
            advice = f"did you mean {known[alike[0]]}?" if alike else "-h lists them"
            raise UsageError(f"no such option: {options[0]}; {advice}", print_help=False)
        if "--" in args:
            args.remove("--")


def nearest(name: str, known: Iterable[str]) -> str:
    """What to say behind a name that is none of the known ones.

    >>> nearest("dmo", ["cnhubei", "demo"])
    '; did you mean demo?'
    >>> nearest("x", ["cnhubei", "demo"])
    '; there are: cnhubei, demo'
    """
    known = sorted(known)
    alike = get_close_matches(name, known, 1)
    return f"; did you mean {alike[0]}?" if alike else f"; there are: {', '.join(known)}"


def check_site(name: str, known: Iterable[str]) -> None:
    """Raise `UsageError` for a name that is no site's."""
    known = list(known)
    if name in known:
        return
    if "://" in name or name.startswith("www."):
        raise UsageError(f"{name} is an address; name a site: {', '.join(sorted(known))}", print_help=False)
    raise UsageError(f"no such site: {name}{nearest(name, known)}", print_help=False)


def ledger_to_read(settings: BaseSettings, site: str) -> Ledger:
    """The ledger of a site that was crawled. Raises `UsageError` when there is none because there is no such site, or
    the setting LEDGER is wrong; else `LedgerError`."""
    from newscrawl.crawl.ledger import NoLedgerError, open_to_read, place_of

    try:
        return open_to_read(place_of(settings, site))
    except ValueError as problem:
        raise UsageError(str(problem), print_help=False) from problem
    except NoLedgerError:
        from newscrawl.sites import sites

        check_site(site, sites())
        raise


def check_files(paths: Iterable[str]) -> None:
    """Raise `UsageError` for an address where a file belongs."""
    for path in paths:
        if path.startswith(("http://", "https://")):
            raise UsageError(
                f"{path} is an address, and files are read here: scrapy fetch --nolog URL > page.html saves a page",
                print_help=False,
            )


def check_settings(settings: BaseSettings, given: Iterable[str]) -> None:
    """Raise `UsageError` for settings of the command line that are misspelt or have a value of another kind."""
    known = {name for name in (*vars(default_settings), *vars(project)) if name.isupper()}
    for name in given:
        if name not in known and (alike := get_close_matches(name, known, 1, _MISSPELT)):
            raise UsageError(f"-s {name}: no such setting; did you mean {alike[0]}?", print_help=False)
        kind = type(getattr(project, name, getattr(default_settings, name, None)))
        try:
            if kind in _READ:
                _READ[kind](settings, name)
        except ValueError:
            raise UsageError(f"-s {name}={settings[name]}: {_KINDS[kind]} is wanted", print_help=False) from None
    level = settings["LOG_LEVEL"]
    if isinstance(level, str) and not isinstance(logging.getLevelName(level), int):
        levels = "DEBUG, INFO, WARNING, ERROR, CRITICAL"
        raise UsageError(f"{level} is no level of the log (-L, LOG_LEVEL); there are: {levels}", print_help=False)


def check_site_files(settings: BaseSettings) -> None:
    """Raise `UsageError` for a site file that cannot be imported: which, where, and why."""
    try:
        for package in settings.getlist("SPIDER_MODULES"):
            deque(walk_modules_iter(package), maxlen=0)
    except (Exception, SystemExit) as problem:  # a site file is code: it may raise anything, and may even exit
        raise UsageError(f"{place_of(problem)}; mend the site file, or move it away", print_help=False) from problem


def place_of(problem: BaseException) -> str:
    """Where an import failed, and why."""
    if isinstance(problem, SyntaxError):
        return f"{problem.filename}, line {problem.lineno}: {problem.msg}"
    last = traceback.extract_tb(problem.__traceback__)[-1]
    ours = [frame for frame in traceback.extract_tb(problem.__traceback__) if "importlib" not in frame.filename]
    last = ours[-1] if ours else last
    return f"{last.filename}, line {last.lineno}: {type(problem).__name__}: {problem}"


def check_writable(path: str | Path, option: str) -> None:
    """Raise `UsageError` when no file of this name can be written. Folders that lead to it are made."""
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise PermissionError(None, "Permission denied")
    except OSError as problem:
        why = "a file is in the way" if isinstance(problem, FileExistsError) else problem.strerror
        raise UsageError(f"{option}: cannot write {path}: {why}", print_help=False) from problem


def open_standard_streams() -> None:
    """Give a process that was started without standard streams (`2>&-`) such as lead nowhere.

    Without them the first files it opens take their numbers, and get what a library, or a child, has to say there.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            device = os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: the one that is missing
            os.set_inheritable(device, True)
            setattr(sys, name, os.fdopen(device, mode, encoding="utf-8"))


def print_utf8() -> None:
    """Let standard output be UTF-8 whatever the locale: JSON lines are. Halves of characters become \\udc80, as JSON
    has them."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def forget_stdout() -> None:
    """Nothing more goes to standard output: what could not be written would be tried again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def processes(number: str) -> int:
    """--jobs: how many processes; 0 is one for each core. Raises `ArgumentTypeError`."""
    if not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{number!r} is no number of processes")
    return int(number) or os.cpu_count() or 1


def ready_to_print() -> None:
    """Let this process print whatever pages hold, and end without a word when nobody reads it any more (`| head`).

    For commands that have fetched what they fetch: a host that hangs up would end them, too.
    """
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # pages hold halves of characters, which no encoding has


def cannot_write(problem: OSError, target: Any) -> str:
    """What to say when writing has failed."""
    why = "a file is in the way" if isinstance(problem, FileExistsError) else problem.strerror
    return f"cannot write {target or problem.filename or 'standard output'}: {why}"
