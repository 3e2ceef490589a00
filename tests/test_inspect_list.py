"""Ten thousand records in a real Chromium: the list, its search and filters, the keyboard, the server behind it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from newscrawl.inspector.document import records_document
from newscrawl.inspector.records import Records
from newscrawl.inspector.server import Server, Site
from tests.browsing import Watched, Window, text_of, too_wide
from tests.inspector_pages import SENTENCES, article, damaged, lines, refusal

MANY = 10_000


def _made(number: int) -> dict[str, Any]:
    """Of ten records the last is a refusal; the fifth is damaged; one of all, the 7,777th, speaks of a whale."""
    if number % 10 == 9:
        return refusal(number, "no_body" if number % 20 == 9 else "too_short", title=f"第{number}页")
    if number % 10 == 4:
        return damaged(number, "B" if number % 20 == 4 else "A", 0.97 if number % 100 == 4 else 0.999)
    return article(
        number, body=["江边来了一头鲸鱼。"] if number == 7776 else SENTENCES, source=None if number == 0 else "江汉日报"
    )


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them in one file."""
    folder = tmp_path_factory.mktemp("inspect")
    (folder / "many.jsonl").write_bytes(lines(*(_made(number) for number in range(MANY))))
    with closing(Records([str(folder / "many.jsonl")])) as records:
        (folder / "many.html").write_bytes(records_document("many", records, served=False))
    return folder / "many.html"


@pytest.fixture
def many(window: Window, document: Path) -> Callable[..., Watched]:
    """Opens it."""
    return lambda **options: window(document.as_uri(), ".row", **options)


def test_only_rows_in_sight_are_elements(many: Callable[..., Watched]) -> None:
    page = many().page
    assert text_of(page, ".status") == "10,000 records"
    assert page.locator(".row").count() < 40
    page.focus(".rows")
    page.keyboard.press("End")
    assert page.locator(".row").count() < 40
    assert page.inner_text(".row[aria-selected=true] .row-title") == "第9999页"
    assert page.get_attribute(".row[aria-selected=true]", "aria-posinset") == "10000"


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("family", "A", 500),
        ("reason", "no_body", 500),
        ("missing", "source", 1),
        ("doubt", "0.99", 100),
        ("family", "none", 8000),
    ],
)
def test_filters(many: Callable[..., Watched], name: str, value: str, number: int) -> None:
    page = many().page
    took = page.evaluate(
        "([name, value]) => { const select = document.querySelector(`[data-filter=${name}]`);"
        " const began = performance.now();"
        " select.value = value; select.dispatchEvent(new Event('change')); return performance.now() - began; }",
        [name, value],
    )
    assert text_of(page, ".status") == f"{number:,} of 10,000 records"
    assert took < 100, "milliseconds: what a person does not notice"


def test_search_in_titles_and_texts(many: Callable[..., Watched]) -> None:
    page = many().page
    page.keyboard.press("/")
    page.keyboard.type("第4321篇")
    assert text_of(page, ".status").startswith("1 of 10,000 records")
    page.fill("[type=search]", "鲸鱼")
    page.wait_for_selector(".status:text-is('1 of 10,000 records')")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    assert text_of(page, ".body p >> nth=0") == "江边来了一头鲸鱼。"
    page.fill("[type=search]", "decode")
    page.wait_for_selector(".status:text-is('0 of 10,000 records')")


def test_all_words_must_be_found_and_nothing_is_told(many: Callable[..., Watched]) -> None:
    page = many().page
    page.fill("[type=search]", "鲸鱼 7776 江边")
    page.wait_for_selector(".status:text-is('1 of 10,000 records')")
    page.fill("[type=search]", "鲸鱼 4321")
    page.wait_for_selector(".nothing:text-is('nothing found; Esc clears')")
    page.keyboard.press("Escape")
    assert text_of(page, ".status") == "10,000 records"
    assert page.input_value("[type=search]") == ""
    assert not page.is_visible(".nothing")


def test_the_address_chooses_the_record(window: Window, document: Path) -> None:
    page = window(f"{document.as_uri()}#7", ".article", width=390).page
    page.wait_for_selector(".title:text-is('第6篇 江边种树')")
    assert page.get_attribute("#app", "data-pane") == "article", "in a narrow window, too"
    page.click("[data-pane=list]")
    page.fill("[type=search]", "第4321篇")
    page.evaluate("location.hash = '#9'")
    page.wait_for_selector(".title:text-is('第8篇 江边种树')")
    assert page.input_value("[type=search]") == "", "the record was not among what was searched for"
    page.go_back()
    page.wait_for_selector(".title:text-is('第6篇 江边种树')")


@pytest.mark.parametrize("body", ['"x"', "5", "[1]", "[null]"])
def test_an_odd_line_ends_no_search(window: Window, tmp_path: Path, body: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(f'{{"url": "u", "body": {body}}}\n'.encode() + lines(article(1)))
    with closing(Records([str(tmp_path / "a.jsonl")])) as records:
        (tmp_path / "a.html").write_bytes(records_document("a", records, served=False))
    page = window((tmp_path / "a.html").as_uri(), ".row").page
    assert "neither an article nor a refusal" in text_of(page, ".verdict")
    page.fill("[type=search]", "结尾")
    page.wait_for_selector(".status:text-is('1 of 2 records')")


def test_the_keyboard_goes_through_the_records(many: Callable[..., Watched]) -> None:
    page = many().page
    for key in ("j", "ArrowDown", "j", "k", "j", "j"):
        page.keyboard.press(key)
    assert text_of(page, ".title") == "第4篇 江边种树"
    assert page.inner_text(".doubt") == "上午"
    page.keyboard.press("?")
    assert page.is_visible("#help")
    page.keyboard.press("Escape")
    assert not page.is_visible("#help")
    for _ in range(5):
        page.keyboard.press("j")
    assert "no body" in text_of(page, ".row[aria-selected=true]")
    assert "a title, but no body" in text_of(page, ".verdict")


def test_records_are_asked_for_one_by_one(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(*(article(number, body=[*SENTENCES, f"尾{number}"]) for number in range(50))))
    with closing(Records([str(path)])) as records:
        document = records_document("a", records, served=True)
        assert SENTENCES[0].encode() not in document
        with Server(Site(document, records)) as server:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            watched = window(server.url, ".row")
            watched.page.wait_for_selector(".body")
            watched.page.fill("[type=search]", "尾33")
            watched.page.wait_for_selector(".status:text-is('1 of 50 records')")
            watched.page.click(".row")
            watched.page.wait_for_selector(".title:text-is('第33篇 江边种树')")
            assert watched.page.is_visible("button:text('Fetch the page')")
            asked = [url.removeprefix(server.url) for url in watched.requests]
            assert [path for path in asked if "record" in path] == ["record/0", "record/33"]
            server.shutdown()


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_nothing_sticks_out(many: Callable[..., Watched], width: int) -> None:
    page = many(width=width).page
    assert page.locator(".pane:visible").count() == (1 if width <= 800 else 2)
    assert too_wide(page, ".pane, .filters, .selects label") == []
    page.click(".row >> nth=4")
    assert too_wide(page, ".pane, .article, .ask") == []
    assert page.is_visible(".article"), "the chosen record is shown, in a narrow window instead of the list"
