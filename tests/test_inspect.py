"""The inspector without a browser: what may stand in the frame, the document, the index of files."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from lxml import html

from newscrawl.bulk.packed import packed
from newscrawl.inspector import records as records_module
from newscrawl.inspector.document import as_json, page_document, records_document
from newscrawl.inspector.frame import frame, inert, said_in_head
from newscrawl.inspector.records import FIELDS, Records
from newscrawl.page import MAX_BYTES
from tests.inspector_pages import HOSTILE, article, damaged, lines, mirrored, refusal

Read = Callable[..., Records]


# ---- the frame


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_acts_or_loads_is_left(name: str) -> None:
    kept = inert(f"<p>before</p>{HOSTILE[name]}<p>behind</p>")
    tree = html.fragment_fromstring(kept, create_parent=True)
    assert "before" in kept
    assert (
        tree.xpath("//script|//iframe|//object|//embed|//svg|//form|//input|//meta|//base|//link|//template|//video")
        == []
    )
    assert tree.xpath("//@href|//@src|//@srcset|//@action|//@background|//@ping|//@poster") == []
    assert [key for element in tree.iter() for key in element.attrib if key.startswith("on")] == []
    styles = [*tree.xpath("//style/text()"), *tree.xpath("//@style")]
    assert [style for style in styles if re.search(r"url\s*\(|image-set|@import|\\", style, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="a" id="b" style="color: red">text<br>more</div>',
        '<table><tbody><tr><td colspan="2">cell</td></tr></tbody></table>',
        "<style>p > b { color: red }</style>",
        '<img src="data:image/png;base64,iVBORw0KGgo=" alt="a dot">',
        '<font color="red">大字</font>',
    ],
)
def test_looks_are_kept(markup: str) -> None:
    assert inert(markup) == markup


def test_the_head_is_told_in_words() -> None:
    head = '<title>彩票_\u202e网</title><meta name="Keywords" content="a,  b"><meta name="viewport" content="x">'
    assert said_in_head(f"<html><head>{head}</head><body>text</body></html>") == [
        ("title", "彩票_‹U+202E›网"),
        ("meta keywords", "a, b"),
    ]


def test_flattened_text_is_text() -> None:
    shown = frame("第一行 <b>x</b>\n\n第二行", flat=True)
    assert "第一行 &lt;b&gt;x&lt;/b&gt;" in shown
    assert shown.count("newscrawl-line") == 3, "twice a line, once the style"


def test_a_page_nested_too_deep_is_shown_as_text() -> None:
    shown = frame("<div>" * 100_000 + "<b>text</b>", flat=False)
    assert shown.count("<div") == 0
    assert '<p class="newscrawl-line">text</p>' in shown


def test_a_tag_of_too_many_attributes_is_shown_as_text() -> None:
    attributes = " ".join(f"a{number}=1" for number in range(20_000))
    shown = frame(f"<p>before<p {attributes}>text</p>", flat=False)
    assert '<p class="newscrawl-line">text</p>' in shown


def test_what_is_only_never_closed_is_shown_as_a_page() -> None:
    assert "<table>" in frame("<table><tr><td>" + "<p>text<br><li>more" * 5_000, flat=False)


@pytest.mark.parametrize("source", ["", "<div>" * 100_000, "\ud800<p>half a pair", "a\x00b", "<title>" * 5_000])
def test_any_source_gives_a_frame(source: str) -> None:
    assert "Content-Security-Policy" in frame(source, flat=False)


# ---- the document


def test_the_document_is_one_file_that_loads_nothing() -> None:
    page = html.document_fromstring(page_document(mirrored()))
    assert page.xpath("//@src|//link[not(starts-with(@href, 'data:'))]|//a|//iframe") == []
    assert [script.get("type") for script in page.iter("script")] == ["application/json", "application/json", None]
    view = json.loads(page.get_element_by_id("data").text)["page"]
    assert view["article"]["title"] == "高考明日开考 三十八万六千考生请查收这份清单"
    assert "請(qǐng)查收" in view["frame"]


def test_json_ends_no_element() -> None:
    text = "</script><!-- &amp; \u2028 \ud800"
    assert not set("<>&\u2028") & set(as_json(text))
    assert json.loads(as_json(text)) == text


def test_records_in_one_file_are_lines_of_json(read: Read) -> None:
    records = read(lines(article(1, title="</script>\u2028"), refusal(2)) + b"no <json>\n")
    page = html.document_fromstring(records_document("a", records, served=False))
    first, second, third = page.get_element_by_id("lines").text.split("\n")
    assert json.loads(first) == article(1, title="</script>\u2028")
    assert json.loads(second) == refusal(2)
    assert third == "no \\u003cjson\\u003e"


# ---- the index


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Read]:
    """Records of a file with these bytes, closed in the end."""
    with ExitStack() as stack:

        def _read(content: bytes, *, name: str = "a.jsonl", times: int = 1) -> Records:
            (tmp_path / name).write_bytes(content)
            return stack.enter_context(closing(Records([str(tmp_path / name)] * times)))

        yield _read


def test_rows_tell_what_is_filtered_by(read: Read) -> None:
    first, second, third, fourth = read(lines(article(1), damaged(2), refusal(3, "no_body")) + b"\n[]\n").rows
    assert (first.title, first.day, first.family, first.reason) == ("第1篇 江边种树", "2024-01-02", None, None)
    assert [name for bit, name in enumerate(FIELDS) if first.missing >> bit & 1] == [
        *"subtitle correspondents authors editors reviewers section breadcrumb images mirror_of original_url".split()
    ]
    assert (second.family, second.confidence, second.doubts) == ("A", 0.97, 1)
    assert (third.reason, third.day) == ("no_body", "2026-11-22")
    assert (fourth.reason, fourth.title) == ("bad_input", "[]\n")


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_packed_files_are_read(read: Read, ending: str) -> None:
    content = io.BytesIO()
    with packed(content, ending) as out:
        out.write(lines(article(1), article(2)))
    records = read(content.getvalue(), name=f"a.jsonl{ending}", times=2)
    assert [json.loads(records.line(number))["title"][:3] for number in (0, 3)] == ["第1篇", "第2篇"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "there is none"),
        (b"\n\n", "there is none"),
        (b'{"text": "a"}\n', r"a\.jsonl, line 1: neither a reason nor a body"),
        (b"\n[1]\nx\n", r"a\.jsonl, line 2: no JSON object"),
        (b'{"url": "u", "bo', r"a\.jsonl, line 1: no JSON: Unterminated string starting at \(character 14\)"),
        (b'{"body": [], "restored": NaN}', "no JSON: NaN is no number there"),
        (b"\xff\xfe\xfd", "no JSON: "),
    ],
)
def test_files_without_records_are_told(read: Read, content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=f"no line is an article or a refusal: .*{why}"):
        read(content)


def test_refusals_of_bad_input_are_records(read: Read) -> None:
    assert len(read(lines(refusal(1, "bad_input"))).rows) == 1


@pytest.mark.parametrize("body", ['"x"', "5", "[1]", "[null]", '{"a": 1}', "null"])
def test_a_line_with_another_body_is_no_article_and_ends_no_search(read: Read, body: str) -> None:
    records = read(f'{{"url": "u", "body": {body}}}\n'.encode() + lines(article(1)))
    assert [row.reason for row in records.rows] == ["bad_input", None]
    assert list(records.holding("结尾")) == [1]


@pytest.mark.parametrize(
    ("written", "rows"), [("NaN", [None, "bad_input"]), ("-Infinity", [None, "bad_input"]), ("1e999", [None, None])]
)
def test_numbers_that_are_none_are_not_shown(read: Read, written: str, rows: list[str | None]) -> None:
    line = lines(damaged(2)).replace(b"0.97", written.encode())
    records = read(lines(article(1)) + line)
    assert [row.reason for row in records.rows] == rows
    page = html.document_fromstring(records_document("a", records, served=False))

    def no_json(name: str) -> None:
        raise AssertionError(name)

    told = json.loads(page.get_element_by_id("data").text, parse_constant=no_json)["records"]["rows"]
    assert told[1][6] is None


def test_json_has_no_numbers_that_are_none() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json({"confidence": float("nan")})


def test_a_carriage_return_in_a_line_shifts_no_other(read: Read) -> None:
    records = read(lines(article(1)).replace(b'{"url"', b'{\r"url"') + lines(article(2)))
    document = records_document("a", records, served=False)
    held = document[document.index(b'id="lines">') :].partition(b"</script>")[0].partition(b">")[2]
    assert b"\r" not in held, "the parser of a browser would make a line of it"
    assert [json.loads(line) for line in held.split(b"\n")] == [article(1), article(2)]


def test_a_cut_archive_is_told(read: Read) -> None:
    with pytest.raises(ValueError, match="is damaged"):
        read(gzip.compress(lines(article(1)))[:-9], name="a.jsonl.gz")


def test_a_line_beyond_all_measure_is_a_row(read: Read) -> None:
    records = read(lines(article(1)) + b"x" * (2 * MAX_BYTES + 5) + b"\n" + lines(article(2)))
    assert [row.reason for row in records.rows] == [None, "bad_input", None]
    assert json.loads(records.line(2)) == article(2)


def test_more_lines_than_are_shown_are_counted(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_module, "MOST", 2)
    records = read(lines(*map(article, range(5))))
    assert (len(records.rows), records.left) == (2, 3)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第2篇的结尾", [1]),
        ("香樟", [0, 1]),
        ("5g", [2]),
        ('"引"', [2]),
        ("decode", []),
        ("title", []),
        ("12 characters", []),
        ("结尾 香樟", [0, 1]),
        ("第1篇 结尾 无", []),
        ("5G 第4篇 A.example", [2]),
    ],
)
def test_texts_are_searched_not_the_rest_of_the_line(read: Read, text: str, found: list[int]) -> None:
    escaped = json.dumps(article(4, body=['5G "引"号']), ensure_ascii=True).encode() + b"\n"
    assert list(read(lines(article(1), article(2)) + escaped + lines(refusal(3))).holding(text)) == found
