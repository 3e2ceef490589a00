"""Saved pages of the sites, a folder each (newscrawl/cases/case.py tells their form), read offline.

The pages are made up, in the shapes that the site files describe: they prove that a site file reads its templates.
A test for each page and field; `known_failures` in page.json are strict expected failures. `scrapy check` does it, too.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newscrawl.cases.case import Case, case_folders, load_case, read
from newscrawl.cases.check import check, check_names
from newscrawl.sites import sites

PAGES = Path(__file__).parent / "pages"
# The demo serves its pages itself, over HTTP.
SITES = sorted(name for name in sites() if not name.startswith("demo"))
CASES = {case.name: case for site in SITES for case in map(load_case, case_folders(PAGES, site))}


@cache
def record(name: str) -> dict[str, Any]:
    return read(CASES[name].as_page(), CASES[name].site)


def each_check() -> list[Any]:
    params = []
    for case in CASES.values():
        failures = case.page.get("known_failures", {})
        for name in check_names(case):
            marks = [pytest.mark.xfail(reason=failures[name], strict=True)] if name in failures else []
            params.append(pytest.param(case, name, marks=marks, id=f"{case.name}-{name}"))
    return params


@pytest.mark.parametrize(("case", "name"), each_check())
def test_page(case: Case, name: str) -> None:
    got, want = check(case, record(case.name), sites()[case.site], name)
    assert got == want


def test_names_of_folders_are_plain() -> None:
    assert [name for name in CASES if not name.isascii()] == []


@pytest.mark.parametrize("site", SITES)
def test_site_has_a_page_for_each_layout(site: str) -> None:
    read_by = {case.page.get("layout") for case in CASES.values() if case.site == site}
    assert read_by, f"no saved page: scrapy savepage {site} URL"
    assert {layout.name for layout in sites()[site].layouts} <= read_by
