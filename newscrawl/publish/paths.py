"""Where a crawl writes."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path

from scrapy.crawler import Crawler

# Names of sites become names of folders, and `-a` or a careless site file could make one up: ../evil must not pass.
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def checked_name(site: str) -> str:
    """The name of a site, fit for a folder. Raises `ValueError` when it is not."""
    if not _NAME.fullmatch(site):
        raise ValueError(f"{site!r} is no name for a site: small letters, digits, _ and - only")
    return site


def checked_run(run: str) -> str:
    """The name of a run, fit for a folder. Raises `ValueError` when it is not."""
    if not _RUN.fullmatch(run):
        raise ValueError(f"{run!r} is no name for a run: letters, digits, _ and - only")
    return run


def run_stamp(crawler: Crawler) -> str:
    """When the crawl began (UTC), as its files are called: `20261122T130500Z`.

    With a lease, once the ledger is open, its token follows: `20261122T130500Z-7`. Clocks of machines differ, and no
    two holders may write one file.
    """
    started = crawler.stats.get_value("start_time") or datetime.now(timezone.utc)
    token = crawler.stats.get_value("newscrawl/lease")
    return f"{started:%Y%m%dT%H%M%SZ}" + (f"-{token}" if token else "")


def article_files(output: Path, site: str) -> list[Path]:
    """The files of articles that crawls of a site have written, oldest first; `output` is OUTPUT_DIR."""
    return sorted((output / "articles" / checked_name(site)).glob("*.jsonl"))


def articles_path(crawler: Crawler, site: str) -> Path:
    """The file for the articles of this crawl."""
    return Path(crawler.settings["OUTPUT_DIR"], "articles", checked_name(site), f"{run_stamp(crawler)}.jsonl")


def ledger_path(output: Path, site: str) -> Path:
    """The file that holds the ledger of a site."""
    return output / "state" / f"{checked_name(site)}.sqlite"


def lock_path(output: Path, site: str) -> Path:
    """The file that a run of a site locks; the process that has it is named in it."""
    return output / "state" / f"{checked_name(site)}.lock"


def rejects_path(crawler: Crawler, site: str) -> Path:
    """The file for what this crawl refuses."""
    return Path(crawler.settings["OUTPUT_DIR"], "rejects", checked_name(site), f"{run_stamp(crawler)}.jsonl")


def warc_folder(output: Path, site: str) -> Path:
    """The folder for the WARC files of a site."""
    return output / "warc" / checked_name(site)


def report_path(output: Path, run: str) -> Path:
    """The report of a run. Raises `ValueError` when the name of the run is not fit for a folder."""
    return output / "reports" / checked_run(run) / "index.html"
