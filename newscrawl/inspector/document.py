"""The inspector's HTML: one document with its style, its script and its data, which needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from newscrawl.explain import Explanation
from newscrawl.inspector.frame import frame
from newscrawl.inspector.records import FIELDS, Records
from newscrawl.refused import REASONS

_FOLDER = Path(__file__).with_name("templates")
# In the order they are read: each uses those before it.
_SCRIPTS = ("dom", "pieces", "served", "article", "verdict", "store", "search", "list", "keys", "browse", "main")
_STYLES = ("base", "article", "list")
# What ends an element or a line of a script in HTML or JavaScript; JSON writes each in another way.
_ESCAPES = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
MOST_EMBEDDED = 200 * 1024 * 1024
"""Bytes of lines in one document: at twice as much Chromium's strings end, and a browser takes a minute to open it."""


def page_view(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the script shows of one page; `told` is what `scrapy explain --json` prints."""
    view = {**told}
    view["frame"] = frame(view.pop("source"), flat=told["flat"])
    return view


def page_document(told: Explanation) -> bytes:
    """The document for one page."""
    return _document(told.url or "page", {"page": page_view(told.as_dict())})


def records_document(name: str, records: Records, *, served: bool) -> bytes:
    """The document for a list of records. `served`: a line is asked for when it is looked at; else all are in it.

    Raises `ValueError` when there are too many for one document.
    """
    data = {"records": {"name": name, "fields": FIELDS, "rows": records.rows, "left": records.left, "served": served}}
    return _document(name, data, () if served else _lines(records), served=served)


def _lines(records: Records) -> Iterable[str]:
    total = 0
    for number in range(len(records.rows)):
        line = records.line(number)
        total += len(line)
        if total > MOST_EMBEDDED:
            raise ValueError(f"more than {MOST_EMBEDDED >> 20} MiB of records for one file; look at them without -o")
        # HTML takes a carriage return for the end of a line; in JSON it can only stand between values, as a space can
        yield _escaped(line.decode("utf-8", "replace").replace("\r", " "))


def _document(name: str, data: Mapping[str, Any], lines: Iterable[str] = (), *, served: bool = False) -> bytes:
    page = _TEMPLATES.get_template("inspector.html").render(
        name=name,
        policy=policy(served=served),
        style=Markup(_joined("css", _STYLES)),
        script=Markup(script()),
        data=Markup(as_json({**data, "reasons": REASONS})),
        lines=Markup("\n".join(lines)),
    )
    # half a surrogate pair can only stand in the data, where JSON may have it so
    return page.encode("utf-8", "backslashreplace")


def as_json(data: Any) -> str:
    r"""JSON that can stand in an element `script`. Raises `ValueError` for NaN and infinity, which are no JSON.

    >>> as_json({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
    return _escaped(json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def _escaped(text: str) -> str:
    for char, written in _ESCAPES.items():
        text = text.replace(char, written)
    return text


def policy(*, served: bool) -> str:
    """The Content-Security-Policy: our script, known by its hash, and nothing from anywhere.

    The frame inherits it, so that styles cannot be told by their hash: the page as served has its own.
    """
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    connect = "connect-src 'self'; " if served else ""
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; {connect}"
        "base-uri 'none'; form-action 'none'"
    )


@cache
def script() -> str:
    """All of the script, in a scope of its own."""
    return f'\n"use strict";\n(() => {{\n{_joined("js", _SCRIPTS)}}})();\n'


def _joined(ending: str, names: Iterable[str]) -> str:
    return "\n".join((_FOLDER / f"{name}.{ending}").read_text("utf-8") for name in names)


_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, undefined=jinja2.StrictUndefined
)
