"""What is likely to stand where a byte was lost, and what is odd where it stands; compiled."""

from __future__ import annotations

import numpy as np

from newscrawl.decode.restore.beam import bigram, code_cost
from newscrawl.decode.restore.compiled import compiled
from newscrawl.decode.restore.shapes import FIRST, SECOND, STOP, USER_DEFINED, Chars, Ints, Work

# Of the characters that a lost byte may make, so many are followed up, down to this much worse than the likeliest.
FOLLOWED = 12
_WORSE = 6.0

# Costs in nats, beside those of the language model: a character of the site's table without its annotation, and a stop
# behind another one, or at the beginning of a quotation.
_NOT_ANNOTATED = 7.0
NEVER = 7.0
# What a few characters cost, each, that can stand as they are; and those that are looked at with suspicion.
_PLAIN = 8.0
_SUSPICIOUS = 7.5
_DEAR = 11.0
_AHEAD = 4

_WIDE_SPACE = 0xA1A1


@compiled
def character(chars: Chars, code: int) -> bool:
    """Whether two bytes are a character that a text may hold."""
    return bool(chars.ids[code] >= 0)


@compiled
def likeliest(work: Work, path: Ints, byte: int, is_lead: bool, found: Ints) -> int:
    """Fill `found` with the likeliest codes that have a lead byte (or else a trail byte); returns how many."""
    model, chars = work.model, work.chars
    place = bigram(model, path[FIRST], path[SECOND])
    costs = np.full(FOLLOWED, np.inf)
    for other in range(0x40 if is_lead else 0x81, 0xFF):
        code = byte << 8 | other if is_lead else other << 8 | byte
        if not character(chars, code) or code == _WIDE_SPACE or chars.kinds[code] == USER_DEFINED:
            continue
        cost = code_cost(work, place, path[FIRST], path[SECOND], code)
        if work.site.table[code] >= 0:
            cost += _NOT_ANNOTATED
        if chars.kinds[code] == STOP and chars.opens[path[SECOND]]:
            cost += NEVER
        if cost < costs[FOLLOWED - 1]:
            at = FOLLOWED - 1
            while at > 0 and costs[at - 1] > cost:
                costs[at], found[at] = costs[at - 1], found[at - 1]
                at -= 1
            costs[at], found[at] = cost, code
    count = 0
    while count < FOLLOWED and costs[count] < min(costs[0] + _WORSE, np.inf):
        count += 1
    return count


@compiled
def costs_of(work: Work, start: int, end: int) -> tuple[float, float]:
    """The cost of a few symbols as they are, as if they began a text: of all of them, and of the dearest one."""
    first, second, cost, dearest = work.chars.newline, work.chars.newline, 0.0, 0.0
    codes = work.seen.codes
    for at in range(start, end):
        own = code_cost(work, bigram(work.model, first, second), first, second, codes[at])
        cost, dearest = cost + own, max(dearest, own)
        first, second = second, work.chars.ids[codes[at]]
    return cost, dearest


@compiled
def is_plain(work: Work, at: int) -> bool:
    """Whether a few characters may stand in a text as they are."""
    end = min(at + 3, work.seen.codes.size)
    return costs_of(work, at, end)[0] < _PLAIN * (end - at)


@compiled
def is_suspicious(work: Work, at: int) -> bool:
    """Whether a spot may begin at a stop, where a lost byte leaves no trace: what follows it is odd."""
    seen, end = work.seen, at + 1
    while end < min(at + 1 + _AHEAD, seen.codes.size):
        code = seen.codes[end]
        if code in (0x0A, 0x28) or work.chars.delimiters[code]:
            break
        end += 1
    cost, dearest = costs_of(work, at + 1, end)
    return dearest > _DEAR or cost > _SUSPICIOUS * (end - at - 0.5)
