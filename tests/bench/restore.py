"""How much of a damaged text comes back, beside what other tools make of it: `make bench-restore`.

News is put through the mirrors' channel (`channel.corrupt`), family by family, and given to each tool. Documents are
runs of five paragraphs of one page. What must come back is the text before the damage, its punctuation folded to ASCII
where the mirror folds it. Columns: documents given back exactly; characters right (1 - edit operations / length;
`difflib` finds them, at times more than the fewest); documents that are wrong though nothing in them is flagged, which
of the tools only newscrawl does; MB/s, of the damaged text in UTF-8 and CPU time after one warm-up call; its ratio to
ftfy's. All tools run with their default settings, in turn, in one process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import product
from pathlib import Path
from typing import NamedTuple

import ftfy
import opencc

from newscrawl import restore
from newscrawl.decode.restore.channel import FOLDED, PROFILES, Profile, corrupt
from newscrawl.decode.restore.families import PINYIN
from newscrawl.demo.news import load_news

PARAGRAPHS = 5
LINE = 1_000_000  # bytes, in UTF-8
_BRACKETS = re.compile(rf"\([{PINYIN}]{{1,6}} ?\) ?")
_FRESH = """from time import perf_counter as now
begun = now()
from newscrawl import restore
imported = now()
restore("發(fā)布時(shí)間:2018年11月29日 來源: 湖北日?qǐng)?bào)")
print(imported - begun, now() - imported)
"""

Tool = Callable[[str], tuple[str, bool]]  # text -> what the tool makes of it, and whether it flags something in it


class Row(NamedTuple):
    """What a tool made of the documents of a family; shares from 0 to 1, speed in MB/s."""

    family: str
    tool: str
    exact: float
    characters: float
    unflagged: float
    speed: float
    to_ftfy: float


def tools() -> dict[str, Tool]:
    """What is compared, by name."""
    to_simplified = opencc.OpenCC("t2s").convert
    return {
        "nothing": lambda text: (text, False),
        "ftfy": lambda text: (ftfy.fix_text(text), False),
        "OpenCC t2s": lambda text: (to_simplified(text), False),
        "regex": lambda text: (_BRACKETS.sub("", text), False),
        "regex+OpenCC": lambda text: (to_simplified(_BRACKETS.sub("", text)), False),
        "newscrawl": lambda text: ((done := restore(text)).text, bool(done.unresolved)),
    }


def families() -> dict[str, Profile | None]:
    """The damage, by name; None is for clean text."""
    a, b = PROFILES["A-bytes"], replace(PROFILES["B"], bytewise=True)
    return {
        "A": a,
        "A, cut at more": replace(a, delimiters="！，；？：。", cut=0.75),
        "B": b,
        "B, another order": replace(b, table=tuple(random.Random(1).sample(b.table, len(b.table)))),
        "A, orphans dropped": replace(a, orphan=""),
        "B, orphans dropped": replace(b, orphan=""),
        **{name: PROFILES[name] for name in ("C", "C'", "D")},
        "A, commas doubled": replace(a, double_commas=True),
        "clean": None,
    }


def read_pages(source: Path) -> Iterator[str]:
    """The texts of a folder or file: .txt, or .jsonl with `text`, `body` or `truth.body`."""
    for file in sorted(source.rglob("*")) if source.is_dir() else [source]:
        if file.suffix == ".txt":
            yield file.read_text("utf-8")
        elif file.suffix == ".jsonl":
            for row in map(json.loads, filter(str.strip, file.read_text("utf-8").split("\n"))):
                text = row.get("text") or row.get("body") or (row.get("truth") or {}).get("body") or ""
                yield text if isinstance(text, str) else "\n".join(text)


def documents_in(page: str) -> list[str]:
    """Its runs of paragraphs; none if less than half of it is Chinese, or the commonest characters traditional."""
    simplified, traditional = sum(map(page.count, "这们来个时为会国说对")), sum(map(page.count, "這們來個時為會國說對"))
    if len(re.findall(r"[\u4e00-\u9fff]", page)) < len("".join(page.split())) / 2 or simplified <= 10 * traditional:
        return []
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    return ["\n".join(lines[at : at + PARAGRAPHS]) for at in range(0, len(lines) - PARAGRAPHS + 1, PARAGRAPHS)]


def measure(name: str, profile: Profile | None, documents: Sequence[str]) -> Iterator[Row]:
    """Put the documents through a channel, give them to every tool and print what comes of it."""
    seen = [corrupt(text, profile, seed) if profile else text for seed, text in enumerate(documents)]
    truth = [text.translate(FOLDED) if profile and profile.fold else text for text in documents]
    speeds: dict[str, float] = {}
    for tool, run in tools().items():
        run(seen[0])
        answers, speeds[tool] = timed(run, seen)
        wrong = [(text, *answer) for text, answer in zip(truth, answers, strict=True) if answer[0] != text]
        edits = sum(count_edits(text, got) for text, got, _ in wrong) / sum(map(len, truth))
        shares = 1 - len(wrong) / len(truth), 1 - edits, sum(not flagged for *_, flagged in wrong) / len(truth)
        row = Row(name, tool, *shares, speeds[tool], speeds[tool] / speeds.get("ftfy", speeds[tool]))
        speed = "" if tool == "nothing" else f"{row.speed:9.2f}{row.to_ftfy:8.2f}"
        print("{:19}{:13}{:7.1%}{:13.2%}{:11.1%}".format(*row) + speed, flush=True)
        yield row


def timed(run: Tool, texts: Sequence[str]) -> tuple[list[tuple[str, bool]], float]:
    """What a tool answers, and its MB/s."""
    began = time.process_time()
    answers = [run(text) for text in texts]
    seconds = time.process_time() - began
    return answers, len("".join(texts).encode()) / 1e6 / max(seconds, 1e-9)


def count_edits(truth: str, got: str) -> int:
    """Characters put in, taken out or changed between two texts, paragraph by paragraph if they have as many."""
    same = truth.count("\n") == got.count("\n")
    pairs = zip(truth.split("\n"), got.split("\n"), strict=True) if same else [(truth, got)]
    changes = (SequenceMatcher(None, a, b, autojunk=False).get_opcodes() for a, b in pairs if a != b)
    return sum(max(i2 - i1, j2 - j1) for codes in changes for kind, i1, i2, j1, j2 in codes if kind != "equal")


def long_lines(documents: Sequence[str]) -> Iterator[tuple[str, dict[str, float]]]:
    """MB/s of each tool on one line, of a quarter of `LINE` and of all: quadratic work would be four times slower."""
    text = "".join(documents).replace("\n", "")
    text *= LINE // len(text.encode()) + 1
    for kind, size in product(("clean", "A", "B", "A, orphans dropped", "B, orphans dropped"), (LINE // 4, LINE)):
        profile = families()[kind]
        line = (corrupt(text, profile) if profile else text).encode()[:size].decode(errors="ignore")
        speeds = {name: timed(run, [line])[1] for name, run in tools().items() if name != "nothing"}
        yield f"{kind}, {size / 1e6:g} MB", speeds


def fresh_processes() -> Iterator[tuple[str, dict[str, float]]]:
    """Seconds on the clock until a new process has given back its first text: what each worker of a crawl pays once."""
    with tempfile.TemporaryDirectory() as empty:
        own = os.environ | {"NUMBA_CACHE_DIR": empty}
        for kind in ("nothing compiled", "compiled before"):
            printed = subprocess.run([sys.executable, "-c", _FRESH], env=own, check=True, stdout=subprocess.PIPE).stdout
            yield kind, dict(zip(("import", "first call"), map(float, printed.split()), strict=True))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", type=Path, help="a folder of .txt and .jsonl, or one such file (the demo's news)")
    parser.add_argument("--limit", type=int, help="documents, at most (all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    pages = read_pages(options.text) if options.text else ("\n".join(story.body) for story in load_news())
    runs = [documents_in(page) for page in pages]
    documents = [document for run in runs for document in run][: options.limit]
    if not documents:
        parser.error(f"no page with {PARAGRAPHS} paragraphs of simplified Chinese in {options.text}")
    source = options.text or "the made-up news of the demo; nothing was tuned on it, it was looked at only for errors"
    print(f"text: {source}\n{len(documents)} documents, {sum(map(len, documents))} characters")
    print(f"{runs.count([])} of {len(runs)} pages left out (short, or not simplified Chinese)\n")
    print(f"{'family':19}{'tool':13}{'exact':>7}{'chars right':>13}{'unflagged':>11}{'MB/s':>9}{'x ftfy':>8}")
    rows = [row for name, profile in families().items() for row in measure(name, profile, documents)]
    altered = {row.tool: round((1 - row.exact) * len(documents)) for row in rows if row.family == "clean"}
    print(f"\nclean documents altered: {altered}")
    lines = _listed("MB/s on one line", long_lines(documents))
    starts = _listed("seconds of newscrawl in a fresh process", fresh_processes())
    if options.json:
        figures = {"rows": [row._asdict() for row in rows], "altered": altered, "lines": lines, "starts": starts}
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _listed(title: str, figures: Iterator[tuple[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    print(f"\n{title}:")
    for kind, values in (kept := dict(figures)).items():
        print(f"  {kind}: " + ", ".join(f"{name} {value:.2f}" for name, value in values.items()))
    return kept


if __name__ == "__main__":
    main()
