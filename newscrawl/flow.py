"""The flow: the stages an article goes through, told once, for the pipelines and for `read_article` alike.

A stage takes the article, calls pure functions, fills fields and appends lines to the trace. It raises `Refused` when
the page is no article.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from newscrawl.decode.charset import decode as decode_bytes
from newscrawl.decode.mojibake import mend, unescape_once
from newscrawl.decode.restore import Restored, Span, share_of_certain
from newscrawl.decode.restore import restore as restore_text
from newscrawl.decode.restore.families import recognise
from newscrawl.decode.restore.left import unresolved
from newscrawl.decode.unpack import GZIP, unpack
from newscrawl.extract.article import fill
from newscrawl.extract.draft import Draft
from newscrawl.extract.flat import read_flat
from newscrawl.extract.page_reader import read_page
from newscrawl.items import Article, Repairs, Unresolved
from newscrawl.judge.junk import set_aside_injected
from newscrawl.judge.mirror import unmask
from newscrawl.judge.repeat import Before, content_hash
from newscrawl.judge.valid import reason_against
from newscrawl.page import MAX_BYTES, Page, host_of
from newscrawl.refused import Refused

if TYPE_CHECKING:
    from newscrawl.extract.layout import Layout

Stage = Callable[[Article], None]

# A doubtful spot is known again in a field by so many characters before it.
_AROUND = 8
# 40,000 spots take two seconds; the largest article seen, of 1 MiB, would have a quarter of that.
_MOST_SPOTS = 40_000
_LINES = re.compile(r"[\n<>]")


def run_stage(stage: Stage, article: Article) -> None:
    """Run one stage; whatever it raises leaves as `Refused` with the address and the trace.

    A fault of ours is refused as `internal_error` with the exception chained: a run never dies of one page.
    """
    try:
        stage(article)
    except Refused as refused:
        raise Refused(refused.reason, refused.detail, url=article.url, trace=article.trace) from refused.__cause__
    except Exception as fault:  # the boundary: any fault here is ours, and the run goes on
        raise Refused("internal_error", repr(fault), url=article.url, trace=article.trace) from fault


def decode(article: Article) -> None:
    """Bytes to text, by the order of belief of `decode.charset`; then mojibake mended."""
    _each_page(article, _decode_page)


def _each_page(article: Article, read: Callable[[Article, Page], None]) -> None:
    """Do a thing to every page. A later page that cannot be read is left out and named: the article comes out short."""
    for number, page in enumerate(list(article.pages)):
        try:
            read(article, page)
        except Refused as refused:
            if number == 0:
                raise
            article.pages = [other for other in article.pages if other is not page]
            article.pages[0].missing = refused.reason
            article.trace.append(f"page {number + 1} left out: {refused.reason} {refused.detail} [{page.url}]")


def _decode_page(article: Article, page: Page) -> None:
    if page.flat:
        page.text = unescape_once(page.text)
        _check_text(page.text)
    else:
        _decode_bytes(article, page)
    page.text, page.mended = mend(page.text)
    if page.mended:
        article.trace.append(f"mojibake: {page.mended} runs read again with the right character set")


def _check_text(text: str) -> None:
    if len(text) > MAX_BYTES:
        raise Refused("too_large", f"{len(text):,} characters of text; the limit is {MAX_BYTES:,}")
    if not text.strip():
        raise Refused("empty_page")


def _decode_bytes(article: Article, page: Page) -> None:
    body = _unpacked(page.body)
    if len(body) > MAX_BYTES:
        raise Refused("too_large", f"{len(body):,} bytes; the limit is {MAX_BYTES:,}")
    decoded = decode_bytes(body, page.headers.get("content-type", ""))
    page.text, page.charset = decoded.text, decoded.charset
    article.charset = article.charset or decoded.charset
    overruled = f"; overruled: {decoded.overruled}" if decoded.overruled else ""
    article.trace.append(f"decode: {decoded.charset}, {decoded.why}{overruled}")
    page.overruled = decoded.overruled is not None


def _unpacked(body: bytes) -> bytes:
    """The bytes of a page that was saved as it came over the wire; others as they are."""
    if not body.startswith(GZIP):
        return body
    try:
        return unpack(body, MAX_BYTES, zlib.MAX_WBITS | 16)
    except zlib.error as error:
        raise Refused("truncated", f"broken gzip: {error}") from error


def restore(article: Article) -> None:
    """Undo the mirrors' channel, page by page."""
    for page in article.pages:
        _check_spots(page.text)
        page.restored = restore_text(page.text)
        page.text = page.restored.text
        if page.restored.family:
            done = ", ".join(f"{count} {kind}" for kind, count in page.restored.steps)
            article.trace.append(f"restore: family {page.restored.family}: {done}")


