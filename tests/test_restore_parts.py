"""Parts of `scrapy restore`, for any input: where text and lines are cut, and differences."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from newscrawl.bulk import diff, reading

CASES = "diff"


def test_show(row: dict[str, Any]) -> None:
    shown = diff.show("a.txt:1", row["before"], row["after"], colour=row.get("colour", False))
    assert shown == row["expected"]


TEXTS = {"line": "开会\n", "blank": "\n\n", "end": "\f", "long": "开" * 100_000, "letter": "a", "stop": "。"}


@settings(deadline=None)  # the machine may be busy
@example(["long", "long", "long", "long", "end", "line"], 1000)
@given(st.lists(st.sampled_from(sorted(TEXTS)), max_size=60), st.integers(1000, 300_000))
def test_where_text_is_cut_is_told_by_the_text_alone(names: list[str], size: int) -> None:
    pieces = [TEXTS[name] for name in names]
    data = "".join(pieces).encode()
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    found = [document for documents in reading.cut_text(chunks) for document in documents]
    assert found == [document for documents in reading.cut_text([data]) for document in documents]
    assert b"".join(document.data for document in found) == data
    assert "".join(document.data.decode() for document in found) == "".join(pieces)
    for document, following in pairwise(found):
        assert following.line == document.line + document.data.count(b"\n")
        assert document.data.endswith(b"\f") or reading.PIECE // 2 <= len(document.data) <= reading.PIECE


@settings(deadline=None)
@given(st.text("ab\n\r{", max_size=40), st.integers(1, 9))
def test_where_lines_are_cut_is_told_by_the_text_alone(text: str, size: int) -> None:
    data = text.encode()
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    groups = reading.cut_lines(chunks)
    found = [line for group in groups for line in reading.documents_of(reading.Batch("a", "jsonl", group))]
    lines = [line for line in re.split(r"(?<=\n)", text) if line]
    assert found == [reading.Document(number, line.encode()) for number, line in enumerate(lines, 1)]


@settings(deadline=None)
@given(st.text("甲乙丙丁\n", max_size=1500), st.text("甲乙丙丁\n", max_size=1500), st.text("甲乙", max_size=9))
def test_a_difference_put_together_is_both_texts(before: str, after: str, shared: str) -> None:
    for old, new in ((before, after), (before + shared * 200, before + shared * 190 + after)):
        found = list(diff.changes(old, new))
        assert "".join(seen for seen, _ in found) == old
        assert "".join(restored for _, restored in found) == new
