"""The inspector in a real Chromium: what it shows, how it is used, and that a page in it can neither act nor load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newscrawl.explain import Explanation, explain
from newscrawl.inspector.document import page_document
from newscrawl.page import Page
from tests.browsing import CONTRAST, LUMINANCE, Watched, Window, text_of, too_wide
from tests.inspector_pages import HOSTILE, SENTENCES, hostile_page, mirrored


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """page.html: a mirror's page; hostile.html; flat.html."""
    folder = tmp_path_factory.mktemp("inspect")
    flat = Page(text="\n".join(["江边植树活动今天启动", "2021-03-01 10:00 来源：江汉日报", *SENTENCES]), flat=True)
    (folder / "page.html").write_bytes(page_document(mirrored()))
    (folder / "flat.html").write_bytes(page_document(explain(flat)))
    (folder / "hostile.html").write_bytes(page_document(explain(Page(url="x", body=hostile_page()))))
    return folder


@pytest.fixture
def opened(window: Window, documents: Path) -> Window:
    """Opens one of the documents."""
    return lambda name, **options: window((documents / name).as_uri(), ".article", **options)


# Scrolling and sizes are told with the next frame.
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class _With:
    """An explanation with other values."""

    def __init__(self, told: Explanation, other: dict[str, Any]) -> None:
        self.url = told.url
        self.as_dict = lambda: {**told.as_dict(), **other}


def frame_of(page: Any) -> Any:
    return page.query_selector("iframe").content_frame()


# ---- a page beside its article


def test_the_page_stands_beside_its_article(opened: Window) -> None:
    page = opened("page.html").page
    assert text_of(page, ".title") == "高考明日开考 三十八万六千考生请查收这份清单"
    assert "高考明日開考 三十八萬六千考生請(qǐng)查收這份清單" in frame_of(page).inner_text("h1 >> nth=-1")
    assert "北京赛车走势图" in frame_of(page).inner_text("#newscrawl-head")
    assert "江汉日报" in text_of(page, ".fields")
    assert "restore: family A" in text_of(page, ".trace")
    assert page.locator(".junk li").count() == len(mirrored().junk)


def test_repairs_are_marked_and_tell_bytes_and_rule(opened: Window) -> None:
    page = opened("page.html").page
    page.hover(".title .k-annotation")
    assert text_of(page, "#note .change") == "請(qǐng) → 请"
    assert "D5 88 28" in text_of(page, "#note"), "the bytes of 請(qǐng)"
    assert page.get_attribute(".title .k-annotation", "aria-describedby") == "note"
    counts = mirrored().restore["counts"]
    assert page.locator(".article .k-misaligned:not(.key)").count() > 0
    assert f"annotation {counts['annotation']}" in text_of(page, ".legend")


def test_the_texts_of_both_sides_can_be_read(opened: Window) -> None:
    page = opened("page.html").page
    page.click("[data-mode=seen]")
    assert text_of(page, ".title") == "高考明日開考 三十八萬六千考生請(qǐng)查收這份清單"
    page.keyboard.press("s")
    assert "請(qǐng)请查收" in text_of(page, ".title")
    page.keyboard.press("s")
    assert text_of(page, ".title") == mirrored().article["title"]


def test_what_is_in_doubt_is_red_and_names_its_candidates(opened: Window) -> None:
    page = opened("page.html").page
    page.keyboard.press("u")
    spot = mirrored().unresolved[0]
    assert page.evaluate("document.activeElement.className").split()[-1] == "doubt"
    assert page.inner_text(".doubt").startswith(spot["seen"][0])
    assert all(candidate in page.inner_text("#note .may") for candidate in spot["candidates"])


def test_the_note_of_a_spot_outlives_the_scroll(opened: Window) -> None:
    page = opened("page.html").page
    page.set_viewport_size({"width": 1280, "height": 520})
    for key in ("u", "u", "n", "p"):  # the second u is the only spot again, p the last repair of all
        page.keyboard.press(key)
        page.evaluate(SETTLED)
        assert page.is_visible("#note"), key
        note, piece = page.locator("#note").bounding_box(), page.locator(".piece:focus").bounding_box()
        assert min(abs(note["y"] - piece["y"] - piece["height"]), abs(note["y"] + note["height"] - piece["y"])) < 40
        if key in ("u", "p"):
            page.keyboard.press("Escape")
            assert not page.is_visible("#note")
        assert page.evaluate("document.querySelector('.article-pane').scrollTop") > 0, "it did scroll"


def test_a_layout_that_misses_by_one_selector_is_told(window: Window, tmp_path: Path) -> None:
    layouts = [{"name": f"a/{n}", "fits": False, "missing": ["byline: div#x", "body: p"][:n]} for n in (1, 2)]
    told = mirrored()
    (tmp_path / "page.html").write_bytes(page_document(_With(told, {"layouts": layouts})))
    page = window((tmp_path / "page.html").as_uri(), ".article").page
    assert text_of(page, ".verdict .near") == "layout a/1 fits but for its byline: div#x"


def test_a_page_is_scaled_again_when_its_pane_changes(opened: Window) -> None:
    page = opened("page.html").page
    zoom = "document.querySelector('iframe').contentDocument.documentElement.style.zoom"
    page.evaluate("document.querySelector('.panes').style.gridTemplateColumns = '600px 1fr'")
    page.evaluate(SETTLED)
    assert float(page.evaluate(zoom)) < 1
    page.evaluate("document.querySelector('.panes').style.gridTemplateColumns = '1400px 1fr'")
    page.evaluate(SETTLED)
    assert float(page.evaluate(zoom)) == 1


