"""What a model of words says about characters: the trigram model of an input method as counts of character n-grams.

SunPinyin's model (open-gram) was counted on modern web text far larger than any text that a package holds. It lists the
chances of words, of words after a word and of words after two words; what is not listed has the chance of the word
alone, by a weight (back-off). Expected counts of characters follow from it: inside words, and across the border of two
words or around a word of one character. Its words are those of the web ("I", "you", exclamations), so each is first
brought to its frequency in news; how words follow each other stays.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from newscrawl.decode.language.ngrams import BITS, Counts, Floats, Keys, add, look_up, runs

FOLDER = "./usr/lib/x86_64-linux-gnu/sunpinyin/data/"

# The file: order and kind of value, the sizes of the levels 0 to 3, tables of chances and back-off weights, the levels.
# All is little-endian; an entry of levels 0 to 2 is three words of 32 bits, of level 3 two:
#   number of the word 18 bits, back-off weight 14 | chance 16, first child's low 16 | (threads) 25, child's high 7
#   number of the word 18 bits, low 14 of the chance | (threads) 25, high 2 of the chance
ORDER = 3
CHANCES, WEIGHTS = 1 << 16, 1 << 14

# Words that end a sentence: the model was counted by sentence and does not know what follows them.
BREAKS = "。！？…"

# A frequency that a word unknown to either list may have, and the farthest that a word is brought.
UNSEEN = 2e-7
FARTHEST = 30.0

# N-grams expected more rarely than this (by word of text) are left to backing off, by order.
LEAST = {1: 0.0, 2: 2e-9, 3: 2e-8}


@dataclass(frozen=True, slots=True)
class WordModel:
    """The model; words are numbered by their place in `words`, "" is any unknown word."""

    words: list[str]
    chance: Floats
    backing: Floats
    """Of each word: the weight of backing off after it."""
    first: Keys
    """The listed pairs: first words, in order."""
    second: Keys
    pair_chance: Floats
    pair: Keys
    """The listed triples: places of their first two words among the pairs."""
    third: Keys
    triple_chance: Floats


def unpack(package: bytes) -> tuple[bytes, bytes]:
    """The model and its lexicon out of the Debian package sunpinyin-data: an ar archive that holds a tar archive."""
    place = len(b"!<arch>\n")
    while not package.startswith(b"data.tar", place):
        # A member has a head of 60 bytes, its size at 48, and begins at an even place.
        place += 60 + -(-int(package[place + 48 : place + 58]) // 2) * 2
    with tarfile.open(fileobj=io.BytesIO(package[place + 60 :])) as files:
        model, lexicon = (files.extractfile(FOLDER + name) for name in ("lm_sc.t3g", "pydict_sc.bin"))
        return model.read(), lexicon.read()  # type: ignore[union-attr]  # both are files in the archive


def read(model: bytes, lexicon: bytes) -> WordModel:
    """Take apart SunPinyin's files lm_sc.t3g and pydict_sc.bin. Raises ValueError when they are of another kind."""
    order, logarithms, *sizes = np.frombuffer(model, "<u4", 3 + ORDER).tolist()
    if order != ORDER or logarithms:
        raise ValueError("the word model is no trigram model of plain chances")
    place = 4 * (3 + ORDER)
    chances = np.frombuffer(model, "<f4", CHANCES, place).astype(np.float64)
    weights = np.frombuffer(model, "<f4", WEIGHTS, place + 4 * CHANCES).astype(np.float64)
    place += 4 * (CHANCES + WEIGHTS)
    levels = []
    for level, size in enumerate(sizes):
        width = 3 if level < ORDER else 2
        levels.append(np.frombuffer(model, "<u4", width * size, place).reshape(size, width).astype(np.int64))
        place += 4 * width * size
    # The last entry of a level is its end, not a word.
    singles, pairs, triples = (level[:-1] for level in levels[1:])
    numbers = singles[:, 0] & 0x3FFFF
    return WordModel(
        words=_words(lexicon, numbers),
        chance=chances[singles[:, 1] & 0xFFFF],
        backing=weights[singles[:, 0] >> 18],
        first=_parents(singles, len(pairs)),
        second=np.searchsorted(numbers, pairs[:, 0] & 0x3FFFF),
        pair_chance=chances[pairs[:, 1] & 0xFFFF],
        pair=_parents(pairs, len(triples)),
        third=np.searchsorted(numbers, triples[:, 0] & 0x3FFFF),
        triple_chance=chances[(triples[:, 1] >> 25 & 3) << 14 | triples[:, 0] >> 18],
    )


