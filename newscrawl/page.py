"""A page on its way through the flow: what was fetched, and what the stages make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from newscrawl.decode.restore import Restored
    from newscrawl.extract.draft import Draft


# The largest article page seen has 1 MiB; what is larger than this is a trap or a mistake.
MAX_BYTES = 8 * 1024 * 1024


def host_of(url: str | None) -> str:
    """The host of an address, in small letters; empty for files, and for what is no address.

    >>> host_of("http://News.cnhubei.com:80/1.html"), host_of("http://[::1"), host_of("page.html")
    ('news.cnhubei.com', '', '')
    """
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def is_within(host: str, domains: Iterable[str]) -> bool:
    """Whether a host is one of the domains, or below one.

    >>> is_within("news.cnhubei.com", ["cnhubei.com"]), is_within("notcnhubei.com", ["cnhubei.com"])
    (True, False)
    """
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def join(base: str, address: str) -> str | None:
    """An address as seen from another; None for what is no address.

    >>> join("http://a.example/b/", "1.html"), join("http://a.example/", "//[a/1.html")
    ('http://a.example/b/1.html', None)
    """
    try:
        return urljoin(base, address)
    except ValueError:
        return None


@dataclass(slots=True, kw_only=True)
class Page:
    """One fetched page (`body`), or one flattened text (`text`, with `flat` true).

    `headers` holds the answer's headers with lower-case names. `decode` fills `text` and `charset`, `restore` fills
    `restored` and replaces `text`, `extract` fills `draft`.
    """

    url: str = ""
    asked: str = ""
    """The address that was asked for, where redirects led to another one, and in a crawl always."""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    flat: bool = False
    text: str = ""
    charset: str | None = None
    overruled: bool = False
    """Whether a label (header or meta) was wrong about the character set."""
    mended: int = 0
    """How many runs of mojibake were mended."""
    missing: str = ""
    """Of an article's first page: why a later one could not be had; `gone` where the server has it no longer."""
    restored: Restored | None = None
    draft: Draft | None = None

    @property
    def injected(self) -> list[str]:
        """The blocks of the text that did not go through the mirror's channel: the mirror added them."""
        return [span.seen for span in self.restored.injected] if self.restored else []


@dataclass(slots=True, kw_only=True)
class Measured:
    """What a run wants to know of an article besides what it says; only the pipelines fill it."""

    seconds: dict[str, float] = field(default_factory=dict)
    """Our own time (wall clock) for it, a key a stage."""
    before: str = ""
    """The text (markup and all) of its first damaged page as it was before restoration, cut; empty for clean ones."""
