"""The report of a run: figures, changes, harmless text. tests/test_report_browser.py looks at it."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import html

from newscrawl.publish.report import changes, data, figures, kept, render, text, write_report
from newscrawl.publish.report.data import site_view, site_views
from newscrawl.publish.report.figures import over_time
from newscrawl.publish.report.kept import chosen, whole_record
from newscrawl.publish.report.text import duration, link_target, marked, size, visible
from tests.report_records import history, record, sample

RUN = "20261122T130500Z"


@pytest.mark.parametrize("module", [changes, data, figures, kept, text], ids=lambda module: module.__name__)
def test_examples(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("江汉日报\n第二行", "江汉日报\n第二行"),
        ("全　角\u00a0空格", "全　角\u00a0空格"),
        ("\x00\x1b[2J\x7f\r", "‹U+0000›‹U+001B›[2J‹U+007F›‹U+000D›"),
        ("a\u202egnp.exe\u2066", "a‹U+202E›gnp.exe‹U+2066›"),
        ("\u200b\ufeff\x9b\u2028", "‹U+200B›‹U+FEFF›‹U+009B›‹U+2028›"),
        ("\udcff\ue104\uffff", "‹U+DCFF›‹U+E104›‹U+FFFF›"),
    ],
)
def test_what_is_shown_of_text(given: str, shown: str) -> None:
    assert visible(given) == shown


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("http://a.cn/1.html?a=1&b=2", True),
        ("HTTPS://a.cn/", True),
        ("http://[::1]/", True),
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("data:text/html,<script>1</script>", False),
        ("file:///etc/passwd", False),
        ("//a.cn/", False),
        ("http:///a", False),
        ("http://[a", False),
        ("http://a.cn/ onclick=1", False),
        ("http://a.cn/\u202e", False),
        ("", False),
        (None, False),
    ],
)
def test_what_becomes_a_link(url: str | None, links: bool) -> None:
    assert link_target(url) == (url if links else None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("日?qǐng)?bào)記者", "日报记者"),
        ("", "新"),
        ("旧", ""),
        ("同", "同"),
        ("a\nb", "a\nb\nc"),
        ("x" * 300, "y" * 300),
    ],
)
def test_marked_pieces_are_the_whole_texts(before: str, after: str) -> None:
    left, right = marked(before, after)
    assert ("".join(piece for piece, _ in left), "".join(piece for piece, _ in right)) == (before, after)
    assert [piece for piece, changed in left if not changed] == [piece for piece, changed in right if not changed]


@pytest.mark.parametrize(
    ("days", "unit", "columns", "highest"),
    [
        ({"2026-11-22": 3}, "day", 1, 3),
        ({"2026-10-30": 1, "2026-11-02": 2}, "day", 4, 2),
        ({"2024-02-28": 1, "2024-03-01": 1}, "day", 3, 1),
        ({"2025-11-01": 1, "2025-11-30": 4, "2026-11-22": 2}, "month", 13, 5),
        ({"1998-01-01": 1, "2026-11-22": 2}, "year", 29, 2),
        ({"0001-01-01": 9, "9999-12-31": 2}, "year", 120, 9),
        ({"2026-11-22": 1, "someday": 5}, "day", 1, 1),
    ],
)
def test_articles_over_time(days: dict[str, int], unit: str, columns: int, highest: int) -> None:
    chart = over_time(days)
    assert chart is not None
    assert (chart.unit, len(chart.columns), chart.highest) == (unit, columns, highest)
    assert all(0 <= column.share <= 1 for column in chart.columns)


@pytest.mark.parametrize("days", [{}, {"someday": 1}])
def test_no_days_no_chart(days: dict[str, int]) -> None:
    assert over_time(days) is None


@pytest.mark.parametrize(
    ("now", "before", "told", "direction"),
    [
        (100, (), "", "same"),
        (110, (100, 90, 1000), "+10%", "up"),
        (50, (100,), "−50%", "down"),
        (0, (100,), "−100%", "down"),
        (100, (100, 100), "0%", "same"),
        (1001, (1000,), "0%", "same"),
        (5, (0, 0, 9), "new", "up"),
        (0, (0,), "", "same"),
    ],
)
def test_change_against_the_median(now: int, before: tuple[int, ...], told: str, direction: str) -> None:
    change = changes.changes(record(articles=now), history(*before))["articles"]
    assert (change.told, change.direction) == (told, direction)
    assert [bar.value for bar in change.runs] == [*before, now]


def test_only_the_last_runs_count() -> None:
    change = changes.changes(record(), history(1, 1, 1, *[100] * 14))["articles"]
    assert (len(change.runs), change.usual) == (15, 100)


@pytest.mark.parametrize(
    ("changed", "before", "level", "why"),
    [
        ({}, (), "ok", []),
        ({}, (120, 90), "ok", []),
        ({"articles": 0}, (), "failed", ["no article was seen"]),
        ({"articles": 0, "known": 80}, (), "ok", []),
        ({"articles": 0, "unchanged": 80}, (), "ok", []),
        ({"finish_reason": "shutdown"}, (), "check", ["ended early: shutdown"]),
        ({"finish_reason": None}, (), "check", ["ended early: no end was recorded"]),
        ({"blocked": {"a.cn": 2}}, (), "check", ["blocked by 1 host"]),
        ({"expectations": [{"name": "n", "passed": False}]}, (), "check", ["1 expectation failed"]),
        ({"expectations": [{"name": "n", "passed": True}]}, (), "ok", []),
    ],
)
def test_status(changed: dict[str, Any], before: tuple[int, ...], level: str, why: list[str]) -> None:
    status = site_view(whole_record(record(**changed)), history(*before)).status
    assert (status.level, status.why) == (level, why)


def test_sites_that_failed_come_first() -> None:
    given = [record(site="good"), record(site="slow", finish_reason="shutdown"), record(site="none", articles=0)]
    views = site_views([whole_record(one) for one in given], {})
    assert [view.record["site"] for view in views] == ["none", "slow", "good"]


@pytest.mark.parametrize(("source", "lost"), [(90, False), (81, False), (80, True), (0, True)])
def test_a_field_that_is_lost(source: int, lost: bool) -> None:
    filled = {"title": 100, "source": source, "reporters": 50, "images": 0}
    fills = {fill.name: fill for fill in changes.fills(record(filled=filled), history(100, 100, 100))}
    assert (fills["source"].lost, fills["title"].lost) == (lost, False)
    assert fills["source"].usual == 0.9


def test_no_article_no_fill_rate() -> None:
    assert changes.fills(record(articles=0), history(100)) == []


@pytest.mark.parametrize(
    ("shown", "expected"),
    [(duration(59.96), "60.0 s"), (duration(3599.7), "1 h 0 min"), (size(999_999_999), "1,000 MB")],
)
def test_figures_at_the_edge(shown: str, expected: str) -> None:
    assert shown == expected


def test_a_run_is_chosen_with_what_was_before() -> None:
    records = [record("3", "a"), record("1", "a"), record("2", "b"), record("2", "a"), record("3", "a", articles=7)]
    run, now, before = chosen(records, None)
    assert (run, [one["articles"] for one in now]) == ("3", [7])
    assert [one["run"] for one in before["a"]] == ["1", "2"]
    run, now, before = chosen(records, "2")
    assert ([one["site"] for one in now], [one["run"] for one in before["a"]], before["b"]) == (["b", "a"], ["1"], [])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ([], "no JSON object"),
        ({"site": "a"}, "run"),
        ({"site": "a", "run": "r", "filled": {"title": "x"}}, "filled.title"),
        ({"site": "a", "run": "r", "samples": [{}]}, "samples.0.url"),
    ],
)
def test_what_is_no_record(line: object, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        whole_record(line)


def test_the_report_of_a_record_with_nothing_in_it() -> None:
    page = html.fromstring(render(RUN, [{"site": "demo", "run": RUN}], {}))
    assert "no article was seen" in page.text_content()
    assert html.fromstring(render(RUN, [], {})).text_content()


def test_failed_expectations_are_at_the_top() -> None:
    expectations = [
        {"name": "enough articles", "passed": True},
        {"name": "source filled", "passed": False, "message": "61%\nexpected 90%"},
    ]
    page = html.fromstring(render(RUN, [record(site="a"), record(site="b", expectations=expectations)], {}))
    (alert,) = page.find_class("alert")
    assert alert.getprevious() is None
    assert re.sub(r"\s+", " ", alert.text_content()).strip() == "1 expectation failed b: source filled61% expected 90%"


def test_the_report_holds_what_the_record_does() -> None:
    page = html.fromstring(render(RUN, [record()], {"demo": history(80, 80)}))
    words = re.sub(r"\s+", " ", page.text_content())
    for word in (
        "▲ +25%",
        "要闻",
        "the server answered with an error status",
        "4.0 MB",
        "1 min 15 s",
        "output/rejects/demo",
    ):
        assert word in words, word
    (svg,) = page.xpath("//div[@class='chart']/*[name()='svg']")
    assert [rect.get("height") for rect in svg.iter("rect")] == ["42.86", "0.00", "100.00"]
    assert [mark.text for mark in page.iter("ins")] == ["开", "汉", "试院发"]


@pytest.mark.parametrize("tag", ["script", "iframe", "object", "img", "base", "form"])
def test_nothing_in_it_can_act_or_load(tag: str) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)><iframe src="//a.cn"><base href="//a.cn">'
    bad = sample(url=f"http://a.cn/{hostile}", why=hostile, title=hostile, before=hostile, after=hostile)
    page = html.fromstring(
        render(RUN, [record(site=hostile, samples=[bad], sections={hostile: 1}, finish_reason=hostile)], {})
    )
    assert list(page.iter(tag)) == []
    assert [name for element in page.iter("*") for name in element.attrib if name.startswith("on")] == []


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = write_report(tmp_path, RUN, [record()], {})
    assert path == tmp_path / "reports" / RUN / "index.html"
    written = path.read_bytes()
    with pytest.raises(ValueError, match="no record"):
        write_report(tmp_path, RUN, [{"site": "demo"}], {})
    assert [file.read_bytes() for file in path.parent.iterdir()] == [written]


@pytest.mark.parametrize("run", ["../evil", "", "a/b", ".", "a\n", "-x", "a" * 65])
def test_names_of_runs(run: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name for a run"):
        write_report(tmp_path, run, [], {})
    assert list(tmp_path.iterdir()) == []
