"""The last stage: the files get their numbers and places, then the card, the manifest and the sums are written.

    DIR/data/train-00000.parquet ...         rows that are kept, by split
    DIR/duplicates/00000.parquet ...         rows that another one stands for
    DIR/README.md, manifest.json, SHA256SUMS

Files are numbered in the order of their parts. It can be killed at any point and done again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from newscrawl.dataset import card, manifest, tally
from newscrawl.dataset.manifest import File
from newscrawl.dataset.options import Options
from newscrawl.dataset.parts import read_lines
from newscrawl.dataset.splits import NAMES
from newscrawl.dataset.tally import Tally
from newscrawl.dataset.write import DUPLICATES
from newscrawl.publish.written import written_whole

MOST_UNREAD = 5
"""Files that are named when nothing came out: one wrong column is told by any of them."""
EMPTY = "empty"
"""The file in the folder of work that says why nothing came out: the stage may have run on another machine."""


def why_empty(work: Path) -> str | None:
    """What became of the input of a build that came to nothing; None for one that did not."""
    path = work / EMPTY
    return path.read_text("utf-8") if path.exists() else None


class EmptyError(ValueError):
    """No row came out; says what became of the input."""


def finish(work: Path, out: Path, options: Options) -> Tally:
    """Make a data set in `out` of what `write` left in `work`. Returns the counts. Raises `EmptyError` or `OSError`."""
    total, written = Tally(), []
    for path in sorted((work / "written").glob("*.json"), key=lambda path: int(path.stem)):
        part = json.loads(path.read_bytes())
        total.add(tally.read(part["counts"]))
        written += part["files"]
    if not total.splits:
        named = sorted(total.unread)[:MOST_UNREAD] or _first_refused(work)
        _write(work / EMPTY, why := "; ".join((_refusals(total.refused), *named)))
        raise EmptyError(f"no article came out: {why}")
    files = []
    for source, file in _numbered(written, options.ending):
        _move(work / source, out / file.path)
        files.append(file)
    told = manifest.make(options, manifest.read_inputs(work), total, files)
    _write(out / card.NAME, card.render(total, options, files))
    _write(out / manifest.NAME, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    manifest.write_sums(out, files)
    return total


def _numbered(written: Iterable[dict[str, Any]], ending: str) -> list[tuple[str, File]]:
    """Where each file is in the folder of work, and what it is in the data set; in the order of the splits."""
    found = [(told["path"], File(**{**told, "path": ""})) for told in written]
    found.sort(key=lambda pair: (*NAMES, DUPLICATES).index(pair[1].split))
    counts: Counter[str] = Counter()
    numbered = []
    for source, file in found:
        stem = "duplicates/" if file.split == DUPLICATES else f"data/{file.split}-"
        numbered.append((source, replace(file, path=f"{stem}{counts[file.split]:05}.{ending}")))
        counts[file.split] += 1
    return numbered


def _move(source: Path, target: Path) -> None:
    """Give a file its place, unless it has it: this may have been killed before."""
    if source.exists() or not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)


def _write(path: Path, text: str) -> None:
    with written_whole(path) as stream:
        stream.write(text.encode())


def _first_refused(work: Path) -> list[str]:
    """One refusal, for a file whose every line has the same fault."""
    for path in sorted((work / "refused").glob("*")):
        for refused in read_lines(path):
            return [f"the first: {refused['url']}: {refused['detail'] or refused['reason']}"]
    return []


def _refusals(refused: Counter[str]) -> str:
    if not refused:
        return "there was nothing to read"
    most = ", ".join(f"{count:,} {reason}" for reason, count in tally.most(refused, 3))
    return f"{refused.total():,} refused ({most})"
