"""Articles of earlier runs taken into a data set, and the names of rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from newscrawl.items import EXPORTED, Article
from newscrawl.judge.repeat import content_hash, record_hash
from newscrawl.publish.feed import to_line
from newscrawl.refused import Refused


def as_record(line: Mapping[str, Any], place: str) -> dict[str, Any]:
    """A line of output as a record with every field, each of its kind; what an older version lacks is null or empty.

    Raises `Refused("bad_input")`, which names `place` and the field, for what is none.
    """
    if "kept_as" in line:
        raise Refused("bad_input", f"{place}: a row of a data set; build from what that was built from", url=place)
    try:
        article = _adapter().validate_python({name: line[name] for name in EXPORTED if name in line})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise Refused("bad_input", f"{place}: no record of an article: {field}: {first['msg']}", url=place) from None
    # Not as the line tells it, which may come from anybody: records with the same hash count as the same text.
    article.content_hash = content_hash(article.body) if article.body else None
    record: dict[str, Any] = json.loads(to_line(article))
    return record


def row_id(record: Mapping[str, Any]) -> str:
    """The name of a row, 32 hex digits of SHA-256: the same wherever and whenever it is built.

    Of address, text and revision; an article without a text is told by its fields instead.
    """
    told = [record["url"], record["content_hash"] or record_hash(record), record["revision"]]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Article]:
    adapter = TypeAdapter(Article)
    # What `pages` and `measured` hold is in no line, and pydantic need not know the types in it.
    adapter.rebuild(force=True, _types_namespace={"Draft": Any, "Restored": Any})
    return adapter
