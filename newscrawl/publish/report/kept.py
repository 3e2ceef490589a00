"""Records as they were kept: read from JSON, checked, and sorted into a run and what was before."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from typing_extensions import NotRequired, TypedDict  # pydantic brings it, and asks for it below Python 3.12

from newscrawl.publish.record import run_record

Record = dict[str, Any]

_EMPTY = run_record("", {})


class _Files(TypedDict):
    articles: list[str]
    rejects: str | None


class _Sample(TypedDict):
    url: str | None
    why: str
    title_before: str | None
    title: str | None
    before: str | None
    after: str | None


class _Expectation(TypedDict):
    name: str
    passed: bool
    message: NotRequired[str | None]


class _Form(TypedDict):
    """The record's form (publish/record.py), and what the run expected of it."""

    site: str
    run: str
    started_at: str | None
    finished_at: str | None
    seconds: float
    finish_reason: str | None
    pages: int
    requests: int
    bytes: int
    articles: int
    revised: int
    unchanged: int
    known: int
    restored: int
    unwritten: int
    refused: dict[str, int]
    recovered: dict[str, int]
    blocked: dict[str, int]
    limits: dict[str, int]
    filled: dict[str, int]
    families: dict[str, int]
    sections: dict[str, int]
    days: dict[str, int]
    stage_seconds: dict[str, float]
    slowest: list[dict[str, float | str | None]]
    samples: list[_Sample]
    memory_mb: float | None
    files: _Files
    expectations: list[_Expectation]


@cache
def _form() -> TypeAdapter[_Form]:
    """Made at its first use: every scrapy command imports this module."""
    return TypeAdapter(_Form)


def whole_record(record: object) -> Record:
    """A record with every key the report needs; those that its run did not write are empty.

    Raises `ValueError` when it is no record.
    """
    if not isinstance(record, dict):
        raise ValueError("no record of a run: no JSON object")
    try:
        return dict(_form().validate_python({**_EMPTY, "expectations": [], **record}))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ValueError(f"no record of a run: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def chosen(records: Iterable[Record], run: str | None) -> tuple[str, list[Record], dict[str, list[Record]]]:
    """A run (None: the newest) out of all records: its name, its records, and the earlier ones of its sites.

    Raises `ValueError` when there is no such run. A site that is told twice for a run counts as told last.
    """
    last = {(record["site"], record["run"]): record for record in records}
    runs = sorted({name for _, name in last})
    if not (run or runs):
        raise ValueError("no run is on record")
    run = run or runs[-1]
    now = [record for (_, name), record in last.items() if name == run]
    if not now:
        raise ValueError(f"no run {run!r} among the records" + (f"; the newest is {runs[-1]}" if runs else ""))
    history: dict[str, list[Record]] = {record["site"]: [] for record in now}
    for site, name in sorted(last, key=lambda key: key[1]):
        if site in history and name < run:
            history[site].append(last[site, name])
    return run, now, history
