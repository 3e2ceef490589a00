"""The tables of docs/data.md and docs/dataset.md, made from the record, the row and the reasons of refusals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from newscrawl.publish.schema import article_schema
from newscrawl.refused import REASONS
from tests.live import ROOT

# Of an example as JSON; what is longer is cut.
_LONGEST = 48
# The golden files leave out what differs from run to run.
_OF_A_RUN = {"fetched_at": "2026-11-22T13:05:02.250000+00:00"}


def tables() -> dict[str, str]:
    """Name, as the page marks the place -> table in Markdown."""
    schema = article_schema()
    inner = {name.lower(): _fields(record) for name, record in schema["$defs"].items()}
    return {"article": _fields(schema, _examples()), **inner, "reasons": _table(("reason", "means"), REASONS.items())}


def row_table() -> str:
    """The columns of a data set, of docs/dataset.md."""
    from newscrawl.dataset.rows import schema

    rows = [(one.name, _arrow(one.type), one.metadata[b"description"].decode()) for one in schema()]
    return _table(("column", "type", "what it holds"), rows)


def _arrow(kind: Any) -> str:
    """An Arrow type in a few words, inner names left out."""
    return f"`{str(kind).replace('item: ', '').replace('double', 'float64')}`"


def _fields(schema: Mapping[str, Any], examples: Mapping[str, Any] | None = None) -> str:
    """A row a field: its type, what it holds, and one that the demo has."""
    rows = [(name, _type(described), described["description"]) for name, described in schema["properties"].items()]
    if examples is None:
        return _table(("field", "type", "what it holds"), rows)
    shown = [(*row, _cut(examples[row[0]])) for row in rows]
    return _table(("field", "type", "what it holds", "for example"), shown)


def _type(described: Mapping[str, Any]) -> str:
    """A type in a few words.

    >>> _type({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]})
    'string (date-time), null'
    """
    if "anyOf" in described:
        return ", ".join(map(_type, described["anyOf"]))
    if "$ref" in described:
        return str(described["$ref"].rpartition("/")[2]).lower()
    if described["type"] == "array":
        return f"array of {_type(described['items'])}"
    form = described.get("format") or " / ".join(described.get("enum", ()))
    return f"{described['type']} ({form})" if form else str(described["type"])


def _examples() -> dict[str, Any]:
    """Field -> the first value that a record of the demo's golden files has; null and [] where none has any."""
    found: dict[str, Any] = {**_OF_A_RUN}
    for name in ("demo_mirror", "demo"):
        for line in (ROOT / "tests" / "golden" / f"{name}.jsonl").read_text("utf-8").splitlines():
            for key, value in json.loads(line).items():
                found[key] = found.get(key) or value
    return found


def _cut(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text}`" if len(text) <= _LONGEST else f"`{text[: _LONGEST - 2]} …`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    escaped = [(f"`{name}`", *(_one_line(cell) for cell in cells)) for name, *cells in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *escaped))


def _one_line(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")
