"""The way of the search through a spot, compiled: symbol by symbol, until all readings that are left go on alike."""

from __future__ import annotations

import numpy as np

from newscrawl.decode.restore import likely, steps
from newscrawl.decode.restore.beam import UNPAIRED, WIDTH, bigram, prune, push, trigram_cost
from newscrawl.decode.restore.compiled import compiled
from newscrawl.decode.restore.shapes import (
    ANNOTATION,
    END,
    FIRST,
    KIND,
    LAST,
    LITERAL,
    ODD,
    PRIOR,
    QUOTED,
    READING,
    SECOND,
    Ints,
    Paths,
    Work,
)

# An article has some hundreds of spots of a few dozen characters. A spot that is longer than this is no spot.
LONGEST = 1_500

_ASKED = 0x3F


@compiled
def solve(work: Work, aside: Work, start: int, state: Ints) -> int:
    """Follow the readings of what is seen from `start` on, beginning with the one reading `state`.

    `aside` is `work` with a table of its own behind a symbol, for readings between two symbols that are taken at once.

    Leaves the readings in `work.paths` (the best one first, none when there is none) and returns where they end.
    """
    seen, paths = work.seen, work.paths
    work.history.used[:] = 0
    _clear(paths)
    push(paths, work.history, 0.0, state, 0, 0)
    at, stop = start, min(seen.codes.size, start + LONGEST)
    while at < stop and paths.used[0] > 0:
        _clear(work.after)
        for row in range(paths.used[0]):
            if paths.cost[row] <= work.after.best[0] + WIDTH:
                _read(work, aside, paths.state[row], paths.cost[row], at)
        at = _end_of(work, at)
        _go_on(work)
        if paths.used[0] == 1 and not paths.state[0, ODD] and not (at < stop and seen.marks[at]):
            return at
    if at == seen.codes.size:
        _finish(work)
    return at


@compiled
def _clear(paths: Paths) -> None:
    paths.used[0] = 0
    paths.best[0] = np.inf


@compiled
def _go_on(work: Work) -> None:
    """Make the likely ones of the readings behind a symbol those before the next one."""
    prune(work.after, work.paths)


@compiled
def _finish(work: Work) -> None:
    """At the end of the text, which is the end of a paragraph."""
    model, paths = work.model, work.paths
    _clear(work.after)
    for row in range(paths.used[0]):
        if not paths.state[row, ODD]:
            push(work.after, work.history, paths.cost[row], paths.state[row].copy(), 0, 0)
        elif work.site.drops:
            steps.read_swallowed(work, paths.state[row], paths.cost[row], False, -1)
    _go_on(work)
    _clear(work.after)
    for row in range(paths.used[0]):
        path = paths.state[row]
        cost = trigram_cost(model, bigram(model, path[FIRST], path[SECOND]), path[SECOND], work.chars.newline)
        cost += UNPAIRED if path[QUOTED] else 0.0
        push(work.after, work.history, paths.cost[row] + cost, path.copy(), 0, 0)
    _go_on(work)


@compiled
def _end_of(work: Work, at: int) -> int:
    """Where the symbol at a place ends: an annotation has several characters, and `?` goes with what was cut at."""
    mark = work.seen.marks[at]
    if mark:
        end: int = work.seen.notes[mark - 1, END]
        return end
    return at + 2 if _is_cut(work, at) else at + 1


@compiled
def _is_cut(work: Work, at: int) -> bool:
    seen = work.seen
    if work.site.drops or seen.codes[at] != _ASKED or at + 1 >= seen.codes.size or seen.marks[at + 1]:
        return False
    return bool(work.chars.delimiters[seen.codes[at + 1]])


@compiled
def _read(work: Work, aside: Work, path: Ints, cost: float, at: int) -> None:
    """All that one reading may go on as at the symbol at a place."""
    seen, drops = work.seen, work.site.drops
    code, mark = seen.codes[at], seen.marks[at] - 1
    if mark >= 0 and seen.notes[mark, KIND] == ANNOTATION:
        steps.read_annotation(work, path, cost, seen.notes[mark, READING], mark)
    elif mark >= 0:
        steps.read_lost(work, path, cost, seen.notes[mark, READING])
    elif _is_cut(work, at):
        _read_cut(work, aside, path, cost, at)
    elif code == _ASKED and not drops:
        _read_asked(work, path, cost, at)
    else:
        _read_character(work, path, cost, at)
        if drops:
            _read_dropped(work, aside, path, cost, at)


@compiled
def _read_asked(work: Work, path: Ints, cost: float, at: int) -> None:
    """A `?`: the author's, a folded one, or what a lost byte left, with the ASCII character behind it."""
    seen, end = work.seen, at + 1
    following = seen.codes[end] if end < seen.codes.size else -1
    steps.read_question(work, path, cost)
    steps.read_folded(work, path, cost, _ASKED)
    steps.read_swallowed(work, path, cost, following >= 0 and seen.tags[end] == 1, following)
    steps.read_no_lead(work, path, cost, following)


@compiled
def _full_width(code: int) -> int:
    return 0xA380 + code if code < 0x80 else code


@compiled
def _read_cut(work: Work, aside: Work, path: Ints, cost: float, at: int) -> None:
    """`?！`: a lead byte lost where the mirror cut, or a `?` of another kind before a stop."""
    code = work.seen.codes[at + 1]
    steps.read_cut(work, path, cost, _full_width(code), code)
    _clear(aside.after)
    _read_asked(aside, path, cost, at)
    _go_on_from(work, aside.after, code)


@compiled
def _go_on_from(work: Work, between: Paths, code: int) -> None:
    """Read a symbol behind all readings of the one before it."""
    for row in range(between.used[0]):
        if code == _ASKED and not work.site.drops:
            steps.read_question(work, between.state[row], between.cost[row])
        else:
            steps.read_symbol(work, between.state[row], between.cost[row], code)


@compiled
def _read_character(work: Work, path: Ints, cost: float, at: int) -> None:
    code = work.seen.codes[at]
    if code:
        exclaimed = work.site.drops and not path[ODD] and code in (0x21, 0xA3A1)
        steps.read_symbol(work, path, cost + (work.site.exclaimed if exclaimed else 0.0), code)
    elif not path[ODD]:
        # no character of GBK
        state, unknown = path.copy(), work.chars.ids[0]
        state[PRIOR], state[LAST], state[FIRST], state[SECOND] = 0, 0, state[SECOND], unknown
        push(work.after, work.history, cost + float(work.model.cost1[unknown]), state, LITERAL + at, 0)


@compiled
def _read_dropped(work: Work, aside: Work, path: Ints, cost: float, at: int) -> None:
    """What may have been lost before a character without leaving a trace."""
    code = work.seen.codes[at]
    sure = path[ODD] or _full_width(code) == steps.EXCLAMATION
    if work.chars.delimiters[code] and (sure or likely.is_suspicious(work, at)):
        steps.read_cut(work, path, cost, _full_width(code), code)
    if path[ODD] and code:
        _clear(aside.after)
        steps.read_no_lead(aside, path, cost, code)
        if likely.is_plain(work, at):
            steps.read_swallowed(aside, path, cost, work.seen.tags[at] == 1, code)
        _go_on_from(work, aside.after, code)