def _check_spots(text: str) -> None:
    """Raises `Refused("too_large")` for a trap: an article has a damaged spot in every tenth character at most."""
    spots = text.count("(") + text.count("?")
    if spots > _MOST_SPOTS and recognise(text):
        raise Refused("too_large", f"{spots:,} damaged spots; an article has thousands at most")


def extract(article: Article) -> None:
    """Text to fields: by a layout of the site, else by the general extractor, or as flattened text."""
    _each_page(article, _read_page)
    drafts = [page.draft for page in article.pages if page.draft]
    fill(article, drafts)
    # scripts do not go through a mirror's channel, so what stands in them is not the mirror's for that
    read = [page for page in article.pages if not (page.draft and page.draft.from_scripts)]
    set_aside_injected(article, [block for page in read for block in page.injected])
    article.content_hash = content_hash(article.body) if article.body else None
    article.restored = _repairs(article)


def _read_page(article: Article, page: Page) -> None:
    page.draft = read_flat(page.text) if page.flat else read_page(page.text, _layouts(article), page.injected)


def _layouts(article: Article) -> tuple[Layout, ...]:
    from newscrawl import sites  # a site's spider imports this module's neighbours

    return sites.layouts(article.site, host_of(article.url))


def judge(article: Article) -> None:
    """Refuse what is no article; name the portal that a mirror copied, and its address there."""
    draft = article.pages[0].draft or Draft(how="")
    if refusal := reason_against(article, draft):
        raise Refused(*refusal)
    verdict = unmask(article, draft, _declared_mirror(article))
    article.mirror_of, article.mirror_confidence = verdict.mirror_of, verdict.confidence
    article.original_url = verdict.original_url
    article.trace += verdict.trace


def judge_repeat(article: Article, seen: Before) -> None:
    """Refuse what was read before; remember what was not."""
    if refusal := seen.reason_against(article):
        raise Refused(*refusal, url=article.url, trace=article.trace)


def _declared_mirror(article: Article) -> str | None:
    """The portal that the page's host is a mirror of, when a site file says so."""
    from newscrawl import sites

    spider = sites.sites().get(article.site or sites.site_of(host_of(article.url)) or "")
    return spider.copies if spider else None


def _repairs(article: Article) -> Repairs | None:
    """What was repaired on the article's pages, and what is still damaged in its fields; None when nothing was."""
    restored = [page.restored for page in article.pages if page.restored and page.restored.family]
    mended = sum(page.mended for page in article.pages)
    left = _left(article, damaged=bool(restored))
    if not (restored or mended or left):
        return None
    counts = Counter({"mojibake": mended} if mended else {})
    for one in restored:
        counts.update(dict(one.steps))
    families = [*dict.fromkeys(one.family for one in restored if one.family), *(["mojibake"] if mended else [])]
    confidence = share_of_certain(sum(counts.values()), len(left))
    return Repairs(family="+".join(families) or "lossy", counts=dict(counts), unresolved=left, confidence=confidence)


def _left(article: Article, *, damaged: bool) -> list[Unresolved]:
    """The spots in the fields people read that are still damaged, or have another reading that is nearly as likely."""
    texts = [("title", article.title), ("subtitle", article.subtitle), ("source", article.source)]
    texts += [(f"body[{number}]", paragraph) for number, paragraph in enumerate(article.body)]
    doubts = [doubt for page in article.pages if page.restored for doubt in _doubts(page.restored)]
    return [
        Unresolved(field=name, start=span.start, seen=span.seen, candidates=list(span.candidates))
        for name, text in texts
        if text
        for span in [*unresolved(text, damaged=damaged), *_doubts_in(text, doubts)]
    ]


def _doubts(restored: Restored) -> list[tuple[str, Span]]:
    """The spots of a page with more than one reading, each with the text it stands in."""
    return [
        (restored.text[max(0, span.start - _AROUND) : span.start], span)
        for span in restored.unresolved
        if span.candidates
    ]


def _doubts_in(text: str, doubts: list[tuple[str, Span]]) -> list[Span]:
    """The spots that stand in a field's text."""
    spans = []
    for before, span in doubts:
        same_line, seen = _LINES.split(before)[-1], _LINES.split(span.seen)[0]
        at = text.find(same_line + seen) if seen else -1
        if at >= 0:
            # a reading may swallow a line end or a tag, and what stands behind that is of another field
            readings = dict.fromkeys(_LINES.split(reading)[0] for reading in span.candidates)
            spans.append(Span(at + len(same_line), seen, tuple(filter(None, readings))))
    return spans


STAGES: tuple[Stage, ...] = (decode, restore, extract, judge)


def run(article: Article) -> Article:
    """Take an article with its pages through all stages. Raises `Refused` and nothing else."""
    for stage in STAGES:
        run_stage(stage, article)
    article.pages = []
    return article
