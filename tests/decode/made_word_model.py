"""A tiny word model of our own in the form of SunPinyin's files, and the Debian package around them."""

from __future__ import annotations

import io
import tarfile

import numpy as np

from newscrawl.decode.language import word_model

# Words by their numbers in the lexicon; 1 is none's. The unknown word comes first, as in the real files.
LEXICON = ["", "", "，", "在", "学校", "新闻", "。"]
CHANCE = {0: 0.1, 2: 0.1, 3: 0.2, 4: 0.3, 5: 0.2, 6: 0.1}
PAIRS = {(3, 4): 0.5, (3, 5): 0.25, (4, 2): 0.5, (4, 3): 0.4, (5, 6): 0.5}
TRIPLES = {(4, 3, 5): 0.9}
# One weight of backing off for all: the sums of chances do not matter to the reader.
WEIGHT = 0.5


def entries(chance_at: dict[float, int]) -> list[list[list[int]]]:
    """The levels 0 to 3 of the file, each with its last entry that ends it; the only weight is at place 1."""
    pairs, triples = sorted(PAIRS), sorted(TRIPLES)
    singles = sorted(CHANCE)
    levels: list[list[list[int]]] = [[[0, 0, 0], [0, len(singles) << 16, 0]], [], [], []]
    for number in singles:
        child = sum(pair[0] < number for pair in pairs)
        levels[1].append([number | 1 << 18, chance_at[CHANCE[number]] | child << 16, 0])
    levels[1].append([0, len(pairs) << 16, 0])
    for pair in pairs:
        child = sum(triple[:2] < pair for triple in triples)
        levels[2].append([pair[1] | 1 << 18, chance_at[PAIRS[pair]] | child << 16, 0])
    # As the real file has it: the end of the pairs does not say how many triples there are.
    levels[2].append([0, 0, 0])
    for triple in triples:
        at = chance_at[TRIPLES[triple]]
        levels[3].append([triple[2] | (at & 0x3FFF) << 18, at >> 14 << 25])
    levels[3].append([0, 0])
    return levels


def files(order: int = 3) -> tuple[bytes, bytes]:
    """A model and a lexicon as SunPinyin writes them; the chances lie far apart in their table, as they may."""
    values = sorted({*CHANCE.values(), *PAIRS.values(), *TRIPLES.values()})
    chance_at = {value: 16_000 * place + 7 for place, value in enumerate(values)}
    chances, weights = np.zeros(word_model.CHANCES, "<f4"), np.zeros(word_model.WEIGHTS, "<f4")
    for value, at in chance_at.items():
        chances[at % word_model.CHANCES] = value
    weights[1] = WEIGHT
    levels = entries({value: at % word_model.CHANCES for value, at in chance_at.items()})
    head = np.array([order, 0, *map(len, levels)], "<u4").tobytes()
    body = b"".join(np.array(level, "<u4").tobytes() for level in levels)
    strings = "".join(f"{word}\0" for word in LEXICON).encode("utf-32-le")
    return head + chances.tobytes() + weights.tobytes() + body, np.array([7, 0, 12], "<u4").tobytes() + strings


def package() -> bytes:
    """The two files in a tar archive in an ar archive, behind a member of an odd size."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as tar:
        for name, data in zip(("lm_sc.t3g", "pydict_sc.bin"), files(), strict=True):
            entry = tarfile.TarInfo(word_model.FOLDER + name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    archive = b"!<arch>\n"
    for name, data in (("debian-binary", b"2.0"), ("data.tar.xz", packed.getvalue())):
        archive += (
            f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
        )
    return archive
