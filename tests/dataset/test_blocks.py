"""The blocks beside datatrove's own: what goes in, what comes out, nothing lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

from datatrove.data import Document

from newscrawl.archives import open_sources
from newscrawl.blocks import Extract, Quality, ReadArchives, Restore
from newscrawl.dataset.groups import Input, make_groups
from newscrawl.dataset.records import as_record, row_id
from newscrawl.refused import Refused
from tests.dataset.building import write_lines

PAGES = Path(__file__).parent.parent / "pages" / "made"
DAMAGED = "發(fā)布時(shí)間:2018年11月29日15:37 來源: 湖北日?qǐng)?bào)"


class Kept:
    """An exclusion writer that keeps what it is given."""

    def __init__(self) -> None:
        self.refused: list[dict[str, Any]] = []

    def __enter__(self) -> Kept:
        return self

    def write(self, document: Document, rank: int = 0) -> None:
        self.refused.append(document.metadata["refused"])

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("text", "restored", "told"),
    [
        pytest.param(DAMAGED, "发布时间:2018年11月29日15:37 来源: 湖北日报", True, id="damaged"),
        pytest.param("  干净的文字，\r\n一字不动。\n", "  干净的文字，\r\n一字不动。\n", False, id="clean"),
    ],
)
def test_restore(text: str, restored: str, told: bool) -> None:
    (document,) = Restore().run([Document(text, "1", metadata={"url": "u"})])
    assert document.text == restored
    assert (document.metadata["restored"] is not None) is told
    assert document.metadata["url"] == "u"
    if told:
        assert document.metadata["restored"]["confidence"] == 1.0


def test_pages_are_extracted_or_refused_by_name() -> None:
    """Every page of a folder comes out on one side or the other."""
    writer = Kept()
    reader = ReadArchives([str(PAGES)])
    articles = list(Quality().run(Extract(writer).run(reader.run())))
    assert len(articles) + len(writer.refused) == sum(1 for _ in open_sources([str(PAGES)]))
    assert len(articles) > len(writer.refused) > 0
    assert all(one["reason"] and one["url"] for one in writer.refused)
    for article in articles:
        assert article.text == "\n".join(article.metadata["body"])
        assert article.id == row_id(article.metadata)
        assert article.metadata["quality"]["characters"] > 0


def test_documents_of_other_readers() -> None:
    """What datatrove's WARC reader gives: HTML that is decoded already, and its address."""
    read = {document.id: document for document in ReadArchives([str(PAGES)]).run()}
    ours = {one.metadata["url"]: one.text for one in Extract().run(read.values())}
    others = [Document(one.text, name, metadata={"url": name}) for name, one in read.items() if name in ours]
    theirs = {one.metadata["url"]: one.text for one in Extract().run(others)}
    assert theirs == ours


def test_text_as_it_was_read_is_there_for_other_blocks() -> None:
    documents = list(ReadArchives([str(PAGES)]).run())
    assert any("<body" in document.text for document in documents)
    assert [one.id for one in documents if not one.text and one.source.page.body.strip()] == []


def test_groups_go_to_tasks_by_turns(tmp_path: Path) -> None:
    line = {"text": "一行", "url": "http://a.example/1.html"}
    files = [write_lines(tmp_path / f"{number}.jsonl", [line] * number) for number in (1, 2, 3)]
    reader = ReadArchives([str(path) for path in files])
    reader.groups = [[one] for group in reader.groups for one in group]
    assert [sum(1 for _ in reader.run(None, rank, 2)) for rank in (0, 1)] == [4, 2]


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [([], []), ([9], [[9]]), ([2, 3, 1], [[2, 3], [1]]), ([9, 1, 1], [[9], [1, 1]]), ([0, 5, 0], [[0, 5, 0]])],
)
def test_groups(sizes: list[int], groups: list[list[int]]) -> None:
    made = make_groups([Input(str(number), size) for number, size in enumerate(sizes)], 5)
    assert [[one.size for one in group] for group in made] == groups


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param({"body": "text"}, "f.jsonl:1: no record of an article: body: ", id="body"),
        pytest.param({"body": [], "published_at": "gestern"}, "published_at", id="time"),
        pytest.param({"body": [], "images": [{"caption": "no address"}]}, "images.0.url", id="inner"),
        pytest.param({"body": [], "kept_as": None}, "a row of a data set", id="row"),
    ],
)
def test_records_that_are_none(line: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        as_record(line, "f.jsonl:1")
    assert refused.value.reason == "bad_input"


def test_record_of_an_older_version_gets_what_it_lacks() -> None:
    record = as_record({"title": "题", "body": ["正文"], "published_at": "2023-06-06T14:10:00+08:00"}, "a test")
    assert record["published_at"] == "2023-06-06T14:10:00+08:00"
    assert record["content_hash"]
    assert json.loads(json.dumps(record)) == as_record(record, "a test")
