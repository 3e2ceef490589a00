"""The form of a line of output, as JSON Schema, made from the record itself."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from newscrawl.items import EXPORTED, SCHEMA_VERSION, Article


def article_schema() -> dict[str, Any]:
    """The schema of one line. Every field is always there; null and [] say that nothing is known."""
    adapter = TypeAdapter(Article)
    # What `pages` and `measured` hold never leaves the process, and pydantic need not know the types in it.
    adapter.rebuild(force=True, _types_namespace={"Draft": Any, "Restored": Any})
    schema = adapter.json_schema(mode="serialization")
    schema["properties"] = {name: schema["properties"][name] for name in EXPORTED}
    for inner in ("Page", "Measured"):
        schema["$defs"].pop(inner)
    for record in (schema, *schema["$defs"].values()):
        _close(record)
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": f"Article, schema version {SCHEMA_VERSION}", **schema}


def schema_text() -> str:
    """The schema as it stands in docs/article.schema.json."""
    return json.dumps(article_schema(), ensure_ascii=False, indent=2) + "\n"


def _close(record: dict[str, Any]) -> None:
    """Every field is written, and no other: pydantic describes what may be left out when a record is made."""
    record.pop("title", None)
    for described in record["properties"].values():
        described.pop("title", None)  # pydantic's titles repeat the names
        described.pop("default", None)
    record["required"] = list(record["properties"])
    record["additionalProperties"] = False
