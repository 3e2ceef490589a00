"""Paths that people name: files, folders, patterns; and which files of a folder hold pages."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path

HTML = frozenset((".html", ".htm", ".shtml", ".xhtml", ".mhtml", ".php", ".asp", ".aspx", ".jsp"))
TEXT = frozenset((".txt",))
JSON_LINES = frozenset((".jsonl", ".jl", ".ndjson"))
WARC = frozenset((".warc", ".wet", ".arc"))  # .arc is told as such
PARQUET = frozenset((".parquet", ".parq", ".pq"))
PACKED = frozenset((".gz", ".zst"))

_READ = HTML | TEXT | JSON_LINES | WARC | PARQUET
_PACKED_ONLY = frozenset((".json",))
"""Read in folders when they are packed: data sets call their lines .json.gz, and plain .json is anything."""


def suffix_of(path: str | Path) -> str:
    """The ending of a name in small letters, without that of the packing.

    >>> suffix_of("a/CC-1.warc.gz"), suffix_of("page.HTML"), suffix_of("lines.gz")
    ('.warc', '.html', '')
    """
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def expand(paths: Iterable[str]) -> list[str]:
    """The paths, with every pattern (`warc/**/*.warc.gz`) as the files that match it, sorted.

    A file that is there is no pattern, whatever its name; a pattern that nothing matches stays as it is.
    """
    found: list[str] = []
    for path in paths:
        if path == "-" or not glob.has_magic(path) or Path(path).exists():
            found.append(path)
        else:
            matching = glob.glob(path, recursive=True)  # noqa: PTH207 (pathlib has none for absolute patterns)
            found += _once(matching) or [path]
    return found


def _once(paths: Iterable[str]) -> list[str]:
    """The paths, sorted, each file once, by its shortest name: `**` follows links, 40 times one that leads back."""
    shortest: dict[str, str] = {}
    for path in sorted(paths, key=lambda path: (len(path), path)):
        shortest.setdefault(os.path.realpath(path), path)
    return sorted(shortest.values())


def pages_in(folder: Path, unreadable: list[OSError]) -> list[Path]:
    """The files of a folder that can hold pages, by name; what could not be looked into is added to `unreadable`."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in names if not name.startswith(".")]
    return [path for path in sorted(found) if _is_read(path) and path.is_file()]


def _is_read(path: Path) -> bool:
    suffix = suffix_of(path)
    return suffix in _READ or (suffix in _PACKED_ONLY and path.suffix.lower() in PACKED)


def count_pages(paths: Iterable[str]) -> int | None:
    """How many pages are below the paths; None when that cannot be told without reading: of archives, and of pipes."""
    files: list[Path] = []
    for path in map(Path, expand(paths)):
        files += pages_in(path, []) if path.is_dir() else [path]
    counted = all(file.is_file() and suffix_of(file) in HTML | TEXT for file in files)
    return len(files) if counted else None
