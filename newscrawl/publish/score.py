"""How right the fields are on pages whose truth is known: a folder of saved pages with its manifest."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newscrawl import read_article
from newscrawl.items import Article
from newscrawl.refused import Refused

_SPACE = re.compile(r"\s+")
_GRAM = 4


@dataclass(slots=True)
class Score:
    """Right answers and questions by field, plus what cannot be told as a share of right answers."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """A line for each wrong answer: file, field, what was read, what is true."""
    milliseconds: list[float] = field(default_factory=list)
    overlap: list[float] = field(default_factory=list)
    """F1 of the body in character 4-grams, a number a page."""
    junk: list[float] = field(default_factory=list)
    """The share of the body's 4-grams that are not in the true body, a number a page."""

    def ask(self, name: str, file: str, right: bool, got: object, want: object) -> None:
        """Count one answer."""
        self.asked[name] += 1
        self.right[name] += right
        if not right:
            self.wrong.append(f"{file}: {name}: {got!r} is not {want!r}")


def score(folder: Path) -> Score:
    """Read every page of `folder/manifest.jsonl` and compare. Raises `OSError` when there is no manifest."""
    result = Score()
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        body = (folder / entry["file"]).read_bytes()
        began = time.perf_counter()
        article, reason = _read(body, entry["url"] or "")
        result.milliseconds.append(1000 * (time.perf_counter() - began))
        if entry["kind"] == "negative":
            result.ask(
                "negatives refused", entry["file"], article is None, article and article.title, entry["neg_type"]
            )
        else:
            result.ask("articles accepted", entry["file"], article is not None, reason, "an article")
            _compare(result, entry["file"], article or Article(), entry["truth"])
    return result


def _read(body: bytes, url: str) -> tuple[Article | None, str]:
    try:
        return read_article(body, url=url), ""
    except Refused as refused:
        return None, str(refused)


def _compare(result: Score, file: str, article: Article, truth: dict[str, Any]) -> None:
    for name, got, want in _answers(article, truth):
        result.ask(name, file, got == want, got, want)
    body = "".join(article.body)
    for name in ("first_sentence", "last_sentence"):
        sentence = truth[name]
        result.ask(name, file, _bare(sentence) in _bare(body), body[:40], sentence)
    mine, true = _grams(body), _grams(truth["body"])
    common = (mine & true).total()
    result.overlap.append(2 * common / max(1, mine.total() + true.total()))
    result.junk.append(1 - common / mine.total() if mine else 0.0)


def _answers(article: Article, truth: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    """(Question, what was read, what is true) for the fields that are right or wrong. The manifest knows no authors:
    its reporters are whoever wrote the piece."""
    yield "title", _bare(article.title), _bare(truth["title"])
    at = article.published_at.isoformat() if article.published_at else None
    if truth["time"] and truth["time_precision"] != "day":
        yield "published_at (minute)", at and at[:16], truth["time"][:16]
    yield "published_at (day)", at and at[:10], truth["time"] and truth["time"][:10]
    yield from _present("source", _bare(article.source), _bare(truth["source"]))
    if truth["reporter"] is not None:
        yield from _present("reporters and authors", article.reporters + article.authors, truth["reporter"])
    yield from _present("correspondents", article.correspondents, truth["correspondent"])
    yield from _present("editors", article.editors, truth["editor"])


def _present(name: str, got: object, want: object) -> Iterator[tuple[str, object, object]]:
    """Pages that have the field and pages that have not are two questions."""
    yield (name if want else f"no false {name}"), got or None, want or None


def _bare(text: str | None) -> str:
    return _SPACE.sub("", text or "")


def _grams(text: str) -> Counter[str]:
    bare = _bare(text)
    return Counter(bare[at : at + _GRAM] for at in range(len(bare) - _GRAM + 1))


def table(result: Score) -> str:
    """The score as a table for a person."""
    rows = [
        f"{name:26} {result.right[name]:4}/{asked:<4} {result.right[name] / asked:6.3f}"
        for name, asked in result.asked.items()
    ]
    if result.overlap:
        rows.append(f"{'body F1 (mean)':26} {'':9} {_mean(result.overlap):6.3f}")
        rows.append(f"{'junk in body (mean)':26} {'':9} {_mean(result.junk):6.3f}")
    rows.append(f"{'ms a page (median)':26} {'':9} {_median(result.milliseconds):6.1f}")
    return "\n".join(rows)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
