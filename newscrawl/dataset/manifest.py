"""What a data set was made of and consists of, for machines: manifest.json, and SHA256SUMS for `sha256sum -c`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import newscrawl
from newscrawl.dataset import card
from newscrawl.dataset.options import Options
from newscrawl.dataset.rows import ROW_VERSION
from newscrawl.dataset.shards import sha256_of
from newscrawl.dataset.splits import NAMES
from newscrawl.dataset.tally import Tally
from newscrawl.items import SCHEMA_VERSION
from newscrawl.publish.written import written_whole

NAME, SUMS = "manifest.json", "SHA256SUMS"
MOST_DAMAGED = 1000
"""Damaged places of the input, and files that gave nothing, that are told one by one; `refused` counts all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of rows."""

    path: str
    """From the folder of the data set."""
    split: str
    """The split it belongs to; duplicates for rows that another one stands for."""
    rows: int
    bytes: int
    sha256: str
    """In hex."""


def make(options: Options, inputs: Sequence[Mapping[str, Any]], total: Tally, files: Iterable[File]) -> dict[str, Any]:
    """The manifest. `inputs` are the files read, with `name` and `bytes`; no path of this machine is told.

    They are not told by their sums: to read terabytes a second time would take as long as the build.
    """
    above, given = _above(inputs), _given(inputs)
    return {
        "newscrawl": newscrawl.__version__,
        "row_version": ROW_VERSION,
        "schema_version": SCHEMA_VERSION,
        "options": options.told(),
        "inputs": [{"name": _text(_whole(one).relative_to(above)), "bytes": one["bytes"]} for one in inputs],
        "rows": {name: total.splits[name] for name in NAMES if total.splits[name]} | {"duplicates": total.duplicates},
        "refused": dict(sorted(total.refused.items())),
        "damaged": _told(total.damaged, given),
        "unread": _told(total.unread, given),
        "files": [asdict(file) for file in files],
    }


def _told(places: Iterable[str], given: str) -> list[str]:
    return [place.replace(given, "") for place in sorted(places)[:MOST_DAMAGED]]


def read_inputs(work: Path) -> list[dict[str, Any]]:
    """The files that a build reads, `name` and `bytes` of each, as its plan tells them: name, size, time and span."""
    groups = json.loads((work / "plan.json").read_bytes())["inputs"]
    return [{"name": name, "bytes": size} for group in groups for name, size, _, start, _ in group if not start]


def write_sums(out: Path, files: Iterable[File]) -> None:
    """Write SHA256SUMS over the files of rows, the card and the manifest: the last file of a data set."""
    told = [(file.sha256, file.path) for file in files]
    told += [(sha256_of(out / name), name) for name in (card.NAME, NAME)]
    with written_whole(out / SUMS) as stream:
        stream.writelines(f"{digest}  {path}\n".encode() for digest, path in told)


def _above(inputs: Sequence[Mapping[str, Any]]) -> Path:
    """The folder that all inputs are in."""
    return Path(os.path.commonpath([_whole(one).parent for one in inputs])) if inputs else Path()


def _given(inputs: Sequence[Mapping[str, Any]]) -> str:
    """How the path of that folder was given, perhaps by links: damaged places begin with it."""
    try:
        return _text(Path(os.path.commonpath([Path(one["name"]).parent for one in inputs]), "_"))[:-1]
    except ValueError:  # there is no input, or one with a whole path beside one without
        return ""


def _whole(one: Mapping[str, Any]) -> Path:
    return Path(one["name"]).resolve()


def _text(path: Path) -> str:
    """Names of files are bytes, and may be no UTF-8."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
