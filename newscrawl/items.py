"""The record: one `Article` a line in every output file, its JSON Schema generated from here (`scrapy schema`).

Missing is `None` or an empty list, never an empty string and never a placeholder such as 无 or 未知.
The sentence under a field says what it holds; it is the description in the schema, too.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Literal

from newscrawl.page import Measured, Page

SCHEMA_VERSION = "2"

Precision = Literal["second", "minute", "day"]


@dataclass(slots=True, kw_only=True)
class Image:
    """A picture that belongs to the article."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"use_attribute_docstrings": True}

    url: str
    """Absolute address; relative only when the page's own address is not known."""
    caption: str | None = None
    """The caption as printed; null when there is none."""


@dataclass(slots=True, kw_only=True)
class Junk:
    """A block that stood on the page and does not belong to the article."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"use_attribute_docstrings": True}

    kind: str
    """What it is: a kind of newscrawl/tables/junk.tsv, or link_farm, links (a block of links), hidden, caption."""
    text: str
    """Its text, cut to 200 characters."""


@dataclass(slots=True, kw_only=True)
class Unresolved:
    """A spot that is still damaged, or has more than one reading: the text there is not to be trusted."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"use_attribute_docstrings": True}

    field: str
    """The field of this record that holds it, for a list with the index: `body[3]`."""
    start: int
    """Where it begins in that field's text, in characters."""
    seen: str
    """The characters as they stand."""
    candidates: list[str] = dataclasses.field(default_factory=list)
    """What may have stood there, the likeliest first; empty when nobody can tell."""


@dataclass(slots=True, kw_only=True)
class Repairs:
    """What was done to give the text back."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"use_attribute_docstrings": True}

    family: str
    """The damage recognised: A, B, C, C', D, commas, mojibake, or lossy (bytes lost for good); several joined by +."""
    counts: dict[str, int]
    """Repairs made, by kind."""
    unresolved: list[Unresolved]
    """Spots in this record that are still damaged."""
    confidence: float
    """0 to 1: the share of damaged spots that were repaired."""


@dataclass(slots=True, kw_only=True)
class Article:
    """One news article, with how we know."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"use_attribute_docstrings": True}

    url: str | None = None
    """The address it was read from, or the file; a crawl leaves tracking parameters out. Null for text without one."""
    site: str | None = None
    """The name of the site file that fetched it, such as cnhubei; null when it came from a file."""
    mirror_of: str | None = None
    """When the page is a mirror's copy, not a piece taken over by right: the portal, as our site name or its host; else
    null."""
    mirror_confidence: float | None = None
    """0 to 1: how sure mirror_of is; 1 when the site file of the host says so. Null when mirror_of is."""
    original_url: str | None = None
    """When the page is a mirror's or an archive's copy: the address of the original, when it is known for certain."""
    canonical_url: str | None = None
    """What the page itself calls its address; mirrors lie here. Null when it does not say."""
    title: str | None = None
    """The headline of the article, without the site's name. A page without one is refused."""
    subtitle: str | None = None
    """A second headline (副题, 肩题), when the page sets it apart; else null."""
    published_at: datetime | None = None
    """When it was published, with the offset +08:00; null when neither page nor address tells the day."""
    published_precision: Precision | None = None
    """How exact published_at is; with day the time of day is 00:00:00. Null when published_at is."""
    source: str | None = None
    """来源: the paper, agency or desk the piece comes from. Never a person; null when none is named."""
    source_url: str | None = None
    """Where the page's 来源 links to; null when it is no link."""
    reporters: list[str] = field(default_factory=list)
    """记者: people only, in the order named."""
    correspondents: list[str] = field(default_factory=list)
    """通讯员: people only."""
    authors: list[str] = field(default_factory=list)
    """作者, 撰文, 文: people who wrote it and are not called reporters. Never an organisation, never an editor."""
    editors: list[str] = field(default_factory=list)
    """编辑, 责编: people; a staff code (NF051) where the page gives no name."""
    reviewers: list[str] = field(default_factory=list)
    """审核, 初审/复审/终审, 监制: people only, in the order named."""
    section: str | None = None
    """The section: the last crumb that is neither the site's front page nor 正文; null when the page shows no path."""
    breadcrumb: list[str] = field(default_factory=list)
    """The path of sections as printed, from the site's name on."""
    body: list[str] = field(default_factory=list)
    """The paragraphs, each without white space at its ends; no byline, no caption, no junk."""
    images: list[Image] = field(default_factory=list)
    """The pictures in the article."""
    restored: Repairs | None = None
    """What was repaired; null when nothing was damaged."""
    junk: list[Junk] = field(default_factory=list)
    """What was taken off the article."""
    trace: list[str] = field(default_factory=list)
    """How we know: a line for each decision, `stage: what and why`."""
    fetched_at: datetime | None = None
    """When it was fetched (UTC); null when it came from a file that does not tell."""
    charset: str | None = None
    """The character set the bytes were read with; null when text was given."""
    http_status: int | None = None
    """The status of the answer; null when it came from a file that does not tell."""
    content_hash: str | None = None
    """SHA-256 (hex) of the letters and digits of the body: equal for an article and its restored copy."""
    revision: int = 1
    """Which line this is of the article: 1 for the first, 2 when it was fetched again and had changed."""
    previous_hash: str | None = None
    """The content_hash of the line before this one; null for the first."""
    schema_version: str = SCHEMA_VERSION
    """The version of this record's form."""
    pages: list[Page] = field(default_factory=list, repr=False, metadata={"export": False})
    """What the article is read from, a page each; empty once it has been read, and never exported."""
    measured: Measured | None = field(default=None, repr=False, compare=False, metadata={"export": False})
    """For the run's record; gone once it is counted, and never exported."""

    def __repr__(self) -> str:
        """In one line, for shells and logs: an article written out takes a screen."""
        when = self.published_at.date().isoformat() if self.published_at else "no date"
        return f"<Article {self.title!r}, {when}, {self.source}, {len(self.body)} paragraphs, {self.url}>"


CONTENT = (
    "title",
    "subtitle",
    "published_at",
    "source",
    "reporters",
    "correspondents",
    "authors",
    "editors",
    "reviewers",
    "section",
    "breadcrumb",
    "body",
    "images",
)
"""What an article says, as against what is told of its page and of its way here."""

EXPORTED: list[str] = [f.name for f in fields(Article) if f.metadata.get("export", True)]
"""The fields of the record in the order they are written."""
