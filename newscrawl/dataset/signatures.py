"""MinHash signatures of Chinese texts, as datatrove's buckets and clusters take them.

datatrove cuts a text into words, for which Chinese needs a segmenter (its issues 72 and 234); five characters in a
row serve as well and depend on no dictionary. 20 buckets of 6 hashes find a pair of texts that have 75 % of these
pieces in common with a probability of 98 %, one of 80 % with 99.8 %, and one of 50 % with 27 %: hence each pair is
looked at again in `pairs`. One more bucket holds the address, so that the versions of an article meet however much of
it was rewritten.
"""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from datatrove.data import Document  # type: ignore[import-untyped]  # it has no types
from datatrove.pipeline.dedup import MinhashConfig, MinhashDedupBuckets, MinhashDedupSignature  # type: ignore[import-untyped]  # it has no types
from datatrove.utils.hashing import HashConfig  # type: ignore[import-untyped]  # it has no types
from datatrove.utils.word_tokenizers import WhitespaceTokenizer  # type: ignore[import-untyped]  # it has no types

from newscrawl.judge.repeat import letters

PIECE = 5
"""Characters in a row that are compared: with 3 two reports of a football match have half of them in common, with 8 a
text that lost a character here and there has hardly any left."""
HASHES = 6
BUCKETS = 20
CONFIG = MinhashConfig(
    n_grams=PIECE, num_buckets=BUCKETS + 1, hashes_per_bucket=HASHES, hash_config=HashConfig(precision=32)
)

_BUFFERED = 1000
"""Lines of signatures read at a time: 34 KB of each file, 340 MB of 10,000. datatrove's 5 are for more of them."""
_OTHERS = 100
"""Files that a process has open beside those of the parts, more or less."""

Sketches = npt.NDArray[np.uint32]

# Multiply-shift: x -> (a * x + b) >> 32 in 64 bits, a different a (odd) and b for each hash, the same everywhere.
_RANDOM = np.random.RandomState(1)
_A = _RANDOM.randint(0, 2**63, size=(BUCKETS * HASHES, 1), dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_B = _RANDOM.randint(0, 2**63, size=(BUCKETS * HASHES, 1), dtype=np.uint64)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))  # splitmix64's last steps, public domain
# Pieces hashed at once: 120 x 2,048 hashes of 8 bytes stay in a core's cache, whatever the text's length.
_AT_ONCE = 2048


def pieces(text: str) -> npt.NDArray[np.uint64]:
    """A hash for every five characters in a row of the letters of a text; of a shorter one, for all of it.

    Empty for a text without a letter.
    """
    characters = np.frombuffer(letters(text).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    if not characters.size:
        return characters
    width = min(PIECE, characters.size)
    count = characters.size - width + 1
    hashes = np.zeros(count, np.uint64)
    for at in range(width):
        hashes = hashes * _SPREAD + characters[at : at + count]
    for shift, factor in _MIX:
        hashes = (hashes ^ (hashes >> np.uint64(shift))) * np.uint64(factor)
    return hashes ^ (hashes >> np.uint64(31))


def sketch(hashes: npt.NDArray[np.uint64]) -> Sketches:
    """The smallest value of each of 120 hash functions: equal in two texts as often as they have pieces in common."""
    smallest = np.full(BUCKETS * HASHES, 2**32 - 1, np.uint64)
    for start in range(0, hashes.size, _AT_ONCE):
        values = _A * hashes[start : start + _AT_ONCE]
        values += _B
        values >>= np.uint64(32)
        np.minimum(smallest, values.min(axis=1), out=smallest)
    return smallest.astype(np.uint32)


def of_address(address: str) -> Sketches:
    """Six hashes that no other address has; also for what stands in for one."""
    return np.frombuffer(hashlib.sha256(address.encode("utf-8", "backslashreplace")).digest(), "<u4", HASHES)


class Signatures(MinhashDedupSignature):  # type: ignore[misc]  # datatrove has no types
    """datatrove's first step of MinHash, for Chinese: Document.text, and the address in metadata["home"]."""

    name = "🎯 MinHash stage 1, characters"

    def __init__(self, output_folder: str) -> None:
        """`output_folder` is what MinhashDedupBuckets reads."""
        super().__init__(output_folder, CONFIG, WhitespaceTokenizer())
        self._document = Document("", "")
        self._sketches: BinaryIO

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> None:
        """Write the signatures of all documents of the task."""
        with self.output_folder.open(f"{_SKETCHES}/{rank:05}", "wb") as self._sketches:
            super().run(self._noted(data), rank, world_size)

    def _noted(self, data: Iterable[Document]) -> Iterator[Document]:
        for self._document in data:
            yield self._document

    def get_shingles(self, text: str) -> npt.NDArray[np.uint64]:
        """The pieces of a text; of one without any letter the document's id, which is like no other's."""
        found = pieces(text)
        return found if found.size else pieces(self._document.id)

    def get_signature(self, shingles: npt.NDArray[np.uint64]) -> list[list[int]]:
        """20 buckets of six hashes of the text, and one of the address."""
        home = self._document.metadata.get("home")
        address = of_address(home or f"id {self._document.id}")
        own = sketch(shingles)
        self._sketches.write(own.astype("<u4").tobytes())
        values = np.concatenate((own, address)).reshape(-1, HASHES)
        found: list[list[int]] = values.tolist()
        return found


class Buckets(MinhashDedupBuckets):  # type: ignore[misc]  # datatrove has no types
    """datatrove's second step: pairs of rows that share a bucket. It has the files of all parts open at once."""

    def __init__(self, signatures: str, pairs: str) -> None:
        """From the folder of `Signatures` into the folder `pairs`, whose files clusters.py tells."""
        super().__init__(signatures, pairs, config=CONFIG, lines_to_buffer=_BUFFERED)

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> None:
        """Write the pairs of a bucket. Raises `OSError` when this machine does not let a process open so many files."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        parts = len(self.input_folder.list_files(subdirectory="bucket_000"))
        if most != resource.RLIM_INFINITY and parts + _OTHERS > most:
            raise OSError(f"{parts:,} parts, and a process may open {most:,} files: raise `ulimit -Hn`")
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a shell's 1,024 are fewer than a large build's parts
        super().run(data, rank, world_size)


_SKETCHES = "sketches"
"""The folder with the sketches of each part: a row of 480 bytes a line, as the links need them."""


def read_sketches(folder: Path, number: int) -> Iterator[bytes]:
    """The sketches of a part's texts as bytes, in the order of its lines."""
    with (folder / _SKETCHES / f"{number:05}").open("rb") as stream:
        while found := stream.read(BUCKETS * HASHES * 4):
            yield found


def as_sketches(data: bytes | bytearray) -> Sketches:
    """Sketches that stand behind one another, a row each."""
    return np.frombuffer(data, "<u4").reshape(-1, BUCKETS * HASHES)
