"""Count the language model: `python -m newscrawl.decode.language.build [FOLDER]` writes language.bin anew.

The packages of `language_sources` are fetched (into FOLDER, to be kept, or a temporary one); the same packages give the
same file, byte for byte. Only counts of runs of up to three characters are kept, no text.

The texts give n-grams with what follows a word; the words give the n-grams inside them and, at their ends, the weight
of what is not known to follow; the word model gives both (`word_model`). All are added up by weight, smoothed by
absolute discounts and interpolated as in modified Kneser-Ney (Chen and Goodman 1999), then the n-grams that say little
more than shorter ones are left out. The weights and discounts were set on a twentieth of the 1998 text held out and on
the perplexity of modern news pages.
"""

from __future__ import annotations

import sys
import tempfile
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from newscrawl.decode.language import BLOCK, FILE, KINDS, ORDER, SECTIONS, to_bytes, word_model
from newscrawl.decode.language.ngrams import BITS, Counts, Floats, Keys, add, look_up, runs
from newscrawl.decode.language.sources import fetch, folded_text, read_texts, read_words

# How much a count of each text weighs. Reviews and explanations at 1.0 make news worse (pages' perplexity 76 -> 80).
TEXT_WEIGHTS = {"news": 1.0, "reviews": 0.3, "explanations": 0.3}
# The words weigh as much as a text of so many characters; flat between 2.5 and 5 million.
WORD_CHARACTERS = 5e6
# The shorter n-grams of the texts are counted by how many characters precede them (Kneser-Ney), so they have a smaller
# sum; the words' counts are brought down to match.
WORD_SHARE = (0.15, 0.3, 1.0)
# Taken off a count of one, two, three and more, by order.
DISCOUNTS = ((0.5, 0.5, 0.5), (0.7, 1.0, 1.3), (0.75, 1.15, 1.4))
# An n-gram is kept when its count times what it gains over backing off reaches this; set for a file under 8 MB.
KEPT_GAIN = {2: 1.2, 3: 0.75}

# The word model weighs as much as a text of so many words; its shorter n-grams are brought down as the words' are.
WEB_WORDS = 3e6
WEB_SHARE = (0.3, 0.15, 1.0)

# The marks, the paragraph's end among them, and how often one is taken to follow another that it never follows.
MARKS = "\n，。、；：？！“”‘’（）《》…—·"
NEVER_SEEN = 0.01


@dataclass(frozen=True, slots=True)
class Order:
    """The n-grams of one order: their probabilities, and the weight of backing off from each of their contexts."""

    keys: Keys
    chance: Floats
    contexts: Keys
    backing: Floats


def count_text(ids: list[int], weight: float) -> list[Counts]:
    """Counts by order; below the highest, of the different characters before (Kneser-Ney)."""
    padded = np.array([0] * (ORDER - 1) + ids, np.int64)[None]
    seen = [np.unique(runs(padded, order), return_counts=True) for order in range(2, ORDER + 1)]
    counts = [
        np.unique(keys & ((1 << BITS * order) - 1), return_counts=True) for order, (keys, _) in enumerate(seen, 1)
    ]
    return [Counts(keys, np.multiply(number, weight, dtype=np.float64)) for keys, number in (*counts, seen[-1])]


def count_words(words: dict[str, float], ids: dict[str, int]) -> tuple[list[Counts], dict[int, Counts]]:
    """Counts of the n-grams inside words, by order; and for each order, of the contexts that end a word."""
    inside: list[list[Counts]] = [[] for _ in range(ORDER)]
    ends: dict[int, list[Counts]] = {order: [] for order in range(2, ORDER + 1)}
    for length in sorted(set(map(len, words))):
        chosen = [word for word in words if len(word) == length]
        matrix = np.array([[ids[char] for char in word] for word in chosen], np.int64)
        weights = np.array([words[word] for word in chosen]) * WORD_CHARACTERS
        for order in range(1, min(length, ORDER) + 1):
            columns = runs(matrix, order)
            part = weights * WORD_SHARE[order - 1]
            inside[order - 1] += [Counts(column, part) for column in columns.T]
            if order < ORDER:
                ends[order + 1].append(Counts(columns[:, -1], weights * WORD_SHARE[order]))
    return [add(parts) for parts in inside], {order: add(parts) for order, parts in ends.items()}


def _discount(counts: Floats, order: int) -> Floats:
    """What is taken off each count: linear between the whole counts, as weighted counts are none."""
    taken: Floats = np.interp(counts, (0.0, 1.0, 2.0, 3.0), (0.0, *DISCOUNTS[order - 1]))
    return taken


