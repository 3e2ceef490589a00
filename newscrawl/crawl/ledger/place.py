"""Where the ledger of a site is: a file in the output folder, or a schema of a database (the setting LEDGER)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from scrapy.settings import BaseSettings

from newscrawl.publish.paths import checked_name, ledger_path

if TYPE_CHECKING:
    from sqlalchemy import URL

# PostgreSQL cuts longer names without a word, and two sites would share a ledger.
_LONGEST_SCHEMA = 63
PREFIX = "site_"


@dataclass(frozen=True)
class Schema:
    """The ledger of a site in PostgreSQL: a schema of its own."""

    url: URL
    site: str
    seconds: float
    """How long a run's lease of the site holds that nobody renews."""

    def __post_init__(self) -> None:
        if len(self.name) > _LONGEST_SCHEMA:
            raise ValueError(f"{self.site!r} is too long a name for a site whose ledger is in PostgreSQL")

    @property
    def name(self) -> str:
        """What PostgreSQL calls it."""
        return f"{PREFIX}{checked_name(self.site)}"

    def __str__(self) -> str:
        return f"{shown(self.url)}, schema {self.name}"


Place: TypeAlias = Path | Schema


def place_of(settings: BaseSettings, site: str) -> Place:
    """Where the ledger of a site is. Raises `ValueError` for a name that is none, or a wrong LEDGER."""
    url = database_of(settings)
    if url is None:
        return ledger_path(Path(settings["OUTPUT_DIR"]), site)
    return Schema(url, checked_name(site), lease_seconds(settings))


def lease_seconds(settings: BaseSettings) -> float:
    """LEASE_SECONDS. Raises `ValueError` for less than a crawl can hold, which renews its lease once a second."""
    seconds = settings.getfloat("LEASE_SECONDS")
    if not seconds >= _LEAST_SECONDS:
        raise ValueError(f"LEASE_SECONDS must be {_LEAST_SECONDS} or more, not {seconds:g}")
    return seconds


# Three renewals may fail, or wait behind a page that takes long to restore, before another may take the site.
_LEAST_SECONDS = 3


def database_of(settings: BaseSettings) -> URL | None:
    """The database that the setting LEDGER names; None without. Raises `ValueError`, which tells no password."""
    if not (address := settings["LEDGER"]):
        return None
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(str(address))
    except (ArgumentError, ValueError):  # its message may quote the address
        raise ValueError("LEDGER is no address: postgresql://HOST/DATABASE is wanted") from None
    if url.drivername not in ("postgresql", "postgresql+psycopg"):
        raise ValueError(f"LEDGER names {url.drivername}: postgresql://HOST/DATABASE is wanted, or nothing")
    return url.set(drivername="postgresql+psycopg")


def shown(url: URL) -> str:
    """An address as it may be seen: without user, password and options, of which a password may be one.

    >>> from sqlalchemy import make_url
    >>> shown(make_url("postgresql+psycopg://me:secret@db.example.cn:5433/news?password=secret"))
    'postgresql://db.example.cn:5433/news'
    """
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{url.host or ''}{port}/{url.database or ''}"