def _parents(entries: Keys, children: int) -> Keys:
    """The parent of each child, by the parents' first children."""
    starts = (entries[:, 2] >> 25 & 0x7F) << 16 | entries[:, 1] >> 16
    return np.searchsorted(starts, np.arange(children), side="right") - 1


def _words(lexicon: bytes, numbers: Keys) -> list[str]:
    count, _nodes, strings = np.frombuffer(lexicon, "<u4", 3).tolist()
    words = lexicon[strings:].decode("utf-32-le").split("\0")[:count]
    return [words[number] for number in numbers]


def adapt(model: WordModel, frequencies: Mapping[str, float]) -> WordModel:
    """Bring the words to these frequencies (by any unit), anywhere and after each word; marks stay as they are."""
    wanted = np.array([frequencies.get(word, 0.0) for word in model.words])
    words = np.array([bool(word) and all("\u4e00" <= char <= "\u9fff" for char in word) for word in model.words])
    share = model.chance[words].sum()
    ratio = (wanted / wanted[words].sum() + UNSEEN) / (model.chance / share + UNSEEN)
    factor = np.where(words, np.clip(ratio, 1 / FARTHEST, FARTHEST), 1.0)
    factor[words] *= share / (model.chance * factor)[words].sum()
    size = len(model.words)
    # What all words together have after each word by these factors: divided by it, they have 1 again.
    listed = np.bincount(model.first, model.pair_chance * factor[model.second], size)
    covered = np.bincount(model.first, (model.chance * factor)[model.second], size)
    whole = np.maximum(listed + model.backing * (1 - covered), 1e-3)
    triples = model.triple_chance * factor[model.third] / whole[model.second[model.pair]]
    return replace(
        model,
        chance=model.chance * factor,
        backing=model.backing / whole,
        pair_chance=model.pair_chance * factor[model.second] / whole[model.first],
        triple_chance=np.minimum(triples, 1.0),
    )


class _Characters:
    """The words of a model by their ids of characters; a word with a character that has no id is left out."""

    def __init__(self, model: WordModel, ids: Mapping[str, int]) -> None:
        lengths = np.array([len(word) if all(char in ids for char in word) else 0 for word in model.words])
        self.known = lengths > 0
        self.single = lengths == 1
        self.goes_on = self.known & np.array([word not in BREAKS for word in model.words])
        self.size = max(ids.values()) + 1
        self.first, self.last, self.first_two, self.last_two = np.full((4, len(lengths)), -1)
        self.inside: list[list[Counts]] = [[], [], []]
        for length in range(1, int(lengths.max()) + 1):
            places = np.flatnonzero(lengths == length)
            matrix = np.array([[ids[char] for char in model.words[place]] for place in places], np.int64)
            matrix = matrix.reshape(len(places), length)
            self.first[places], self.last[places] = matrix[:, 0], matrix[:, -1]
            if length > 1:
                self.first_two[places], self.last_two[places] = (runs(matrix, 2)[:, at] for at in (0, -1))
            for order in range(1, min(length, 3) + 1):
                columns = runs(matrix, order)
                self.inside[order - 1] += [
                    Counts(columns[:, at], model.chance[places]) for at in range(columns.shape[1])
                ]


def _sums(keys: Keys, values: Floats) -> Counts:
    """Add up the values of equal keys; without those of no key (-1)."""
    chosen = keys >= 0
    return add([Counts(keys[chosen], values[chosen])])