def estimate(counts: list[Counts], ends: dict[int, Counts], size: int) -> tuple[Floats, list[Order]]:
    """The chance of each id, and the orders from 2 up, each interpolated with the next lower."""
    first = counts[0]
    kept = (first.counts - _discount(first.counts, 1)) / first.counts.sum()
    single = np.full(size, (1 - kept.sum()) / size)
    single[first.keys] += kept
    orders: list[Order] = []
    for order in range(2, ORDER + 1):
        grams = counts[order - 1]
        contexts, places = np.unique(grams.keys >> BITS, return_inverse=True)
        kept = grams.counts - _discount(grams.counts, order)
        totals = np.bincount(places, grams.counts) + look_up(ends[order].keys, contexts, ends[order].counts, 0.0)
        backing = 1 - np.bincount(places, kept) / totals
        lower = chance(single, orders, grams.keys, order - 1)
        orders.append(Order(grams.keys, kept / totals[places] + backing[places] * lower, contexts, backing))
    return single, orders


def chance(single: Floats, orders: list[Order], keys: Keys, order: int) -> Floats:
    """The chance of the last id of each key, by its last `order` ids."""
    keys = keys & ((1 << BITS * order) - 1)
    if order == 1:
        return single[keys]
    grams = orders[order - 2]
    backing = look_up(grams.contexts, keys >> BITS, grams.backing, 1.0)
    found = look_up(grams.keys, keys, grams.chance, -1.0)
    missing = found < 0
    found[missing] = backing[missing] * chance(single, orders, keys[missing], order - 1)
    return found


def settle_marks(single: Floats, pairs: Order, news: list[int], marks: Keys) -> tuple[Order, Keys]:
    """Punctuation after punctuation by the news alone, where what is never seen cannot be: no chance by backing off.

    What else may follow a mark shares the rest, in its old proportions.
    """
    seen = np.unique(runs(np.array([news], np.int64), 2), return_counts=True)
    keys = np.sort((marks[:, None] << BITS | marks[None]).ravel())
    counts = look_up(seen[0], keys, seen[1].astype(np.float64), 0.0) + NEVER_SEEN
    totals = np.bincount(news, minlength=int(marks.max()) + 1) + NEVER_SEEN * len(marks)
    now, old = (
        np.bincount(keys >> BITS, part, minlength=single.size)
        for part in (counts / totals[keys >> BITS], chance(single, [pairs], keys, 2))
    )
    others = ~np.isin(pairs.keys, keys)
    every = np.append(pairs.keys[others], keys)
    rest = np.maximum(1 - now, 1e-6) / np.maximum(1 - old, 1e-6)
    shares = pairs.chance[others] * rest[pairs.keys[others] >> BITS]
    chances = np.append(shares, counts / totals[keys >> BITS])
    order = np.argsort(every)
    return Order(every[order], chances[order], pairs.contexts, pairs.backing), keys


def prune(single: Floats, orders: list[Order], counts: list[Counts], always: Keys) -> list[Order]:
    """Leave out what says little, from the longest down; contexts of what is kept stay, so do the pairs `always`."""
    chosen: dict[int, npt.NDArray[np.bool_]] = {}
    needed = np.empty(0, np.int64)
    for order in range(ORDER, 1, -1):
        needed = np.union1d(needed, always) if order == 2 else needed
        grams = orders[order - 2]
        backing = look_up(grams.contexts, grams.keys >> BITS, grams.backing, 1.0)
        gain = np.log(grams.chance / (backing * chance(single, orders, grams.keys, order - 1)))
        chosen[order] = (
            look_up(counts[order - 1].keys, grams.keys, counts[order - 1].counts, 0.0) * gain >= KEPT_GAIN[order]
        ) | np.isin(grams.keys, needed)
        needed = np.unique(grams.keys[chosen[order]] >> BITS)
    pruned: list[Order] = []
    for order in range(2, ORDER + 1):
        keys, chances = orders[order - 2].keys[chosen[order]], orders[order - 2].chance[chosen[order]]
        contexts, places = np.unique(keys >> BITS, return_inverse=True)
        lower = chance(single, pruned, keys, order - 1)
        left, left_lower = (np.maximum(1 - np.bincount(places, part), 1e-6) for part in (chances, lower))
        pruned.append(Order(keys, chances, contexts, left / left_lower))
    return pruned


