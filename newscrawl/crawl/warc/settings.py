"""What the settings WARC, WARC_MAX_BYTES and REPLAY say, and what REPLAY makes of the others."""

from __future__ import annotations

from glob import glob
from pathlib import Path
from typing import Any

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

_ON, _OFF = frozenset(("on", "1", "true", "yes")), frozenset(("off", "0", "false", "no", "none", ""))
# The warcinfo record and a small page: below it each exchange would be a file of its own.
_LEAST = 10_000
_SUFFIXES = (".warc", ".warc.gz", ".warc.zst")

_HANDLER = "newscrawl.crawl.warc.replay.ReplayHandler"
_REPLAYED: dict[str, Any] = {
    # delays and rests are for networks
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_SLOTS": {},
    "AUTOTHROTTLE_ENABLED": False,
    "BLOCKED_DELAY_MAX": 0,
    # an archive has one answer for an address: to ask again brings the same
    "RETRY_TIMES": 0,
    # one after the other, so that a replay does the same each time
    "CONCURRENT_REQUESTS": 1,
}


class Replay:
    """Scrapy's add-on for REPLAY: the setting changes those that stand between a spider and the network, whoever set
    them. Scrapy applies it when it makes a crawler, behind the settings of the site."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Put the replay in the network's place."""
        if not settings.getlist("REPLAY"):
            return
        handlers = {**settings.getdict("DOWNLOAD_HANDLERS"), "http": _HANDLER, "https": _HANDLER}
        middlewares = {
            **settings.getdict("DOWNLOADER_MIDDLEWARES"),
            "newscrawl.crawl.manners.MannersMiddleware": None,
            "newscrawl.crawl.warc.replay.ReplayManners": 560,
        }
        changed = {
            **_REPLAYED,
            "DOWNLOAD_HANDLERS": handlers,
            "DOWNLOADER_MIDDLEWARES": middlewares,
            "EXTENSIONS": {**settings.getdict("EXTENSIONS"), "newscrawl.crawl.warc.replay.Archive": 880},
        }
        for name, value in changed.items():
            settings.set(name, value, priority="cmdline")


def switched(settings: BaseSettings, name: str) -> bool:
    """Whether a setting says on. Raises `ValueError` for what says neither on nor off."""
    told = str(settings[name]).strip().lower()
    if told not in _ON | _OFF:
        raise ValueError(f"{name} must be on or off, not {settings[name]!r}")
    return told in _ON


def most_bytes(settings: BaseSettings) -> int:
    """WARC_MAX_BYTES, which the command line gives as text. Raises `ValueError`."""
    told = str(settings["WARC_MAX_BYTES"])
    if not told.isdecimal() or int(told) < _LEAST:
        raise ValueError(f"WARC_MAX_BYTES must be a number of bytes, {_LEAST:,} or more, not {told!r}")
    return int(told)


def replayed_files(settings: BaseSettings) -> list[Path]:
    """The files that REPLAY names: files, globs and folders, with commas between them; each once, sorted by name.

    Raises `ValueError` for a name behind which there is no file.
    """
    found: set[Path] = set()
    for name in map(str.strip, settings.getlist("REPLAY")):
        files = {path for match in _matches(name) for path in _files(Path(match))}
        if not files:
            raise ValueError(
                f"REPLAY: there is no file {name}" + f" named {' or '.join(_SUFFIXES)}" * Path(name).is_dir()
            )
        found |= files
    return sorted(found)


def _matches(pattern: str) -> list[str]:
    """A name as it is, for files whose own names hold [ or *, and what it stands for."""
    return [pattern, *glob(pattern, recursive=True)]  # noqa: PTH207 (Path.glob takes no absolute pattern)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [below for below in path.rglob("*") if below.name.endswith(_SUFFIXES) and below.is_file()]
    return [path] if path.is_file() else []


def check_replay(settings: BaseSettings) -> None:
    """See that a replay can be told from a crawl. Raises `ValueError`.

    Its ledger would say of each address that is not archived that it cannot be had, and the next crawl believe it.
    """
    if not settings.getlist("REPLAY"):
        return
    files, output = replayed_files(settings), Path(settings["OUTPUT_DIR"]).resolve()
    if (settings.getpriority("OUTPUT_DIR") or 0) <= SETTINGS_PRIORITIES["project"]:
        raise ValueError("REPLAY needs a folder of its own, that no crawl writes to: -s OUTPUT_DIR=again")
    if any(file.resolve().is_relative_to(output) for file in files):
        raise ValueError(f"REPLAY reads files in OUTPUT_DIR, {output}: give the replay a folder of its own")
    if switched(settings, "WARC"):
        raise ValueError("REPLAY and WARC=on: a replay fetches nothing that could be kept")
