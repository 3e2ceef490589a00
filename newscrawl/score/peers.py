"""Other readers, in a process and an environment of their own.

The command gets a line for each page, `{"file", "url", "html"}`, and answers with a line for each reader and page:
`{"reader", "file", "accepted", "refusal", "ms"}` and the fields that the reader gives back at all, of title, time (ISO
8601, as far as it goes), source, reporters, correspondents, editors (lists) and body. A page without an answer counts
as refused. tests/bench/peers.py is such a command.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Sequence
from typing import Any

from newscrawl.score.readers import FIELDS, Reader, Reading
from newscrawl.score.variants import Given

_DAY = len("2024-05-01")


def peers_read(command: str, pages: Sequence[Given]) -> list[Reader]:
    """Have the pages read by the readers behind a command, none of them when it has none.

    Raises `OSError` when it cannot be started, `ValueError` when it fails or answers something else.
    """
    lines = [json.dumps({"file": page.page.file, "url": page.page.url, "html": page.text}) for page in pages]
    done = subprocess.run(
        shlex.split(command), input="\n".join(lines), stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    if done.returncode:
        raise ValueError(f"the readers ended with exit code {done.returncode}; what they had read is not shown")
    answers: dict[str, dict[str, dict[str, Any]]] = {}
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        if not isinstance(answer, dict) or not {"reader", "file", "accepted", "ms"} <= answer.keys():
            raise ValueError(f"no answer of a reader: {line[:80]}")
        answers.setdefault(answer["reader"], {})[answer["file"]] = answer
    return [_reader(name, by_file, pages) for name, by_file in answers.items()]


def _reader(name: str, answers: dict[str, dict[str, Any]], pages: Sequence[Given]) -> Reader:
    fields = {key for answer in answers.values() for key in answer} & FIELDS
    if any(len(answer.get("time") or "") > _DAY for answer in answers.values()):
        fields.add("minute")
    nothing = {"accepted": False, "refusal": "no answer", "ms": 0.0}
    readings = [_reading(answers.get(page.page.file, nothing)) for page in pages]
    return Reader(name=name, fields=frozenset(fields), readings=readings)


def _reading(answer: dict[str, Any]) -> Reading:
    # how exact a time is, the time itself tells
    found = {name: answer[name] for name in (FIELDS - {"minute"}) & answer.keys() if answer[name]}
    return Reading(accepted=answer["accepted"], refusal=answer.get("refusal") or "", milliseconds=answer["ms"], **found)
