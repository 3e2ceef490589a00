"""Saved pages whose true fields are known: a folder with its manifests, JSON lines of an object a page.

`file` (relative to the folder), `url` (or null), `charset` (of the bytes), `language` (zh-Hans, zh-Hant), `kind`:
`article` with `truth`, or `negative` with `neg_type`. `truth` holds title, time (ISO 8601, +08:00, or null) with
time_precision (second, minute, day), source (or null), reporter (or null: cannot be told), correspondent, editor
(lists), first_sentence, last_sentence, body.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The true fields of an article; None and empty lists for what the page does not tell."""

    title: str
    time: str | None
    precision: str | None
    source: str | None
    reporters: list[str] | None
    """Whoever wrote the piece, authors as well; None when the page leaves it open."""
    correspondents: list[str]
    editors: list[str]
    first_sentence: str
    last_sentence: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A saved page, and what is true of it."""

    file: str
    url: str
    charset: str
    language: str
    kind: str
    """`article`, or what it is instead: forum, spiderpool and so on."""
    truth: Truth | None
    """None for a page that is no article."""
    body: bytes

    @property
    def text(self) -> str:
        """The source, read with the character set that the manifest knows; without byte order mark."""
        return self.body.decode(self.charset, "replace").removeprefix("\ufeff")


def saved_pages(folder: Path) -> list[Saved]:
    """The pages of `manifest.jsonl`, or else of every `*.jsonl` in a folder, in order.

    Raises `OSError` when there is no manifest or a page is not there, `ValueError` for a line that describes no page,
    or when there is no line at all.
    """
    manifest = folder / "manifest.jsonl"
    manifests = [manifest] if manifest.exists() else sorted(folder.glob("*.jsonl"))
    if not manifests:
        raise FileNotFoundError(2, "no manifest there", str(manifest))
    pages = [page for path in manifests for page in _pages_of(path)]
    if not pages:
        raise ValueError(f"{manifests[0]} names no page")
    return pages


def _pages_of(manifest: Path) -> list[Saved]:
    pages = []
    for number, line in enumerate(manifest.read_text("utf-8").split("\n"), start=1):
        if line.strip():
            try:
                pages.append(_page(manifest.parent, json.loads(line)))
            except (ValueError, LookupError, TypeError) as error:
                raise ValueError(f"{manifest}, line {number}: {type(error).__name__}: {error}") from error
    return pages


def _page(folder: Path, entry: dict[str, Any]) -> Saved:
    is_article = entry["kind"] == "article"
    return Saved(
        file=entry["file"],
        url=entry["url"] or "",
        charset=codecs.lookup(entry["charset"]).name,
        language=entry["language"],
        kind="article" if is_article else entry["neg_type"],
        truth=_truth(entry["truth"]) if is_article else None,
        body=(folder / entry["file"]).read_bytes(),
    )


def _truth(fields: dict[str, Any]) -> Truth:
    return Truth(
        title=fields["title"],
        time=fields["time"],
        precision=fields["time_precision"],
        source=fields["source"],
        reporters=fields["reporter"],
        correspondents=fields["correspondent"],
        editors=fields["editor"],
        first_sentence=fields["first_sentence"],
        last_sentence=fields["last_sentence"],
        body=fields["body"],
    )
