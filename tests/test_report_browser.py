"""The report in a real Chromium: hostile text stays text, nothing is loaded, nothing sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.publish.report import write_report
from tests.browsing import CONTRAST, LUMINANCE, Watched
from tests.report_records import history, record, sample

RUN = "20261122T130500Z"
HOSTILE = {
    "script": "<script>document.title = 'owned'</script>",
    "handler": '"><img src=x onerror="document.title = \'owned\'">',
    "quote": "' onmouseover='document.title = 1' x='",
    "style": "</style><style>body { display: none }</style>",
    "cdata": "]]><!-- --!> --> <svg onload=alert(1)>",
    "template": "{{ 7 * 7 }}{% raw %}",
    "direction": "安全\u202egnp.exe\u2066",
    "control": "a\x00b\x1b[2J\x07",
    "surrogate": "a\ud800b",
    "entity": "&lt;b&gt; &#60;",
    "long": "长" * 400 + "x" * 400,
}
SHOWN = {
    "surrogate": "a‹U+D800›b",
    "direction": "安全‹U+202E›gnp.exe‹U+2066›",
    "control": "a‹U+0000›b‹U+001B›[2J‹U+0007›",
}
ADDRESSES = [
    "javascript:document.title='owned'",
    "data:text/html,<script>alert(1)</script>",
    "http://a.cn/\"onclick=\"document.title='owned'",
    "http://a.cn/" + "x" * 2_000,
    "file:///etc/passwd",
]


def hostile_record() -> dict[str, Any]:
    """A record in which every text is hostile."""
    counts = dict.fromkeys(HOSTILE.values(), 3)
    samples = [
        sample(
            url=ADDRESSES[number % len(ADDRESSES)], why=bad, title=bad, title_before=bad, before=f"旧{bad}", after=bad
        )
        for number, bad in enumerate(HOSTILE.values())
    ]
    return record(
        site=HOSTILE["handler"],
        finish_reason=HOSTILE["script"],
        sections=counts,
        families=counts,
        refused=counts,
        recovered=counts,
        blocked=counts,
        limits=counts,
        slowest=[{"url": url, "seconds": 0.5, "extract": 0.5} for url in ADDRESSES],
        samples=samples,
        expectations=[{"name": bad, "passed": False, "message": bad} for bad in HOSTILE.values()],
        files={"articles": [HOSTILE["script"]], "rejects": HOSTILE["handler"]},
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of an ordinary site, a failed one, and a hostile one."""
    records = [record(), record(site="cnhubei", articles=0, filled={}, slowest=[], samples=[]), hostile_record()]
    return write_report(tmp_path_factory.mktemp("output"), RUN, records, {"demo": history(*range(80, 94))})


@pytest.fixture
def opened(browser: Any, report: Path) -> Iterator[Watched]:
    watched = Watched(browser.new_page())
    watched.page.goto(report.as_uri())
    yield watched
    watched.page.close()


def test_nothing_runs_and_nothing_is_asked_for(opened: Watched, report: Path) -> None:
    for details in opened.page.query_selector_all("details > summary"):
        details.click()
    opened.page.mouse.move(300, 300)
    opened.page.wait_for_load_state("networkidle")
    assert opened.requests == [report.as_uri()]
    assert opened.complaints == []
    assert opened.page.title() == f"newscrawl run {RUN}"
    assert (
        opened.page.query_selector_all("script, img, iframe, style + style, [onload], [onerror], [onmouseover]") == []
    )


def test_the_policy_would_stop_a_script_that_got_in(opened: Watched) -> None:
    opened.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    opened.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}))")
    assert opened.page.evaluate("window.ran") is None
    assert len(opened.complaints) == 2
    assert all("Content Security Policy" in complaint for complaint in opened.complaints)
    assert opened.failures == ["csp"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_as_text(opened: Watched, name: str) -> None:
    shown = SHOWN.get(name, HOSTILE[name])
    texts = opened.page.eval_on_selector_all(
        ".sample .why, .bars th, .alert b", "found => found.map(e => e.textContent)"
    )
    assert texts.count(shown) >= 8, "in five bar charts, as reason of a sample, and as an expectation"


def test_only_addresses_of_pages_are_links(opened: Watched) -> None:
    links = opened.page.eval_on_selector_all("a.url", "found => found.map(a => [a.protocol, a.rel, a.host])")
    assert {tuple(link) for link in links} == {("http:", "noreferrer noopener", "a.cn")}
    texts = opened.page.eval_on_selector_all("span.url", "found => found.map(e => e.textContent)")
    assert {"javascript:document.title='owned'", "file:///etc/passwd"} <= set(texts)


@pytest.mark.parametrize("width", [320, 375, 800, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out(browser: Any, report: Path, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(report.as_uri())
    page.eval_on_selector_all("details", "found => found.forEach(e => e.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = "found => found.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    assert page.eval_on_selector_all(".card, .summary, .side, .tile", wide) == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "selector",
    [
        "h1",
        ".totals",
        ".why",
        "a.url",
        ".pill.ok",
        ".pill.check",
        ".pill.failed",
        ".delta.good",
        ".note",
        "ins",
        "del",
        ".hint",
    ],
)
def test_text_can_be_read(browser: Any, report: Path, scheme: str, selector: str) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto(report.as_uri())
    assert page.eval_on_selector(selector, LUMINANCE) >= CONTRAST
    page.close()


def test_the_summary_stays_in_sight(browser: Any, report: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report.as_uri())
    page.evaluate("scrollTo(0, 3000)")
    box = page.query_selector(".summary").bounding_box()
    assert box["y"] == 0
    assert box["height"] < 400
    page.click("a[href='#site-3']")
    heading = page.query_selector("#site-3").bounding_box()
    assert heading["y"] >= page.query_selector(".summary").bounding_box()["height"]
    page.close()


def test_every_plot_has_its_numbers_as_a_table(opened: Watched) -> None:
    plots = opened.page.eval_on_selector_all(
        "svg.columns",
        "found => found.map(e => [e.getAttribute('role'), e.getAttribute('aria-label').length > 10,"
        " e.closest('.card').querySelectorAll('table').length > 0])",
    )
    assert plots
    assert all(plot == ["img", True, True] for plot in plots)
