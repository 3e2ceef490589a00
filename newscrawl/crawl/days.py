"""Which days a run is for: --revisit and --since, and the settings REVISIT_DAYS and SINCE that crawls read."""

from __future__ import annotations

import argparse
import re
from datetime import date, timedelta

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

MOST_DAYS = timedelta.max.days
"""As many as there can be between two times: the ledger counts back in seconds, and a database has no larger ones."""


def add_time_options(parser: argparse.ArgumentParser) -> None:
    """Add --revisit and --since, which all commands that crawl have."""
    parser.add_argument(
        "--revisit",
        metavar="DAYS",
        help="ask again for articles found in the last DAYS days, for corrections (0: for all of them)",
    )
    parser.add_argument("--since", metavar="DATE", help="only articles from this day on: 2026-11-01, '7 days ago'")


def set_days(settings: BaseSettings, opts: argparse.Namespace) -> None:
    """Make settings of --revisit and --since, as far as they are given. Raises `UsageError`, also for such settings."""
    if opts.revisit is not None:
        settings.set("REVISIT_DAYS", days_of(opts.revisit), priority="cmdline")
    if opts.since is not None:
        settings.set("SINCE", day_of(opts.since), priority="cmdline")
    try:
        revisit_days(settings)
        _check_since(settings["SINCE"])
    except ValueError as problem:
        raise UsageError(str(problem), print_help=False) from problem


def days_of(text: str) -> int:
    """--revisit. Raises `UsageError`."""
    if (days := _days(text)) is None:
        raise UsageError(f"--revisit takes a number of days, not {text!r}", print_help=False)
    return days


def day_of(text: str) -> str:
    """A day as people write it, in ISO 8601; relative ones as of today in China. Raises `UsageError`."""
    import dateparser

    settings = {"TIMEZONE": "Asia/Shanghai", "PREFER_DATES_FROM": "past", "DATE_ORDER": "YMD"}
    moment = dateparser.parse(text, languages=["en", "zh"], settings=settings)
    if moment is None:
        raise UsageError(f"--since: {text!r} is no date", print_help=False)
    return moment.date().isoformat()


def revisit_days(settings: BaseSettings) -> int | None:
    """REVISIT_DAYS, which the command line gives as text. Raises `ValueError`."""
    if (setting := settings["REVISIT_DAYS"]) is None:
        return None
    if (days := _days(str(setting))) is None:
        raise ValueError(f"REVISIT_DAYS must be a number of days, not {setting!r}")
    return days


def iso_day(text: str) -> date:
    """A day that is written 2026-11-01, and no other way: days are compared as texts. Raises `ValueError`."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(f"{text!r} is no day in ISO 8601")
    return date.fromisoformat(text)


def _days(text: str) -> int | None:
    # a longer text is not even turned into a number: Python refuses 5,000 digits with an error of its own
    is_number = text.isdecimal() and len(text) <= len(str(MOST_DAYS))
    return int(text) if is_number and int(text) <= MOST_DAYS else None


def _check_since(setting: object) -> None:
    try:
        if setting:
            iso_day(str(setting))
    except ValueError:
        raise ValueError(f"SINCE must be a day such as 2026-11-01, not {setting!r}") from None
