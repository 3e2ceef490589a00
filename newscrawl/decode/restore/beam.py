"""The inner loop of the decoder, compiled: what readings cost, and which are kept.

A reader in step is even: it stands between two characters. Out of step it is odd: it has taken the first byte of a
character (`last`) for the second one of another. `steps` says what each symbol may stand for.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from newscrawl.decode.language import BLOCK
from newscrawl.decode.restore.compiled import compiled
from newscrawl.decode.restore.shapes import IDS, KEPT, NODE, QUOTED, SPACE, TAG, History, Ints, Model, Paths, Seen, Work

# What a reading may cost more than the best one at the same place, in nats, before it is given up.
WIDTH = 10.0
# Closer than this to the next best reading (90 to 1), a spot is given with both.
_MARGIN = 4.5

# What differs further back than so many symbols was asked about before.
_LOOKED_BACK = 64

# Costs in nats, beside those of the language model. A space, which the model does not know:
_SPACE = 4.0
# A line end behind another one: the model has seen none.
_EMPTY_LINE = 0.7
# A ” without its “, a “ within a quotation, a paragraph that ends within one; where one is open, a ” is likelier than
# the model knows.
UNPAIRED = 3.0
_WITHIN = 1.5
_CLOSING = -1.2
# ’ is rarer than the model thinks: web texts quote with “”.
_INNER = 2.0

# How far what followed a context in this text is believed against the model: up to `_MOST` of the probability, half of
# that once the context was seen so many times. Set on modern news pages with a fourteenth of their characters blanked,
# flat from half to twice these values; there the right one of all characters that share a lead byte comes first 89
# times of 100 with it, 84 times without.
_MOST = 0.3
_HALF_OF_ONE = 10.0
_HALF_OF_TWO = 1.0

_OPEN, _CLOSE, _CLOSE_INNER = 0xA1B0, 0xA1B1, 0xA1AF


@compiled
def _find(values: npt.NDArray[np.uint16], wanted: int, start: int, end: int) -> int:
    """The place of a value in a sorted part of an array, or -1."""
    while start < end:
        middle = (start + end) // 2
        if values[middle] < wanted:
            start = middle + 1
        elif values[middle] > wanted:
            end = middle
        else:
            return middle
    return -1


@compiled
def place_of(values: Ints, wanted: int, start: int, end: int) -> int:
    """The first place in a sorted part of an array whose value is not below `wanted`."""
    while start < end:
        middle = (start + end) // 2
        if values[middle] < wanted:
            start = middle + 1
        else:
            end = middle
    return start


@compiled
def bigram(model: Model, first: int, second: int) -> int:
    """The place of a bigram in the model, or -1."""
    return _find(model.last2, second, int(np.int64(model.start2[first])), int(np.int64(model.start2[first + 1])))


@compiled
def trigram_cost(model: Model, place: int, second: int, third: int) -> float:
    """The cost of an id after the bigram at `place` (-1 when the model has none), whose last id is `second`."""
    cost = 0.0
    if place >= 0:
        start = int(np.int64(model.block3[place // BLOCK])) + int(np.int64(model.offset3[place]))
        end = int(np.int64(model.block3[(place + 1) // BLOCK])) + int(np.int64(model.offset3[place + 1]))
        found = _find(model.last3, third, start, end)
        if found >= 0:
            return float(model.book3[model.cost3[found]])
        cost = float(model.book_back[model.back2[place]])
    place = bigram(model, second, third)
    if place >= 0:
        return cost + float(model.book2[model.cost2[place]])
    return cost + float(model.back1[second]) + float(model.cost1[third])


@compiled
def code_cost(work: Work, place: int, first: int, second: int, code: int) -> float:
    """The cost of a code after two ids, the bigram at `place`, with what it costs beside the model."""
    chars = work.chars
    if chars.kinds[code] == SPACE:
        return _SPACE
    if chars.ids[code] == second == chars.newline:
        return _EMPTY_LINE
    cost = trigram_cost(work.model, place, second, chars.ids[code])
    return adapted(work.seen, cost, first, second, chars.ids[code]) + np.float64(chars.extra[code])


@compiled
def adapted(seen: Seen, cost: float, first: int, second: int, third: int) -> float:
    """The cost of an id in this text: what it has said, it says again."""
    total = seen.totals[second]
    if total == 0:
        return cost
    chance = math.exp(-cost)
    share = _MOST * total / (total + _HALF_OF_ONE)
    chance += share * (_count(seen.pairs, second * IDS + third) / total - chance)
    total = _count(seen.pairs, first * IDS + second)
    if total:
        share = _MOST * total / (total + _HALF_OF_TWO)
        chance += share * (_count(seen.triples, (first * IDS + second) * IDS + third) / total - chance)
    return -math.log(chance)


@compiled
def _count(known: Ints, wanted: int) -> int:
    place = place_of(known[0], wanted, 0, known.shape[1])
    return known[1, place] if place < known.shape[1] and known[0, place] == wanted else 0


@compiled
def push(paths: Paths, history: History, cost: float, state: Ints, first: int, second: int) -> None:
    """Add a reading: `state`, with the node it comes from, behind which it emits two symbols, 0 being none."""
    for emitted in range(2):
        symbol = second if emitted else first
        if symbol == _OPEN:
            cost += _WITHIN * state[QUOTED]
            state[QUOTED] = min(2, state[QUOTED] + 1)
        elif symbol == _CLOSE:
            cost += _CLOSING if state[QUOTED] else UNPAIRED
            state[QUOTED] = max(0, state[QUOTED] - 1)
        elif symbol == _CLOSE_INNER:
            cost += _INNER
        elif symbol in (10, TAG):
            cost += UNPAIRED if state[QUOTED] else 0.0
            state[QUOTED] = 0
    if cost > paths.best[0] + WIDTH or history.used[0] >= history.nodes.shape[0]:
        return
    node = history.used[0]
    history.used[0] += 1
    history.nodes[node, 0], history.nodes[node, 1], history.nodes[node, 2] = state[NODE], first, second
    state[NODE] = node
    row = _row_alike(paths, state)
    if row == paths.used[0]:
        if row == paths.cost.size:
            return
        paths.used[0] += 1
    else:
        other = paths.state[row, NODE]
        if abs(cost - paths.cost[row]) < _MARGIN and not _same_text(history, node, other):
            _doubt(history, node if cost < paths.cost[row] else other, other if cost < paths.cost[row] else node)
        if cost >= paths.cost[row]:
            return
    paths.cost[row] = cost
    for column in range(NODE + 1):
        paths.state[row, column] = state[column]
    paths.best[0] = min(paths.best[0], cost)


@compiled
def _row_alike(paths: Paths, state: Ints) -> int:
    """The row of the path that goes on as `state` does, or the next free one."""
    for row in range(paths.used[0]):
        for column in range(NODE):
            if paths.state[row, column] != state[column]:
                break
        else:
            return row
    return int(paths.used[0])


@compiled
def _same_text(history: History, one: int, other: int) -> bool:
    """Whether two nodes stand for the same text, when the nodes before them emit alike."""
    nodes, steps = history.nodes, 0
    while one != other and steps < _LOOKED_BACK:
        if one < 0 or other < 0 or nodes[one, 1] != nodes[other, 1] or nodes[one, 2] != nodes[other, 2]:
            return False
        one, other, steps = nodes[one, 0], nodes[other, 0], steps + 1
    return True


@compiled
def _doubt(history: History, better: int, rival: int) -> None:
    if history.used[1] < history.doubts.shape[0]:
        history.doubts[history.used[1], 0], history.doubts[history.used[1], 1] = better, rival
        history.used[1] += 1


@compiled
def prune(paths: Paths, kept: Paths) -> None:
    """Copy the likely paths, the best first, from one table to another."""
    kept.used[0], kept.best[0] = 0, paths.best[0]
    for row in range(paths.used[0]):
        cost = paths.cost[row]
        if cost > paths.best[0] + WIDTH:
            continue
        at = min(kept.used[0], KEPT - 1)
        if at == KEPT - 1 and kept.used[0] == KEPT and kept.cost[at] <= cost:
            continue
        while at > 0 and kept.cost[at - 1] > cost:
            _copy(kept, at - 1, kept, at)
            at -= 1
        _copy(paths, row, kept, at)
        kept.used[0] = min(kept.used[0] + 1, KEPT)


@compiled
def _copy(source: Paths, row: int, target: Paths, to: int) -> None:
    target.cost[to] = source.cost[row]
    for column in range(NODE + 1):
        target.state[to, column] = source.state[row, column]
