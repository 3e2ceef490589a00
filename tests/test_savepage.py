"""`scrapy savepage`: what it keeps, what it drafts, what it refuses to do; a draft is never taken for the truth."""

from __future__ import annotations

import doctest
import io
import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import UsageError

from newscrawl.cases import check, draft
from newscrawl.cases.draft import checked_slug, page_json, slug_of
from newscrawl.cases.run import check_sites
from newscrawl.page import Page
from tests import commands

PAGES = Path(__file__).parent / "pages"
SAVED = PAGES / "cnhubei" / "trs-2018" / "page.html"
URL = "http://news.cnhubei.com/xw/sh/201811/t4197315.shtml"
LIST = str(PAGES / "made" / "list_page" / "page.html")


def checked(root: Path, site: str = "cnhubei") -> list[str]:
    out = io.StringIO()
    is_fine = check_sites(root, [site], out, verbose=False)
    *wrong, _ = out.getvalue().splitlines()
    assert is_fine is not bool(wrong)
    return wrong


def mend(path: Path, **values: Any) -> None:
    """What a person does to a draft: set values, and None takes one out."""
    told = {**json.loads(path.read_text("utf-8")), **values}
    gone = [name for name in values if values[name] is None]
    path.write_text(json.dumps({name: told[name] for name in told if name not in gone}), "utf-8")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    assert commands.run("savepage", "cnhubei", str(SAVED), "one", "--to", str(tmp_path), "--why", "TRS") == 0
    return tmp_path / "cnhubei" / "one"


def test_keeps_the_bytes_and_where_they_came_from(kept: Path) -> None:
    assert (kept / "page.html").read_bytes() == SAVED.read_bytes()
    assert json.loads((kept / "page.json").read_text("utf-8")) == {
        "url": URL,
        "headers": {"content-type": "text/html"},
        "why": "TRS",
        "layout": "cnhubei/2018",
    }


def test_a_draft_fails_until_it_was_reviewed(kept: Path) -> None:
    root = kept.parents[1]
    assert checked(root) == [
        "cnhubei/one not_reviewed: a draft: compare expected.json with the page, then delete this line"
    ]
    mend(kept / "expected.json", not_reviewed=None)
    assert checked(root) == []
    assert json.loads((kept / "expected.json").read_text("utf-8")) == json.loads(
        (SAVED.parent / "expected.json").read_text("utf-8")
    )


@pytest.mark.parametrize(
    ("file", "values", "said"),
    [
        ("expected.json", {"source": "江汉日报"}, "source: got '湖北日报', expected '江汉日报'"),
        ("expected.json", {"reporters": ["刘䶮", "张三"]}, "reporters: got 1 of 2: '张三' is missing"),
        ("expected.json", {"nosuch": 1}, "nosuch: got 'it is read as an article', expected 1"),
        ("page.json", {"layout": "cnhubei/2015"}, "layout: got 'cnhubei/2018', expected 'cnhubei/2015'"),
        ("page.json", {"next": "http://a.example/2"}, "next: got None, expected 'http://a.example/2'"),
        ("page.json", {"why": ""}, "why: page.json does not say what the page is there for"),
        ("page.json", {"nosuch": 1}, "page.json: got 1 for 0: 'nosuch' is too much"),
        ("page.json", {"known_failures": {"title": "cut"}}, "title: is right now: take it out of known_failures (cut)"),
    ],
)
def test_what_is_wrong_is_named_by_page_and_field(kept: Path, file: str, values: dict[str, Any], said: str) -> None:
    mend(kept / "expected.json", not_reviewed=None)
    mend(kept / file, **values)
    assert checked(kept.parents[1]) == [f"cnhubei/one {said}"]


def test_a_known_failure_is_no_error(kept: Path) -> None:
    mend(kept / "expected.json", not_reviewed=None, source="江汉日报")
    mend(kept / "page.json", known_failures={"source": "a logo"})
    assert checked(kept.parents[1]) == []