def _book(values: Floats) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Costs as one byte each, and what the bytes mean: 256 classes of equal number, each by its mean."""
    # Rounded, so that another processor's last bit of a logarithm does not move a value into the next class.
    costs = np.round(-np.log(values), 4)
    limits = np.quantile(costs, np.linspace(0, 1, 257)[1:-1])
    classes = np.searchsorted(limits, costs).astype(np.uint8)
    number = np.bincount(classes, minlength=256)
    return classes, (np.bincount(classes, costs, 256) / np.maximum(number, 1)).astype(np.float32)


def sections(vocabulary: str, single: Floats, orders: list[Order]) -> dict[str, array[Any]]:
    """The model as the arrays of the file."""
    pairs, triples = orders
    back1 = look_up(pairs.contexts, np.arange(len(vocabulary)), -np.log(pairs.backing), 0.0)
    cost2, book2 = _book(pairs.chance)
    back2, book_back = _book(look_up(triples.contexts, pairs.keys, triples.backing, 1.0))
    cost3, book3 = _book(triples.chance)
    first3 = np.searchsorted(triples.keys, np.append(pairs.keys, 1 << 2 * BITS) << BITS)
    block3 = first3[::BLOCK]
    offset3 = first3 - np.repeat(block3, BLOCK)[: len(first3)]
    if offset3.max() > 0xFFFF:
        raise ValueError("a block of bigrams has too many trigrams: make BLOCK smaller")
    values = {
        "vocabulary": np.frombuffer(vocabulary.encode("utf-16-le"), np.uint16),
        "cost1": np.append(np.round(-np.log(single), 4), list(KINDS.values())),
        "back1": np.append(np.round(back1, 4), np.zeros(len(KINDS))),
        "start2": np.searchsorted(pairs.keys, np.arange(len(vocabulary) + len(KINDS) + 1) << BITS),
        **{"last2": pairs.keys & 0xFFFF, "cost2": cost2, "back2": back2, "block3": block3, "offset3": offset3},
        **{"last3": triples.keys & 0xFFFF, "cost3": cost3, "book2": book2, "book_back": book_back, "book3": book3},
    }
    return {name: array(code, values[name].astype(code).tobytes()) for name, code in SECTIONS.items()}


def build(packages: dict[str, bytes]) -> bytes:
    """Language.bin, from the packages."""
    words = read_words(packages)
    folded = {name: folded_text(lines) for name, lines in read_texts(packages).items()}
    vocabulary = "\n" + "".join(sorted(set("".join(folded.values())).union(*words) - {"\n"}))
    ids = {char: number for number, char in enumerate(vocabulary)}
    marks = np.array([ids[mark] for mark in MARKS if mark in ids], np.int64)
    running = {name: count_text([ids[char] for char in text], TEXT_WEIGHTS[name]) for name, text in folded.items()}
    news = running.pop("news")
    web, rests = count_web(packages["sunpinyin-data"], words, ids)
    inside, ends = count_words(words, ids)
    others = [[part[0], *(_without_marks(higher, marks) for higher in part[1:])] for part in (*running.values(), web)]
    counts = [add(parts) for parts in zip(news, *others, inside, strict=True)]
    ends = {order: add([ends[order], rests[order]]) for order in ends}
    single, orders = estimate(counts, ends, len(vocabulary))
    orders[0], settled = settle_marks(single, orders[0], [ids[char] for char in folded["news"]], marks)
    return to_bytes(sections(vocabulary, single, prune(single, orders, counts, settled)))


def count_web(package: bytes, words: dict[str, float], ids: dict[str, int]) -> tuple[list[Counts], dict[int, Counts]]:
    """Counts and what is left over, as `count_words` gives them, of the word model with its words as in the news."""
    model = word_model.adapt(word_model.read(*word_model.unpack(package)), words)
    counts, rests = word_model.count(model, ids, WEB_WORDS)
    counts = [Counts(part.keys, part.counts * share) for part, share in zip(counts, WEB_SHARE, strict=True)]
    return counts, {order: Counts(part.keys, part.counts * WEB_SHARE[order - 1]) for order, part in rests.items()}


def _without_marks(counts: Counts, marks: Keys) -> Counts:
    """Leave out n-grams that end in two marks: other texts than the news are careless about them."""
    last, before = (counts.keys >> BITS * place & ((1 << BITS) - 1) for place in range(2))
    kept = ~(np.isin(last, marks) & np.isin(before, marks))
    return Counts(counts.keys[kept], counts.counts[kept])


def main() -> None:
    """Build the file in its place."""
    with tempfile.TemporaryDirectory() as temporary:
        data = build(fetch(Path(sys.argv[1] if len(sys.argv) > 1 else temporary)))
    FILE.unlink(missing_ok=True)  # processes that have mapped the old file keep it
    FILE.write_bytes(data)


if __name__ == "__main__":
    main()
