"""A JSON line changed in place: the named strings and the key `restored`, every other byte as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawl.decode.restore import Restored

Path = tuple[str, ...]
"""Where a field is: ("article", "text") for --field article.text."""

KEY = "restored"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Numbers as floats: an integer of thousands of digits is no reason to stop, and no number may pass for a string.
_JSON = json.JSONDecoder(parse_int=float)


class BadLineError(ValueError):
    """A line that is left as it is, and why."""


@dataclass(slots=True)
class Line:
    """One line read, and what was found in its fields."""

    text: str
    """The line as it stands."""
    strings: list[str] = field(default_factory=list)
    """What the fields hold, in order; together they are one document."""
    reported: bool = False
    """Whether an earlier run left its report in the line."""

    @property
    def document(self) -> str:
        """The strings as one text, a line each."""
        return "\n".join(self.strings)


def parse(text: str, paths: Sequence[Path]) -> Line:
    """Read a line without its byte order mark. Raises `BadLineError` when it is no object or lacks a field."""
    try:
        record = _JSON.decode(text)
    except RecursionError:
        raise BadLineError("no JSON: nested too deeply") from None
    except json.JSONDecodeError as error:
        raise BadLineError(f"no JSON: {error.msg} at character {error.pos + 1}") from None
    if not isinstance(record, dict):
        raise BadLineError("no JSON object")
    strings = [string for path in paths for string in _strings(record, path)]
    return Line(text, strings, reported=record.get(KEY) is not None)


def _strings(record: object, path: Path) -> list[str]:
    value, name = record, ".".join(path)
    for key in path:
        if not isinstance(value, dict) or key not in value:
            raise BadLineError(f"no field {name}")
        value = value[key]
    values = value if isinstance(value, list) else [] if value is None else [value]
    strings = [string for string in values if isinstance(string, str)]
    if len(strings) < len(values):
        raise BadLineError(f"field {name} is neither a string nor a list of strings")
    return strings


def rewrite(line: Line, paths: Sequence[Path], restored: Restored) -> str:
    """The line with the restored strings, and with the report under `restored`.

    Raises `BadLineError` when the lines of the restored document cannot be told apart any more.
    """
    edits = [
        (start, end, _dumps(new, line.text))
        for (start, end), old, new in zip(
            _places(line.text, paths), line.strings, _split(restored.text, line.strings), strict=True
        )
        if new != old
    ]
    edits.append(_report(line.text, restored))
    text = line.text
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _split(text: str, like: list[str]) -> list[str]:
    """The restored document as the strings it was made of, which may hold line ends themselves."""
    lines = text.split("\n")
    if len(lines) != sum(1 + string.count("\n") for string in like):
        raise BadLineError("restored, its paragraphs cannot be told apart")
    rest = iter(lines)
    return ["\n".join(next(rest) for _ in range(1 + string.count("\n"))) for string in like]


def _report(text: str, restored: Restored) -> tuple[int, int, str]:
    """Where the report goes: over an earlier one, else behind the last member; written as the line is."""
    members = list(_members(text, _skip(text, 0)))
    separators = (", ", ": ") if text[members[0][1] - 1] == " " else (",", ":")
    steps: dict[str, int] = {}
    for kind, count in restored.steps:
        steps[kind] = steps.get(kind, 0) + count
    report = json.dumps(
        {
            "family": restored.family or "lossy",
            "steps": steps,
            "unresolved": len(restored.unresolved),
            "confidence": restored.confidence,
        },
        separators=separators,
    )
    for key, start, end in members:
        if key == KEY:
            return start, end, report
    end = members[-1][2]
    return end, end, f'{separators[0]}"{KEY}"{separators[1]}{report}'


def _dumps(string: str, line: str) -> str:
    """A string as the line writes them: escaped when all of it is ASCII; half a surrogate pair can only be escaped."""
    return json.dumps(string, ensure_ascii=line.isascii() or _LONE_SURROGATE.search(string) is not None)


def _places(text: str, paths: Sequence[Path]) -> Iterator[tuple[int, int]]:
    """Start and end of every string that `_strings` finds, in the same order."""
    top = _skip(text, 0)
    for path in paths:
        start, end = top, len(text)
        for key in path:
            start, end = {name: (start, end) for name, start, end in _members(text, start)}[key]
        if text[start] == "[":
            yield from ((start, end) for _, start, end in _members(text, start))
        elif text[start] == '"':
            yield start, end


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """The key, start and end of every value of the object or list that starts at `at`; a list's keys are empty.

    The text is known to be JSON.
    """
    named = text[at] == "{"
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        key = ""
        if named:
            key, at = _JSON.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        _, end = _JSON.raw_decode(text, at)
        yield key, at, end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    """Past white space; inside of JSON something else always follows."""
    while text[at] in " \t\r\n":
        at += 1
    return at