def test_a_field_leads_to_where_it_stands_on_the_page(opened: Window) -> None:
    page = opened("page.html").page
    page.click("button.find:text('published at')")
    found = frame_of(page).locator("newscrawl-found")
    assert "2023年06月06日14:10" in found.first.inner_text()
    page.click(".paragraph:nth-of-type(4) button")
    text = "".join(frame_of(page).locator("newscrawl-found").all_inner_texts())
    assert text.startswith("交通方面,臨江"), "and nothing else is pointed at"
    top = frame_of(page).evaluate("document.querySelector('newscrawl-found').getBoundingClientRect().top")
    assert 0 < top < 800


def test_hidden_noise_is_opened_to_be_seen(opened: Window) -> None:
    page = opened("page.html").page
    button = page.locator(".junk button.find", has_text="hidden").first
    button.click()
    box = "document.querySelector('newscrawl-found').getBoundingClientRect()"
    assert frame_of(page).evaluate(f"{box}.width * {box}.height") > 0
    page.click(".junk button.find >> nth=0")
    assert frame_of(page).locator(".newscrawl-opened").count() <= 2, "what is no longer pointed at is hidden again"


def test_other_readers_are_heard(opened: Window) -> None:
    page = opened("page.html").page
    page.click(".headline .others summary")
    assert "北京赛车走势图" in text_of(page, ".headline .others .said")


def test_marks_of_a_kind_can_be_switched_off(opened: Window) -> None:
    page = opened("page.html").page
    back = "getComputedStyle(document.querySelector('.title .k-annotation')).backgroundColor"
    assert page.evaluate(back) != "rgba(0, 0, 0, 0)"
    page.click(".legend .k-annotation")
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)  # the colour fades
    assert page.evaluate(back) == "rgba(0, 0, 0, 0)"


def test_flattened_text_is_shown_a_block_a_line(opened: Window) -> None:
    page = opened("flat.html").page
    assert frame_of(page).locator("p.newscrawl-line").all_inner_texts()[2:] == SENTENCES
    page.click(".paragraph:nth-of-type(2) button")
    assert frame_of(page).inner_text("newscrawl-found") == SENTENCES[1]


# ---- hostile pages


def test_a_hostile_page_can_neither_act_nor_load(opened: Window) -> None:
    watched = opened("hostile.html")
    page = watched.page
    assert text_of(page, ".title") == "江边植树活动今天启动</script><script>owned = 1</script>"
    frame = page.query_selector("iframe").bounding_box()
    for down in range(10, int(frame["height"]), 12):
        for right in (25, 70):  # the lures stand at the left; by place, for Playwright's own clicks put listeners there
            page.mouse.click(frame["x"] + right, frame["y"] + down)
    page.click(".paragraph:nth-of-type(2) button")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.owned") is None
    assert page.title().endswith("newscrawl")
    assert frame_of(page).url == "about:srcdoc"
    assert SENTENCES[0] in frame_of(page).inner_text("body")


def test_the_fences_hold_when_the_cleaning_fails(browser: Any, documents: Path) -> None:
    """The markup as it is goes into the frame: policy and sandbox stop what the cleaning would have taken out."""
    watched = Watched(browser.new_page())
    page = watched.page
    page.goto((documents / "page.html").as_uri())
    page.wait_for_selector(".article")
    page.evaluate(
        "markup => new Promise(done => { const frame = document.querySelector('iframe');"
        " frame.addEventListener('load', done, { once: true });"
        " frame.srcdoc = frame.srcdoc.replace('</head>', '</head>' + markup); })",
        "".join(attack for name, attack in HOSTILE.items() if name not in ("quotes", "ending")),
    )
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.owned") is None
    assert page.query_selector("iframe").content_frame().url == "about:srcdoc"
    assert set(watched.failures) <= {"csp", "net::ERR_BLOCKED_BY_CSP", "net::ERR_ABORTED"}
    assert watched.complaints, "Chromium tells what it stopped"
    page.close()


def test_no_script_but_ours_runs_in_the_document_itself(browser: Any, documents: Path) -> None:
    page = browser.new_page()
    page.goto((documents / "page.html").as_uri())
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
    assert page.evaluate("window.ran") is None
    page.close()


# ---- looks


@pytest.mark.parametrize("width", [360, 800, 1280])
@pytest.mark.parametrize("name", ["page.html", "hostile.html"])
def test_nothing_sticks_out(opened: Window, name: str, width: int) -> None:
    page = opened(name, width=width).page
    assert too_wide(page, ".pane:not(.page-pane), .article, .verdict, .paragraph") == []
    assert page.locator(".pane:visible").count() == (1 if width <= 800 else 2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(opened: Window, scheme: str) -> None:
    page = opened("page.html", color_scheme=scheme).page
    selectors = (
        ".title .k-annotation, .body .k-misaligned, .doubt, .facts b, .facts .bad, .how, .find, .junk .text, .junk .why"
    )
    for selector in (*selectors.split(", "), ".others.differ summary", ".page-note", "[aria-pressed=true]", ".key"):
        assert page.eval_on_selector(selector, LUMINANCE) >= CONTRAST, selector
