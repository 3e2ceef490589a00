"""The tables that the compiled search works on.

A character is known by its `code`: its two bytes in GBK as one number; ASCII has its own. The language model knows the
simplified character of a code by its `id`.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

Table = TypeVar("Table", bound=NamedTuple)
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ODD, PRIOR, LAST, FIRST, SECOND, QUOTED, NODE = range(7)
"""The columns of `Paths.state`."""
STOP, SPACE, USER_DEFINED = 1, 3, 4
"""Kinds of codes."""
ANNOTATION, LOST = 1, 2
"""Kinds of marks."""
KIND, READING, BEGIN, END = range(4)
"""The columns of `Seen.notes`."""
UNKNOWN_DIGIT = 0x10000
"""The symbol of a digit that was swallowed."""
TAG = 0x10001
"""The symbol of the < of a tag that was swallowed; it ends a line."""
LITERAL = 0x20000
"""From here on, a symbol is a character of the text seen, by its place."""

IDS = 1 << 14
"""More than the language model has."""
KEPT = 32
_NODES = 200_000
_DOUBTS = 512


class Model(NamedTuple):
    """The language model: the sections of its file (see `language.SECTIONS`)."""

    cost1: npt.NDArray[np.float32]
    back1: npt.NDArray[np.float32]
    start2: npt.NDArray[np.uint32]
    last2: npt.NDArray[np.uint16]
    cost2: npt.NDArray[np.uint8]
    back2: npt.NDArray[np.uint8]
    block3: npt.NDArray[np.uint32]
    offset3: npt.NDArray[np.uint16]
    last3: npt.NDArray[np.uint16]
    cost3: npt.NDArray[np.uint8]
    book2: npt.NDArray[np.float32]
    book_back: npt.NDArray[np.float32]
    book3: npt.NDArray[np.float32]


class Chars(NamedTuple):
    """What is known of each code, and what the language model makes of it."""

    ids: Ints
    """The id of the simplified character; -1 where there is no character."""
    extra: npt.NDArray[np.float32]
    """What it costs beside the model."""
    kinds: npt.NDArray[np.uint8]
    """STOP, SPACE, USER_DEFINED or 0."""
    mapped: npt.NDArray[np.uint8]
    """1 for a traditional character, 2 for one that the map would have changed."""
    delimiters: npt.NDArray[np.uint8]
    """1 for what a mirror may cut at."""
    sighted: Ints
    """The reading (its number) that mirrors were seen to annotate it with, or -1."""
    opens: npt.NDArray[np.uint8]
    """By id: 1 for what a stop cannot follow: another one, an opening mark, a line end."""
    reading_start: Ints
    reading_codes: Ints
    """The codes that can be read as each reading are a sorted part of `reading_codes`."""
    newline: int
    """The id of a line end."""


class Paths(NamedTuple):
    """The readings at one place, one in each row."""

    cost: Floats
    state: Ints
    """odd, prior, last (the last two bytes), the ids of the last two characters, the open quotations, the node."""
    used: Ints
    """How many rows are used."""
    best: Floats
    """The lowest cost."""


class History(NamedTuple):
    """How the readings came about: a tree of nodes, each with the one before it and up to two symbols."""

    nodes: Ints
    doubts: Ints
    """Pairs of nodes that went on alike and cost nearly the same: the better one, and its rival."""
    used: Ints
    """How many nodes and doubts are used."""


class Site(NamedTuple):
    """What is known of the channel of one mirror."""

    table: Ints
    """The reading that it annotates a code with, or -1."""
    folded: bool
    drops: bool
    lost: float
    """What a lost byte costs: little where the site is known to lose some."""
    exclaimed: float
    """What a ！ costs that nothing was lost before."""


class Seen(NamedTuple):
    """A damaged text."""

    codes: Ints
    """The code of each character; 0 for one that GBK does not have."""
    marks: Ints
    """For each character, 0 or 1 + the number of the mark that begins there."""
    notes: Ints
    """Of each mark, in a row: KIND (ANNOTATION in its brackets, or LOST, of which the bracket went with the lost byte),
    READING (-1 for what is no reading of any character), BEGIN and END in the text."""
    tags: npt.NDArray[np.uint8]
    """1 where the rest of a tag stands whose < may have been swallowed."""
    pairs: Ints
    triples: Ints
    """The sound part of the text: its pairs and triples of ids as numbers (`pair_of`), sorted, in row 0, and how often
    each comes in row 1."""
    totals: Ints
    """By id: how many pairs begin with it."""


class Work(NamedTuple):
    """All that the steps need: what they go by, and where they put the readings they find."""

    model: Model
    chars: Chars
    site: Site
    seen: Seen
    paths: Paths
    """The readings before a symbol ..."""
    after: Paths
    """... and behind it."""
    history: History


def packed(table: Table) -> Table:
    """A table in one piece of memory, a record of NumPy: the compiled search takes it as one argument, not as many."""
    columns = {name: np.asarray(column) for name, column in table._asdict().items()}
    fields = np.dtype([(name, column.dtype, column.shape) for name, column in columns.items()], align=True)
    record = np.zeros(1, np.dtype((np.record, fields)))
    for name, column in columns.items():
        record[name][0] = column
    return cast(Table, record[0])


def new_paths() -> Paths:
    """An empty table of paths."""
    rows = 4 * KEPT
    return packed(Paths(np.zeros(rows), np.zeros((rows, 7), np.int64), np.zeros(1, np.int64), np.zeros(1)))


def new_history() -> History:
    """An empty history."""
    nodes, doubts = np.zeros((_NODES, 3), np.int64), np.zeros((_DOUBTS, 2), np.int64)
    return packed(History(nodes, doubts, np.zeros(2, np.int64)))
