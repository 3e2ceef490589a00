"""What each symbol of a damaged text may stand for, compiled: from every reading so far to those it can go on as.

The byte that a lost `?` stood for is any that makes a character; how likely that one is where it stands, the language
model says. The names `paths` and `after` are the readings before a symbol and behind it.
"""

from __future__ import annotations

import numpy as np

from newscrawl.decode.restore.beam import bigram, code_cost, place_of, push
from newscrawl.decode.restore.compiled import compiled
from newscrawl.decode.restore.likely import FOLLOWED, NEVER, character, likeliest
from newscrawl.decode.restore.shapes import (
    FIRST,
    LAST,
    ODD,
    PRIOR,
    SECOND,
    SPACE,
    STOP,
    TAG,
    UNKNOWN_DIGIT,
    Chars,
    Ints,
    Site,
    Work,
)

# Costs in nats, beside those of the language model. What the map would have changed should not be there (1 in 150) ...
NOT_MAPPED = 5.0
# ... nor an annotation that the site is not known for.
_SIGHTED_ELSEWHERE = 1.0
_NEW_IN_TABLE = 3.0
_NOT_TRADITIONAL = 6.0
# An author's own bracket: 翟(zhái).
_OF_AUTHOR = 8.0
# A ? of the author, and one that stands for a sign without a code.
_QUESTION = 1.0
_SIGN = 6.0
# A lost byte is no everyday event, the less so where it leaves no trace and no other was seen.
LOST_BYTE = 0.5
UNLIKELY_LOST = 1.5
# The model has read reviews, too; in news ！ is rarer. It counts where a lost byte leaves nothing but the ！ behind it.
EXCLAIMED = 0.5
UNLIKELY_EXCLAIMED = 2.0
# A space that went with a lost byte, or a digit before no other: a line end stands behind most quotations.
_NO_LINE_END = 3.5
# A cut at another delimiter than ！: fewer sites do it.
_RARE_CUT = 2.0
# What is cut in two is nearly always a full stop before a quotation mark: more often than two characters tell.
_USUAL_CUT = -1.5

_FULL_STOP, EXCLAMATION, _QUESTION_MARK, _CLOSING_BRACKET = 0xA1A3, 0xA3A1, 0xA3BF, 0x29


@compiled
def _read_as(symbol: int) -> int:
    """The code by which the language model knows a symbol."""
    if symbol == UNKNOWN_DIGIT:
        return 0x30
    return 0x0A if symbol == TAG else symbol


@compiled
def advance(  # noqa: PLR0913, PLR0917 - compiled code takes no tuples of mixed numbers
    work: Work, path: Ints, cost: float, first: int, second: int, odd: int, prior: int, last: int
) -> None:
    """Add the reading that `path` goes on as when it emits two symbols (0: none) and then stands on two bytes."""
    model, chars, state = work.model, work.chars, path.copy()
    for emitted in range(2):
        symbol = second if emitted else first
        if symbol == 0:
            continue
        code = _read_as(symbol)
        if not character(chars, code):
            return
        cost += code_cost(work, bigram(model, state[FIRST], state[SECOND]), state[FIRST], state[SECOND], code)
        if chars.kinds[code] == SPACE:
            continue
        if chars.kinds[code] == STOP and chars.opens[state[SECOND]]:
            cost += NEVER
        state[FIRST], state[SECOND] = state[SECOND], chars.ids[code]
    state[ODD], state[PRIOR], state[LAST] = odd, prior, last
    push(work.after, work.history, cost, state, first, second)


@compiled
def read_code(work: Work, path: Ints, cost: float, code: int) -> None:
    """A character beyond ASCII, as it is or read one byte off."""
    lead, trail = code >> 8, code & 0xFF
    if not path[ODD]:
        advance(work, path, cost, code, 0, 0, lead, trail)
        return
    before = path[LAST] << 8 | lead
    if trail > 0x80:
        advance(work, path, cost, before, 0, 1, lead, trail)
    elif trail < 0x80:
        # a letter was taken for the second byte of a character
        advance(work, path, cost, before, trail, 0, lead, trail)


@compiled
def read_ascii(work: Work, path: Ints, cost: float, code: int) -> None:
    """An ASCII character: itself, a trail byte, or a full-width one that was folded afterwards."""
    if not path[ODD]:
        advance(work, path, cost, code, 0, 0, path[LAST], code)
        return
    if code >= 0x40:
        advance(work, path, cost, path[LAST] << 8 | code, 0, 0, path[LAST], code)
    read_folded(work, path, cost, code)


@compiled
def read_folded(work: Work, path: Ints, cost: float, code: int) -> None:
    """A full-width character that was read one byte off, and folded afterwards."""
    if path[ODD] and work.site.folded and 0x20 < code < 0x7F:
        advance(work, path, cost, path[LAST] << 8 | 0xA3, 0, 1, 0xA3, code | 0x80)


@compiled
def read_symbol(work: Work, path: Ints, cost: float, code: int) -> None:
    """Any character that GBK has."""
    if code > 0xFF:
        read_code(work, path, cost, code)
    else:
        read_ascii(work, path, cost, code)


@compiled
def annotation_cost(chars: Chars, site: Site, code: int, reading: int) -> float:
    """What it costs that a site annotated a code with a reading; negative when it cannot be read so."""
    if site.table[code] == reading:
        return 0.0
    start, end = chars.reading_start[reading], chars.reading_start[reading + 1]
    place = place_of(chars.reading_codes, code, start, end)
    if place == end or chars.reading_codes[place] != code:
        return -1.0
    if chars.sighted[code] == reading:
        return _SIGHTED_ELSEWHERE
    return _NEW_IN_TABLE if chars.mapped[code] == 1 else _NOT_TRADITIONAL


