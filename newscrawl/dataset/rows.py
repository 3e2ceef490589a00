"""The row of a data set: the record, its quality, and its links to other rows, as columns of fixed types.

The columns are made from `items.Article`, `quality.Quality` and `link.Link`: names, types, and the sentence under each
field. Every file has the same schema, whatever is null in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
from pydantic import TypeAdapter

from newscrawl.dataset.fit import fitted
from newscrawl.dataset.link import Link
from newscrawl.dataset.quality import Quality
from newscrawl.items import EXPORTED, SCHEMA_VERSION, Article
from newscrawl.publish.schema import article_schema

ROW_VERSION = "1"
"""The version of the columns' names, types and meanings; the record's own is in the column schema_version."""
PEOPLE = ("reporters", "correspondents", "authors", "editors", "reviewers")
"""The columns that name people; a data set without people has none of them."""
MOST_NAMES = 200
"""Names in the columns of people: the longest bylines, of series with a desk for each town, have some fifty. To look
for thousands of them in a text would take forever."""
LONGEST_NAME = 200
"""Characters: names in Latin letters with titles stay below 100. A pattern for one of 200,000 takes a gigabyte."""
RENAMED = {"mirror_of": "mirror_site"}
"""Field of the record -> its column: in a data set mirror_of names a row."""
LICENSE_NOTE = (
    "The texts belong to their publishers; this file gives nobody a right to them. See the data card, README.md."
)

_ID = "32 hex digits: the beginning of the SHA-256 of url, content_hash and revision. No other row has it."
# Each in the zone in which people read it: the day that a page prints is the day in China.
_ZONES = {"published_at": "Asia/Shanghai", "fetched_at": "UTC"}
_SIMPLE = {int: pa.int64(), float: pa.float64()}
_GENERIC: dict[Any, Callable[..., pa.DataType]] = {
    UnionType: lambda kind: kind,  # X | None
    Union: lambda kind: kind,  # Literal[...] | None
    Literal: lambda *_: pa.string(),
    list: pa.list_,
    dict: lambda name, count: pa.list_(pa.struct([("name", name), ("count", count)])),
}
# What a part's line has of a Link that no column tells: it steers the splits.
_NO_COLUMN = frozenset(("since",))


@lru_cache(maxsize=2)
def schema(*, people: bool = True) -> pa.Schema:
    """The schema of every file, with a description of each column; `people`: whether names are in it."""
    told = [pa.field("id", pa.string(), nullable=False, metadata={"description": _ID})]
    told += [field.with_name(RENAMED.get(field.name, field.name)) for field in _record_fields()]
    told += _fields(Quality, _described(Quality))
    told += [field for field in _fields(Link, _described(Link)) if field.name not in _NO_COLUMN]
    columns = [field for field in told if people or field.name not in PEOPLE]
    notes = {
        "newscrawl.row_version": ROW_VERSION,
        "newscrawl.schema_version": SCHEMA_VERSION,
        "license": LICENSE_NOTE,
    }
    return pa.schema(columns, metadata=notes)


def row(record: Mapping[str, Any], link: Link | None) -> dict[str, Any]:
    """A line of a part and its link as a row, values as `schema()` has them.

    Halves of surrogate pairs and the character NUL become U+FFFD, so that every offset holds. Raises `ValueError` that
    names the column for a value of another type; what is no column is left out.
    """
    values = {RENAMED.get(name, name): value for name, value in _record(record).items()}
    # a row without company is a cluster of its own
    links = dataclasses.asdict(link) if link else {"cluster": record["id"]}
    values |= {"id": record["id"], **record["quality"], **links}
    return {name: fit(values.get(name)) for name, fit in _fits().items()}


def check(record: Mapping[str, Any]) -> None:
    """Raise `ValueError`, which names the column, for a record of which no row can be made.

    It is asked before copies are told apart: a row that others stand back for must not be lost when it is written.
    """
    for name, value in _record(record).items():
        _fits()[RENAMED.get(name, name)](value)
    names = [person for name in PEOPLE for person in record[name]]
    if len(names) > MOST_NAMES:
        raise ValueError(f"people: {len(names):,} names")
    if (longest := max(map(len, names), default=0)) > LONGEST_NAME:
        raise ValueError(f"people: a name of {longest:,} characters")


def _record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of the record; one that is not there, as in lines of earlier versions, has its default."""
    values = {name: record.get(name, default) for name, default in _defaults().items()}
    return {**values, "restored": _counted(values["restored"])}


@lru_cache(maxsize=1)
def _defaults() -> dict[str, Any]:
    article = Article()
    return {name: getattr(article, name) for name in EXPORTED}


def _counted(restored: Any) -> Any:
    """Repairs with their counts as a list, which every reader knows; Arrow's maps some do not."""
    if not isinstance(restored, Mapping) or not isinstance(restored.get("counts"), Mapping):
        return restored
    return {**restored, "counts": [{"name": name, "count": count} for name, count in restored["counts"].items()]}


@lru_cache(maxsize=1)
def _fits() -> dict[str, Callable[[Any], Any]]:
    return {field.name: fitted(field) for field in schema()}


def _record_fields() -> list[pa.Field]:
    (old, new), *_ = RENAMED.items()
    described = {name: one["description"].replace(old, new) for name, one in article_schema()["properties"].items()}
    found = {field.name: field for field in _fields(Article, described)}
    return [found[name] for name in EXPORTED]


def _described(told: type) -> dict[str, str]:
    properties = TypeAdapter(told).json_schema(mode="serialization")["properties"]
    return {name: one["description"] for name, one in properties.items()}


def _fields(told: type, described: Mapping[str, str]) -> list[pa.Field]:
    """The described fields of a dataclass as Arrow has them, each with its sentence in one line."""
    hints = get_type_hints(told)
    return [
        pa.field(
            field.name,
            _arrow(hints[field.name], field.name),
            nullable=NoneType in get_args(hints[field.name]),
            metadata={"description": " ".join(described[field.name].split())},
        )
        for field in dataclasses.fields(told)
        if field.name in described
    ]


def _arrow(hint: Any, name: str) -> pa.DataType:
    """The Arrow type of a type; what is in lists and objects may be null, for not every reader can say that it is not.

    >>> str(_arrow(list[str], "body")), str(_arrow(dict[str, int], "counts"))
    ('list<item: string>', 'list<item: struct<name: string, count: int64>>')
    """
    inner = [one for one in get_args(hint) if one is not NoneType]
    if made := _GENERIC.get(get_origin(hint)):
        return made(*(_arrow(one, name) for one in inner))
    if hint is datetime:
        return pa.timestamp("us", tz=_ZONES[name])
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        return pa.struct([(field.name, _arrow(hints[field.name], field.name)) for field in dataclasses.fields(hint)])
    return _SIMPLE.get(hint, pa.string())
