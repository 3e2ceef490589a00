"""Flattened text into a draft: what archives hold, a line a block, no markup left."""

from __future__ import annotations

import re

from newscrawl.extract import byline
from newscrawl.extract.breadcrumb import is_breadcrumb, split_breadcrumb
from newscrawl.extract.dom import fold
from newscrawl.extract.draft import Draft, Line
from newscrawl.extract.published import parse_time
from newscrawl.judge.junk import kind_of

_SENTENCE = re.compile(r"[。！？!?…]|，.*，|,.*,")
_SUBTITLE = ("——", "--", "──")
_ENDS = ("。", "！", "？", "”", "!", "?")
# Lines looked at above the byline for the headline: portals print a path, a channel and a sub-title there at most.
_ABOVE = 6
# Lines behind the body that are read for editors.
_TAIL = 14
SHORTEST_TITLE = 6
LONGEST_TITLE = 60


def read_flat(text: str) -> Draft:
    """Find headline, byline and body among the lines of a text; a line is a block of the page."""
    texts = [line for raw in text.splitlines() if (line := fold(raw))]
    kinds = [_kind(line) for line in texts]
    head_end = _end_of_head(kinds)
    title_at = _title_at(texts, kinds, head_end)
    start = head_end if title_at is None else max(head_end, title_at + 1)
    end = _end_of_body(texts, kinds, start)
    draft = Draft(how="flattened text")
    if title_at is not None:
        draft.title, draft.title_from = (
            texts[title_at],
            "the line above the byline" if title_at < head_end else "the first line",
        )
    above = texts[: title_at if title_at is not None else head_end]
    draft.breadcrumb = next((split_breadcrumb(line) for line in reversed(above) if is_breadcrumb(line)), [])
    between = range(0 if title_at is None else title_at + 1, start)
    draft.subtitle = next((texts[number] for number in between if texts[number].startswith(_SUBTITLE)), None)
    draft.head = [texts[number] for number in between]
    draft.body = [Line(line) for line in texts[start:end]]
    draft.tail, draft.foot = texts[end : end + _TAIL], texts[end + _TAIL :]
    draft.page_text = text
    # what stands above the headline is the page's, not the article's; junk among it is kept as such
    draft.foot += [line for line in above if not is_breadcrumb(line)]
    return draft


def _kind(line: str) -> str:
    """junk, path, byline, prose or short."""
    if kind_of(line):
        return "junk"
    if is_breadcrumb(line):
        return "path"
    if len(line) <= 80 and not _SENTENCE.search(line) and (byline.parse(line) or _is_time_line(line)):
        return "byline"
    return "prose" if _SENTENCE.search(line) and (len(line) >= 16 or line.endswith(_ENDS)) else "short"


def _is_time_line(line: str) -> bool:
    return len(line) <= 60 and parse_time(line) is not None


def _end_of_head(kinds: list[str]) -> int:
    """The line behind the last byline line of the head: those before the text gets going."""
    end = 0
    prose = 0
    for number, kind in enumerate(kinds):
        if kind == "byline":
            end = number + 1
        prose += kind == "prose"
        if prose >= 2 and end:
            break
        if prose >= 3:
            break
    return end


def _title_at(texts: list[str], kinds: list[str], head_end: int) -> int | None:
    """The headline: the nearest line above the byline that can be one, else the first line of the text that can."""
    first_byline = next((number for number in range(head_end) if kinds[number] == "byline"), None)
    if first_byline is not None:
        for number in range(first_byline - 1, max(-1, first_byline - 1 - _ABOVE), -1):
            if _can_be_title(texts[number], kinds[number]) and not texts[number].startswith(_SUBTITLE):
                return number
    first = next((number for number, kind in enumerate(kinds) if kind in ("prose", "short")), None)
    return first if first is not None and first + 1 < len(texts) and _can_be_title(texts[first], kinds[first]) else None


def _can_be_title(line: str, kind: str) -> bool:
    return (
        kind in ("short", "prose")
        and SHORTEST_TITLE <= len(line) <= LONGEST_TITLE
        and not line.endswith(("。", "；", "，", ","))
    )


def _end_of_body(texts: list[str], kinds: list[str], start: int) -> int:
    """The line behind the last line of prose before the page's foot; the foot begins with two junk lines."""
    end = start
    junk = 0
    for number in range(start, len(texts)):
        junk = junk + 1 if kinds[number] in ("junk", "path") else junk
        if kinds[number] == "prose":
            if junk >= 2:
                break
            end = number + 1
            junk = 0
    return end