def _products(left: Counts, right: Counts, width: int, least: float) -> Counts:
    """Every key of `left` before every key of `right` (of so many ids) whose counts' product reaches `least`."""
    left, right = (
        Counts(part.keys[order], part.counts[order])
        for part in (left, right)
        for order in [np.argsort(-part.counts, kind="stable")]
    )
    numbers = np.searchsorted(-right.counts, -least / np.maximum(left.counts, 1e-300), side="right")
    rows = np.repeat(np.arange(len(numbers)), numbers)
    columns = np.arange(len(rows)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    return Counts(left.keys[rows] << BITS * width | right.keys[columns], left.counts[rows] * right.counts[columns])


def count(model: WordModel, ids: Mapping[str, int], words: float) -> tuple[list[Counts], dict[int, Counts]]:
    """Expected counts in a text of so many words of the n-grams of characters, by order from 1 to 3.

    `ids` are the ids of the characters to count. Also gives, for the orders 2 and 3, the contexts with the weight of
    what follows them that is not among the counts.
    """
    chars = _Characters(model, ids)
    counts: list[Counts] = []
    rests: dict[int, Counts] = {}
    seen = [add(chars.inside[0]), *_borders(model, chars)]
    for order, every in enumerate(seen, 1):
        kept = every.counts > LEAST[order]
        counts.append(Counts(every.keys[kept], every.counts[kept] * words))
        if order > 1:
            contexts = counts[-2]
            ends = [ids[mark] for mark in BREAKS if mark in ids]
            open_ended = ~np.isin(contexts.keys & ((1 << BITS) - 1), ends)
            listed = _sums(counts[-1].keys >> BITS, counts[-1].counts)
            left = contexts.counts - look_up(listed.keys, contexts.keys, listed.counts, 0.0)
            rests[order] = Counts(contexts.keys[open_ended], np.maximum(left[open_ended], 0.0))
    return counts, rests


def _borders(model: WordModel, chars: _Characters) -> list[Counts]:
    """The pairs and triples of characters, inside words and across their borders."""
    listed = chars.goes_on[model.first] & chars.known[model.second]
    first, second = model.first[listed], model.second[listed]
    going = np.where(chars.goes_on, model.chance * model.backing, 0.0)
    # A listed pair's chance beyond what the product of its words' chances, counted for all pairs, already gives it.
    beyond = model.chance[first] * model.pair_chance[listed] - going[first] * model.chance[second]
    ending, starting = _sums(chars.last, going), _sums(chars.first, model.chance)
    ending_two, starting_two = _sums(chars.last_two, going), _sums(chars.first_two, model.chance)
    pairs = [
        *chars.inside[1],
        Counts(chars.last[first] << BITS | chars.first[second], beyond),
        _products(ending, starting, 1, LEAST[2]),
    ]
    triples = [
        *chars.inside[2],
        _joined(chars.last_two[first], chars.first[second], 1, beyond),
        _joined(chars.last[first], chars.first_two[second], 2, beyond),
        _products(ending_two, starting, 1, LEAST[3] / 2),
        _products(ending, starting_two, 2, LEAST[3] / 2),
        *_around(model, chars, first, second, beyond),
        _listed_around(model, chars),
    ]
    return [add(pairs), add(triples)]


def _joined(left: Keys, right: Keys, width: int, counts: Floats) -> Counts:
    """Keys of `left` before keys of `right` of so many ids, where there are both (not -1)."""
    chosen = (left >= 0) & (right >= 0)
    return Counts(left[chosen] << BITS * width | right[chosen], counts[chosen])


def _around(model: WordModel, chars: _Characters, first: Keys, second: Keys, beyond: Floats) -> Iterable[Counts]:
    """Triples of the last character of a word, a word of one character and the first character of a word."""
    going = np.where(chars.goes_on, model.chance * model.backing, 0.0)
    ending = np.bincount(chars.last[chars.known], going[chars.known], chars.size)
    starting = np.bincount(chars.first[chars.known], model.chance[chars.known], chars.size)
    by_second = np.argsort(second, kind="stable")
    for middle in np.flatnonzero(chars.single & chars.goes_on & (model.chance > LEAST[3])):
        start, end = np.searchsorted(second, (middle, middle + 1), sorter=by_second)
        places = by_second[start:end]
        before = ending * model.chance[middle] + np.bincount(chars.last[first[places]], beyond[places], chars.size)
        places = np.arange(*np.searchsorted(first, (middle, middle + 1)))
        after = starting * model.backing[middle]
        after += np.bincount(chars.first[second[places]], beyond[places] / model.chance[middle], chars.size)
        middle_id = chars.first[middle]
        left, right = (
            Counts(chosen, part[chosen]) for part in (before, after) for chosen in [np.flatnonzero(part > 0)]
        )
        yield _products(left, Counts(middle_id << BITS | right.keys, right.counts), 2, LEAST[3] / 2)


def _listed_around(model: WordModel, chars: _Characters) -> Counts:
    """What listed triples of words around a word of one character have beyond what its pairs give them."""
    before, middle = model.first[model.pair], model.second[model.pair]
    chosen = chars.goes_on[before] & chars.single[middle] & chars.goes_on[middle] & chars.known[model.third]
    pair, before, middle, third = (part[chosen] for part in (model.pair, before, middle, model.third))
    size = len(model.words)
    backed = look_up(model.first * size + model.second, middle * size + third, model.pair_chance, -1.0)
    backed = np.where(backed < 0, model.backing[middle] * model.chance[third], backed)
    chance = model.triple_chance[chosen] - backed
    keys = (chars.last[before] << BITS | chars.first[middle]) << BITS | chars.first[third]
    return Counts(keys, model.chance[before] * model.pair_chance[pair] * chance)