def test_a_refused_page_is_drafted_as_refused(tmp_path: Path) -> None:
    arguments = ("cnhubei", LIST, "--url", "http://news.cnhubei.com/xw/", "--to", str(tmp_path), "--why", "a list")
    assert commands.run("savepage", *arguments) == 0
    folder = tmp_path / "cnhubei" / "xw"
    mend(folder / "expected.json", not_reviewed=None)
    assert json.loads((folder / "expected.json").read_text("utf-8")) == {"refused": "list_page"}
    assert checked(tmp_path) == []
    mend(folder / "expected.json", refused="forum")
    assert checked(tmp_path) == ["cnhubei/xw refused: got 'list_page', expected 'forum'"]


def test_a_case_is_never_written_over_unasked(kept: Path) -> None:
    mend(kept / "expected.json", not_reviewed=None)
    before = (kept / "expected.json").read_bytes()
    arguments = ("cnhubei", str(SAVED), "one", "--to", str(kept.parents[1]))
    with pytest.raises(UsageError, match="is there; --force writes over it"):
        commands.run("savepage", *arguments)
    assert (kept / "expected.json").read_bytes() == before
    assert commands.run("savepage", *arguments, "--force") == 0
    assert "not_reviewed" in json.loads((kept / "expected.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cnhubi", str(SAVED)], "no such site: cnhubi; did you mean cnhubei?"),
        (["zzzz", str(SAVED)], "no such site: zzzz; there are: cnhubei, "),
        (["cnhubei"], "name the site, then an address or a file"),
        (["cnhubei", str(SAVED), "../evil"], "'../evil' is no name for a case"),
        (["cnhubei", str(SAVED), "Über"], "is no name for a case"),
        (["cnhubei", "nosuch.html"], "no such file: nosuch.html"),
        (["cnhubei", URL, "--url", URL], "--url is for files"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError) as told:
        commands.run("savepage", *arguments, "--to", str(tmp_path))
    assert said in str(told.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gscn", str(SAVED)], f"{URL} is not on gscn.com.cn: is it a page of another site than gscn?"),
        (["cnhubei", LIST], "http://www.jianghan.example/sh/ is not on cnhubei.com"),
        (["cnhubei", "PAGE"], "the page tells no address on cnhubei; --url tells where it came from"),
        (["cnhubei", str(PAGES / "made" / "flat_clean" / "page.txt")], "flattened text has no markup"),
    ],
)
def test_pages_that_are_not_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    page = tmp_path / "loose.html"
    page.write_bytes(b"<html><title>\x1b[2J</title><p>text</p></html>")
    named = [str(page) if argument == "PAGE" else argument for argument in arguments]
    assert commands.run("savepage", *named, "--to", str(tmp_path / "to")) == 1
    told = capsys.readouterr().err
    assert said in told and "\x1b" not in told
    assert not (tmp_path / "to").exists()


def test_a_page_out_of_reach_of_the_disk_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("no folder")
    assert commands.run("savepage", "cnhubei", str(SAVED), "--to", str(tmp_path / "file")) == 1
    assert f"[{URL}]" in capsys.readouterr().err


def test_the_address_may_be_what_the_page_calls_its_own(tmp_path: Path) -> None:
    page = tmp_path / "saved.html"
    page.write_bytes(f'<html><head><link rel="canonical" href="{URL}"></head><body></body></html>'.encode())
    assert commands.run("savepage", "cnhubei", str(page), "--to", str(tmp_path)) == 0
    assert json.loads((tmp_path / "cnhubei" / "t4197315" / "page.json").read_text("utf-8"))["url"] == URL


def test_headers_of_the_connection_and_the_visitor_are_not_kept() -> None:
    page = Page(url=URL, body=b"", headers={"content-type": "text/html", "set-cookie": "id=1", "content-length": "9"})
    assert page_json(page, 200, "", {"refused": "empty_page"})["headers"] == {"content-type": "text/html"}


@pytest.mark.parametrize("url", ["http://a.example/../../etc/passwd", "http://a.example/" + "x" * 900, "%00", "", URL])
def test_every_address_gives_a_safe_name(url: str) -> None:
    assert checked_slug(slug_of(url)) == slug_of(url)


@pytest.mark.parametrize("module", [check, draft])
def test_examples_in_docstrings(module: Any) -> None:
    assert doctest.testmod(module).failed == 0
