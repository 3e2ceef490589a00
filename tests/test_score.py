"""The figures of `scrapy score`: how they come about, and that none falls below what was reached."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import newscrawl
from newscrawl.score.compare import FIGURES, Answer, Score, compare
from newscrawl.score.floor import Floor, load_floors, losses
from newscrawl.score.pages import Saved, Truth, saved_pages
from newscrawl.score.peers import peers_read
from newscrawl.score.readers import FIELDS, Reader, Reading, newscrawl_reads
from newscrawl.score.table import Row, record, table
from newscrawl.score.variants import VARIANTS, Given
from tests.score_pages import BODY, HTML, TRUTH

CASES = "score"
ROOT = Path(__file__).parents[1]
PEERS = ROOT / "tests" / "bench" / "peers.py"
FLOORS = load_floors(ROOT / "tests" / "score_floor.json")

READ = {name: TRUTH[name] for name in FIELDS & TRUTH.keys()} | {"accepted": True, "milliseconds": 1.0}
ALL_RIGHT = {
    "title": 1,
    "minute": 1,
    "day": 1,
    "source": 1,
    "reporters": 1,
    "editors": 1,
    "first+last sentence": 1,
    "body F1": 1,
    "junk in body": 0,
    "correspondents": 1,
    "articles accepted": 1,
}


def saved(**changes: Any) -> Saved:
    fields = {"file": "a.html", "url": "", "charset": "utf-8", "language": "zh-Hans", "kind": "article"}
    return Saved(**(fields | {"truth": Truth(**TRUTH), "body": HTML.encode()} | changes))


def figures(page: Saved, reading: Reading, fields: frozenset[str] = FIELDS) -> dict[str, float]:
    score = compare(Reader(name="reader", fields=fields, readings=[reading]), [Given(page=page, text="")])
    return {name: round(share, 4) for name, share in score.shares.items()}


def test_figures(row: dict[str, Any]) -> None:
    page, reading = saved(truth=Truth(**(TRUTH | row["truth"]))), Reading(**(READ | row["read"]))
    want = {name: value for name, value in (ALL_RIGHT | row["figures"]).items() if value is not None}
    assert figures(page, reading) == want


def test_no_article(row: dict[str, Any]) -> None:
    reading = Reading(accepted=row["accepted"], milliseconds=1.0)
    assert figures(saved(kind="forum", truth=None), reading) == row["figures"]


def test_what_a_reader_does_not_give_back_is_not_asked() -> None:
    assert figures(saved(), Reading(**READ), frozenset({"title"})) == {"title": 1, "articles accepted": 1}


def test_wrong_answers_name_page_and_figure() -> None:
    reader = Reader(name="reader", fields=FIELDS, readings=[Reading(**(READ | {"title": "江堤", "body": BODY[:9]}))])
    score = compare(reader, [Given(page=saved(), text="")])
    assert score.wrong("title") == ["a.html: title: '江堤' is not '江堤加固，全线开工'"]
    assert score.wrong("body F1") == ["a.html: body F1: 0.462"]
    assert score.wrong("source") == []


def test_losses(row: dict[str, Any]) -> None:
    """Twelve pages with one wrong title and one false source."""
    right = [Answer("a.html", 1.0, "")] * 11
    false = [Answer("b.html", 0.0, "")] * 11
    answers = {
        "title": [*right, Answer("b.html", 0.0, "江堤")],
        "false source": [*false, Answer("a.html", 1.0, "江汉日报")],
    }
    assert losses(Score(answers=answers), Floor(folders=("x",), variant="clean", shares=row["floor"])) == row["lost"]


def test_gb2312_changes_nothing_but_bytes_and_labels() -> None:
    given = VARIANTS["gb2312"](saved(), 0)
    assert given.headers == {"content-type": "text/html; charset=gb2312"}
    assert given.body.decode("gb18030") == HTML.replace("charset=utf-8", "charset=gb2312")
    article = newscrawl.read_article(given.body, headers=given.headers)
    assert (article.charset, article.title, article.source) == ("gb18030", "江堤加固，全线开工", "江汉日报")


@pytest.mark.parametrize(("number", "seen"), [(0, "發(fā)布會(huì)上說"), (1, "發(fā)布會(huì)上說(shuō)")])
def test_mirror_wrecks_what_stands_between_tags(number: int, seen: str) -> None:
    given = VARIANTS["mirror"](saved(), number)
    for kept in ('<h1 title="时间">', 'var from = "时间"', "<!-- 发布时间 -->", "charset=utf-8"):
        assert kept in given.text
    assert seen in given.text
    article = newscrawl.read_article(given.body)
    assert article.restored and article.restored.family == "AB"[number]
    assert article.title == "江堤加固,全线开工"
    assert article.title == TRUTH["title"].translate(given.folded)


def test_mirrored_page_in_traditional_characters_is_right_in_either() -> None:
    given = VARIANTS["mirror"](saved(language="zh-Hant"), 0)
    assert "發佈時間：".translate(given.folded) == "发布时间:"


def test_flat_holds_the_title_and_all_that_is_shown() -> None:
    given = VARIANTS["flat"](saved(), 0)
    lines = given.text.split("\n")
    assert lines[:3] == ["江堤加固，全线开工_江汉网", "江堤加固，全线开工", "2024-05-01 08:30 来源：江汉日报"]
    assert len(lines) == 6
    assert newscrawl.read_text(given.text).source == "江汉日报"
    assert VARIANTS["flat"](saved(body=b""), 0).text == ""


def test_newscrawl_reads_every_variant() -> None:
    pages = [variant(saved(), 0) for variant in VARIANTS.values()]
    reader = newscrawl_reads([*pages, Given(page=saved(), text="", body=b"")])
    assert [reading.title for reading in reader.readings[:3]] == [TRUTH["title"], TRUTH["title"], "江堤加固,全线开工"]
    assert [reading.accepted for reading in reader.readings] == [True, True, True, True, False]
    assert reader.readings[-1].refusal.startswith("empty_page")


def command(*code: str) -> str:
    """A command that reads pages as readers do and runs some code for each: `page` is it, `say(...)` answers."""
    head = "import json, sys\nsay = lambda **line: print(json.dumps(line))\n"
    body = ("for line in sys.stdin:", "page = json.loads(line)", *code)
    return shlex.join([sys.executable, "-c", head + "\n ".join(body)])


def test_peers_say_what_they_give_back() -> None:
    pages = [Given(page=saved(file=file), text=HTML) for file in ("a.html", "b.html")]
    one = "say(reader='one', file=page['file'], accepted=True, ms=2.5, title=page['html'][:9], time='2024-05-01')"
    two = "if page['file'] == 'a.html': say(reader='two', file='a.html', accepted=True, ms=1, time='2024-05-01T08:30')"
    readers = peers_read(command(one, two), pages)
    assert [(reader.name, reader.fields) for reader in readers] == [
        ("one", {"title", "time"}),
        ("two", {"time", "minute"}),
    ]
    assert [(reading.title, reading.milliseconds) for reading in readers[0].readings] == [("<!DOCTYPE", 2.5)] * 2
    assert [(reading.accepted, reading.refusal) for reading in readers[1].readings] == [
        (True, ""),
        (False, "no answer"),
    ]
    assert compare(readers[1], pages).shares == {"minute": 0.5, "day": 0.5, "articles accepted": 0.5}


@pytest.mark.parametrize("code", ["print('hello')", "print('[]')", "say(reader='one', file='a.html')"])
def test_peers_that_say_something_else(code: str) -> None:
    with pytest.raises(ValueError):
        peers_read(command(code), [Given(page=saved(), text=HTML)])


def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("peers", PEERS)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_iso(row: dict[str, Any]) -> None:
    assert bench().iso(row["text"]) == row["want"]


def test_fault_of_a_peer_is_its_answer() -> None:
    def fail(html: str, url: str) -> dict[str, Any]:
        raise RuntimeError(html + url)

    found = bench().answer(fail, {"html": "<p>", "url": "http://x"})
    assert (found["accepted"], found["refusal"]) == (False, "RuntimeError('<p>http://x')")
    assert bench().answer(lambda html, url: {"title": "江堤", "body": "堤" * 100}, {"html": "", "url": ""})["accepted"]
    assert not bench().answer(lambda html, url: {"title": "江堤", "body": None}, {"html": "", "url": ""})["accepted"]


def test_table() -> None:
    score = Score(
        answers={"title": [Answer("a", 1.0, ""), Answer("b", 0.0, "")]}, milliseconds=[(9, "a"), (2, "b"), (3, "c")]
    )
    row = Row(reader="reader", variant="flat", folders=["x"], score=score)
    head, rule, line = table([row]).splitlines()
    assert len(head) == len(rule) == len(line)
    cells = dict(zip(*([cell.strip() for cell in text.split("|")] for text in (head, line)), strict=True))
    assert {"title": ".500", "day": "-", "ms/page": "3.0", "worst ms": "9"}.items() <= cells.items()
    assert line.startswith("| reader, flat ")
    assert {figure.name for figure in FIGURES} < cells.keys()
    assert record(row) == {
        "reader": "reader",
        "as": "flat",
        "folders": ["x"],
        "pages": 3,
        "ms": {"median": 3, "worst": 9, "slowest": "a"},
        "shares": {"title": 0.5},
    }


@cache
def pages_of(folders: tuple[str, ...]) -> list[Saved]:
    return [page for folder in folders for page in saved_pages(ROOT / folder)]


def _param(floor: Floor) -> Any:
    missing = [folder for folder in floor.folders if not (ROOT / folder).exists()]
    skip = pytest.mark.skipif(bool(missing), reason=f"no {', '.join(missing)}")
    return pytest.param(floor, id=f"{'+'.join(floor.folders)}-{floor.variant}", marks=skip)


@pytest.mark.parametrize("floor", [_param(floor) for floor in FLOORS])
def test_nothing_is_lost(floor: Floor) -> None:
    """On the saved pages no figure is worse than it was; the floors are written with `scrapy score --json`."""
    given = [VARIANTS[floor.variant](page, number) for number, page in enumerate(pages_of(floor.folders))]
    lost = losses(compare(newscrawl_reads(given), given), floor)
    assert not lost, "\n".join(lost)


def test_every_figure_has_a_floor_on_the_made_pages() -> None:
    floors = [floor for floor in FLOORS if floor.folders == ("tests/pages/portals",)]
    assert [floor.variant for floor in floors] == list(VARIANTS)
    assert [floor.shares.keys() for floor in floors] == [{figure.name for figure in FIGURES}] * len(VARIANTS)
