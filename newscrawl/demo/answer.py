"""An answer of the demo sites: what the server sends for one address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers and body of one answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Without Content-Length: the server adds it."""
    body: bytes = b""
    stream: Iterable[bytes] = ()
    """When not empty: sent in chunks after `body`, so that the length is not known beforehand."""
    delay: float = 0.0
    """Seconds before the first byte."""
    raw: Iterable[bytes] | None = None
    """When given: all that is sent, head included, in these pieces; then the connection ends."""
    pause: float = 0.0
    """Seconds behind each piece of `raw`."""


def text_answer(text: str, content_type: str, status: int = 200) -> Answer:
    """A page in UTF-8."""
    return Answer(status=status, headers={"Content-Type": content_type}, body=text.encode())
