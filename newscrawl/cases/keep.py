"""A page made into a case: where it came from, what newscrawl reads on it, and what is left for a person to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newscrawl.archives import Source
from newscrawl.cases.case import REFUSED, read
from newscrawl.cases.check import FINE, wrong_address
from newscrawl.cases.draft import expected_json, page_json, write_case
from newscrawl.crawl.links import canonical
from newscrawl.crawl.look import is_address
from newscrawl.decode.charset import decode
from newscrawl.extract import dom
from newscrawl.extract.embedded import read_embedded
from newscrawl.page import MAX_BYTES, Page, host_of, is_within
from newscrawl.refused import Refused, advice
from newscrawl.shown import shown_path
from newscrawl.sites import sites


class NotKept(Exception):  # noqa: N818 (no fault: what was given is no case)
    """A page that cannot be a case; the message says why, and what to do."""


def placed(source: Source, site: str, url: str | None) -> Page:
    """The page with its address: `url`, or what is known of it. Raises `NotKept` when there is no page or no address,
    or one of another site."""
    page = source.page
    if refused := source.refused:
        raise NotKept("; ".join(filter(None, [str(refused), advice(refused.reason)])))
    if len(page.body) > MAX_BYTES:
        raise NotKept(f"more than {MAX_BYTES:,} bytes: no article has this size [{source.name}]")
    if not page.body:
        flat = "flattened text has no markup, which a case of a site is there for"
        raise NotKept(f"{flat if page.flat else 'nothing is in it'} [{source.name}]")
    page.url = url or (page.url if is_address(page.url) else _canonical(page, site) or "")
    if not is_address(page.url):
        raise NotKept(f"the page tells no address on {site}; --url tells where it came from [{source.name}]")
    wrong = wrong_address(page.url, sites()[site], refused=True)
    if wrong != FINE:
        raise NotKept(f"{wrong}: is it a page of another site than {site}?")
    return page


def _canonical(page: Page, site: str) -> str | None:
    """The address on the site that a page calls its own; a mirror's page may name any."""
    try:
        text = decode(page.body, page.headers.get("content-type", "")).text
        said = read_embedded(dom.parse(text), text)
    except Refused:
        return None
    found = [canonical(address) for address in (said.canonical, said.og_url) if address]
    return next((url for url in found if url and is_within(host_of(url), sites()[site].allowed_domains)), None)


def keep(folder: Path, page: Page, status: int | None, why: str) -> list[str]:
    """Write a case with a draft of its fields; returns what to tell a person. The folder's parent is the site's.

    Raises `NotKept` when it cannot be written.
    """
    record = read(Page(url=page.url, body=page.body, headers=page.headers), folder.parent.name)
    try:
        write_case(folder, page.body, page_json(page, status, why, record), expected_json(record))
    except OSError as error:
        raise NotKept(f"cannot write {error.filename or folder}: {error.strerror} [{page.url}]") from error
    return _report(folder, page, record, why)


def _report(folder: Path, page: Page, record: Mapping[str, Any], why: str) -> list[str]:
    site, shown = folder.parent.name, shown_path(folder)
    lines = [f"kept {shown}: {len(page.body):,} bytes [{page.url}]"]
    if REFUSED in record:
        lines.append(f"drafted as refused: {record[REFUSED]}: {record['detail']}")
    else:
        filled = sum(1 for value in record.values() if value not in (None, []))
        lines.append(f"drafted: {record['title']} ({len(record['body'])} paragraphs, {filled} fields)")
        if (wrong := wrong_address(page.url, sites()[site])) != FINE:
            lines.append(f"mend the site file: {wrong}")
    reasons = "" if why else ', say in page.json why it is kept ("why")'
    lines.append(
        f'next: compare {shown}/expected.json with the page, delete its line "not_reviewed"{reasons}; '
        f"then: scrapy check {site}"
    )
    return lines