@compiled
def read_annotation(work: Work, path: Ints, cost: float, reading: int, place: int) -> None:
    """An annotation in its brackets: of the last two bytes, whichever characters they belong to; or an author's."""
    code = path[PRIOR] << 8 | path[LAST]
    own = annotation_cost(work.chars, work.site, code, reading) if reading >= 0 and code > 0xFF else -1.0
    if own >= 0.0:
        push(work.after, work.history, cost + own, path.copy(), 0, 0)
    if not path[ODD]:
        state = path.copy()
        state[PRIOR], state[LAST] = 0, _CLOSING_BRACKET
        push(work.after, work.history, cost + _OF_AUTHOR, state, -place - 1, 0)


@compiled
def read_lost(work: Work, path: Ints, cost: float, reading: int) -> None:
    """`?qǐng)`: the lost byte makes a character of that reading with the byte before it."""
    chars, lead = work.chars, path[LAST]
    if reading < 0 or lead < 0x81:
        return
    start, end = chars.reading_start[reading], chars.reading_start[reading + 1]
    at = place_of(chars.reading_codes, lead << 8, start, end)
    while at < end and chars.reading_codes[at] >> 8 == lead:
        code = chars.reading_codes[at]
        at += 1
        own = cost + annotation_cost(work.chars, work.site, code, reading)
        if chars.mapped[code] == 2:
            continue
        if path[ODD]:
            advance(work, path, own, code, 0, 0, lead, code & 0xFF)
        elif code & 0xFF > 0x80:
            state = path.copy()
            state[ODD], state[PRIOR], state[LAST] = 1, lead, code & 0xFF
            push(work.after, work.history, own, state, 0, 0)


@compiled
def read_question(work: Work, path: Ints, cost: float) -> None:
    """A `?` of the author's, or one that stands for a sign without a code."""
    if path[ODD]:
        return
    model, chars, state = work.model, work.chars, path.copy()
    asked = (
        code_cost(work, bigram(model, path[FIRST], path[SECOND]), path[FIRST], path[SECOND], _QUESTION_MARK) + _QUESTION
    )
    if path[LAST] == 0x3F:
        asked = min(asked, _QUESTION)  # ???
    state[PRIOR], state[LAST] = 0, 0x3F
    state[FIRST], state[SECOND] = state[SECOND], chars.ids[_QUESTION_MARK]
    push(work.after, work.history, cost + min(asked, _SIGN), state, 0x3F, 0)


@compiled
def read_cut(work: Work, path: Ints, cost: float, delimiter: int, seen: int) -> None:
    """A lead byte lost where the mirror cut: in the middle of a character, or behind one that is read one off."""
    found = np.zeros(FOLLOWED, np.int64)
    lead, trail = delimiter >> 8, delimiter & 0xFF
    cost += work.site.lost + (0.0 if delimiter == EXCLAMATION else _RARE_CUT)
    if path[ODD]:
        for at in range(likeliest(work, path, path[LAST], True, found)):
            advance(work, path, cost, found[at], seen, 0, lead, trail)
    else:
        for at in range(likeliest(work, path, lead, False, found)):
            usual = _USUAL_CUT if found[at] == _FULL_STOP and delimiter == EXCLAMATION else 0.0
            advance(work, path, cost + usual, found[at], 0, 1, lead, trail)


@compiled
def read_swallowed(work: Work, path: Ints, cost: float, is_tag: bool, following: int) -> None:
    """A lead byte lost with the ASCII character behind it, which nobody can see any more.

    `following` is the code that stands behind it now, -1 at the end of the text.
    """
    if not path[ODD]:
        return
    found = np.zeros(FOLLOWED, np.int64)
    for at in range(likeliest(work, path, path[LAST], True, found)):
        if following < 0:
            advance(
                work,
                path,
                cost + work.site.lost,
                found[at],
                0,
                0,
                found[at] >> 8,
                found[at] & 0xFF,
            )
        elif is_tag:
            advance(work, path, cost + work.site.lost, found[at], TAG, 0, 0, 0x3C)
        else:
            for gone in (0x0A, 0x20, UNKNOWN_DIGIT):
                sure = gone == 0x0A or (gone == UNKNOWN_DIGIT and 0x30 <= following <= 0x39)
                own = cost + work.site.lost + (0.0 if sure else _NO_LINE_END)
                advance(work, path, own, found[at], gone, 0, 0, gone & 0xFF)


@compiled
def read_no_lead(work: Work, path: Ints, cost: float, following: int) -> None:
    """The reader takes the trail byte 80 (還 is DF 80) for a lead byte, and swallows whatever stands behind it."""
    code = path[LAST] << 8 | 0x80
    if not path[ODD] or not character(work.chars, code) or work.chars.mapped[code] == 2:
        return
    advance(work, path, cost + work.site.lost, code, 0, 0, path[LAST], 0x80)
    trail = following >> 8 if following > 0xFF else following
    if trail < 0x40:
        return
    behind = path.copy()
    behind[FIRST], behind[SECOND] = path[SECOND], work.chars.ids[code]
    found = np.zeros(FOLLOWED, np.int64)
    for at in range(likeliest(work, behind, trail, False, found)):
        advance(work, path, cost + 2 * work.site.lost, code, 0, 1, 0x80, found[at] >> 8)
