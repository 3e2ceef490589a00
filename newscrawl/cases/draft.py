"""A new case from a page: where it goes, what its page.json says, and a draft of what it should read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newscrawl.cases.case import NOT_REVIEWED, REFUSED
from newscrawl.cases.check import layout_of
from newscrawl.crawl.paging import next_page
from newscrawl.items import CONTENT
from newscrawl.page import Page
from newscrawl.publish.written import written_whole

DRAFT = "newscrawl's own reading: compare every field with the page, mend it, then delete this line"
FIELDS = (*CONTENT, "published_precision", "source_url", "canonical_url", "charset", "mirror_of", "restored")
"""What a page is asked for. The rest of the record tells of the run (fetched_at), or follows from these."""

# Names of folders that are easy to type, and far below what file systems take.
_LONGEST = 60
# Numbers of articles have five digits or more; days and pages have fewer.
_NUMBERED = re.compile(r"\d{5}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# They tell of the connection and of the visitor, and would be another in the next answer.
_PASSING = frozenset(
    """age alt-svc connection content-encoding content-length keep-alive nel report-to server-timing set-cookie
    transfer-encoding vary x-request-id""".split()
)


def slug_of(url: str) -> str:
    """A folder's name from an address, in small letters, digits and hyphens: the last part of its path, with the part
    before it when it is no number of an article.

    >>> slug_of("http://news.cnhubei.com/xw/gn/201803/t4086677_1.shtml"), slug_of("http://a.example/gn/?id=../../9")
    ('t4086677-1', 'gn-id-9')
    >>> slug_of("http://a.example/"), slug_of("http://[::1/新闻")
    ('page', 'page')
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "page"
    before, last = ["", *re.sub(r"\.\w{1,6}$", "", parts.path).split("/")][-2:]
    name = last if _NUMBERED.search(last) else f"{before}-{last}-{parts.query}"
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[-_LONGEST:].strip("-") or "page"


def checked_slug(slug: str) -> str:
    """The name of a folder. Raises `ValueError` when it is none."""
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST:
        raise ValueError(
            f"{slug!r} is no name for a case: small letters, digits and single hyphens, {_LONGEST} at most"
        )
    return slug


def page_json(page: Page, status: int | None, why: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """What page.json says of a page; `record` is what newscrawl reads."""
    headers = {name: value for name, value in page.headers.items() if name not in _PASSING}
    said: dict[str, Any] = {"url": page.url, "status": status, "headers": headers, "why": why}
    if REFUSED not in record:
        said["layout"] = layout_of(record)
        if following := next_page(page):
            said["next"] = following
    return {name: value for name, value in said.items() if value is not None}


def expected_json(record: Mapping[str, Any]) -> dict[str, Any]:
    """The draft: marked so that it fails until a person has reviewed it."""
    names = (REFUSED,) if REFUSED in record else FIELDS
    return {NOT_REVIEWED: DRAFT, **{name: record[name] for name in names}}


def write_case(folder: Path, body: bytes, page: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Write the three files; page.json comes last, for it makes the folder a case. Raises `OSError`."""
    contents = {"page.html": body, "expected.json": _bytes(expected), "page.json": _bytes(page)}
    for name, content in contents.items():
        with written_whole(folder / name) as file:
            file.write(content)


def _bytes(value: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode()
