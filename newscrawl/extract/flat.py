"""Flattened text into a draft: what archives hold, a line a block, no markup left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newscrawl.extract import byline
from newscrawl.extract.body import NEAR
from newscrawl.extract.breadcrumb import is_breadcrumb, split_breadcrumb
from newscrawl.extract.dom import MAX_BLOCKS, fold
from newscrawl.extract.draft import Draft, Line
from newscrawl.extract.published import parse_time
from newscrawl.extract.title import letters, strip_site
from newscrawl.judge.junk import kind_of
from newscrawl.refused import Refused

_SENTENCE = re.compile(r"[。！？!?…]|，.*，|,.*,")
_SUBTITLE = ("——", "--", "──")
_ENDS = ("。", "！", "？", "”", "!", "?")
# Lines looked at above the byline for the headline: portals print a path, a channel and a sub-title there at most.
_ABOVE = 6
# Lines above the text that are looked at for the byline, and lines behind it that are read for editors.
_HEAD, _TAIL = 14, 14
# How much a line that is no prose counts against a stretch of text, in characters of prose: what stands between two
# paragraphs is a caption or a heading, what stands below them is a list. One line of prose counts this much at most.
_AGAINST = {"junk": -60.0, "path": -60.0, "byline": -20.0, "short": -15.0}
_LONGEST_PROSE = 200
# So much against a stretch, six lines of a list, and it is over.
_APART = 100.0
# The page's title is the headline and the names of section and site.
_MOST = 0.5
_BARS = re.compile(r"[_|｜]|--")
SHORTEST_TITLE = 6
# ... unless it is all that stands before the first bar.
_NAME = 4
LONGEST_TITLE = 60
# Of the first line, which may be the page's title; patterns of titles are slow on longer ones.
_LONGEST_FIRST = 300


def read_flat(text: str) -> Draft:
    """Find headline, byline and body among the lines of a text; a line is a block of the page.

    Raises `Refused("link_farm")` for thousands of lines.
    """
    texts = [line for raw in text.splitlines() if (line := fold(raw))]
    if len(texts) > MAX_BLOCKS:
        raise Refused("link_farm", f"{len(texts):,} lines of text; an article has hundreds at most")
    kinds = [_kind(line) for line in texts]
    printed = _printed_title(texts)
    start, end = _stretch(texts, kinds, printed[0] if printed else None)
    draft = Draft(how="flattened text")
    draft.title, title_at, draft.title_from = _find_title(texts, kinds, printed, start)
    if title_at is not None and start <= title_at < end:
        start = title_at + 1
    start = _behind_byline(kinds, start, end)
    above = texts[: title_at if title_at is not None else max(0, start - _HEAD)]
    draft.breadcrumb = next((split_breadcrumb(line) for line in reversed(above) if is_breadcrumb(line)), [])
    between = texts[title_at + 1 if title_at is not None else len(above) : start]
    draft.subtitle = next((line for line in between if line.startswith(_SUBTITLE)), None)
    if above and parse_time(above[-1]) and not any(map(parse_time, between)):
        between.append(above.pop())  # some templates print time and source above the headline
    draft.head = between
    draft.body = [Line(line) for line in texts[start:end]]
    draft.tail, draft.foot = texts[end : end + _TAIL], texts[end + _TAIL :]
    draft.page_text = text
    # what stands above the headline is the page's, not the article's; junk among it is kept as such
    draft.foot += [line for line in above if not is_breadcrumb(line)]
    draft.embedded.title = texts[0] if texts and title_at else None
    return draft


def _printed_title(texts: Sequence[str]) -> tuple[int, str] | None:
    """The last line of the headline, and the headline: what the first line, the page's title, holds."""
    if not texts:
        return None
    whole, bare = letters(texts[0]), letters(strip_site(texts[0][:_LONGEST_FIRST]))
    first_part = letters(_BARS.split(texts[0][:_LONGEST_FIRST])[0])
    for number, line in enumerate(texts[1:], start=1):
        part = letters(line)
        begins = len(part) >= SHORTEST_TITLE and whole.startswith(part) and len(part) >= _MOST * len(whole)
        if begins or (len(part) >= _NAME and part in (bare, first_part)):
            return number, line
        two = f"{texts[number - 1]} {line}"
        if number > 1 and part and len(letters(two)) >= SHORTEST_TITLE and letters(two) == bare:
            return number, two
    return None


def _stretch(texts: Sequence[str], kinds: Sequence[str], printed: int | None) -> tuple[int, int]:
    """The article's lines, from and behind: the stretch with the most prose, or, behind a headline that is known, the
    first that has enough of it, though a list further down has more."""
    after = printed + 1 if printed is not None else 0
    found = list(_stretches(texts, kinds, after)) or list(_stretches(texts, kinds, 0))
    best = max((weight for weight, _, _ in found), default=0.0)
    enough = NEAR * best if printed is not None else best
    return next(((start, end) for weight, start, end in found if weight >= enough), (len(texts), len(texts)))


def _stretches(texts: Sequence[str], kinds: Sequence[str], after: int) -> Iterator[tuple[float, int, int]]:
    """(Weight, from, behind) of each run of prose; lines that are none count against it and end it in the end."""
    total, best, begin, end = 0.0, 0.0, after, after
    for number in range(after, len(texts)):
        kind = kinds[number]
        total += min(len(texts[number]), _LONGEST_PROSE) if kind == "prose" else _AGAINST[kind]
        if total > best:
            best, end = total, number + 1
        # what lies this far behind is another article
        if total <= 0 or total < best - _APART:
            if best:
                yield best, begin, end
            total, best, begin = 0.0, 0.0, number + 1
    if best:
        yield best, begin, end


def _behind_byline(kinds: Sequence[str], start: int, end: int) -> int:
    """Where the text begins when a summary stands between headline and byline."""
    for number in range(start, min(end, start + _ABOVE)):
        if kinds[number] == "byline":
            return number + 1
    return start


def _find_title(
    texts: Sequence[str], kinds: Sequence[str], printed: tuple[int, str] | None, start: int
) -> tuple[str | None, int | None, str]:
    """The headline, its line, or the page's own title when no line prints it, and how we know."""
    if printed is not None:
        return printed[1], printed[0], "the line that the first one, the page's title, holds"
    title_at = _title_at(texts, kinds, start)
    if texts and kinds[0] in ("short", "prose") and strip_site(texts[0][:_LONGEST_FIRST]) != texts[0]:
        return strip_site(texts[0][:_LONGEST_FIRST]), title_at or 0, "the first line, without the site's name"
    if title_at is None:
        return None, None, ""
    return texts[title_at], title_at, "the first line" if title_at == 0 else "the line above the byline"


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


def _title_at(texts: Sequence[str], kinds: Sequence[str], start: int) -> int | None:
    """The headline: the nearest line above the byline that can be one, else the first line of the text that can."""
    bylines = [
        number for number in range(max(0, start - _HEAD), min(start + _ABOVE, len(texts))) if kinds[number] == "byline"
    ]
    if bylines:
        for number in range(bylines[0] - 1, max(-1, bylines[0] - 1 - _ABOVE), -1):
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
