"""Rows as data: a test `test_parse(row)` in a module with `CASES = "bylines"` runs once for each row of
tests/cases/bylines.json whose `call` is `parse` (rows without `call` are for every test of the module).

Kinds: wild (found on a page), made (written for the shape), negative (nothing must be read into it, or it must come out
unchanged), known_failure (what is wrong today: a strict expected failure, `why` says what happens instead). A test of
`any_row` holds for every row of its module, known failures included.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import Window, windows

CASES = Path(__file__).parent / "cases"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium; what asks for it is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM)
        yield started
        started.close()


@pytest.fixture
def window(browser: Any) -> Iterator[Window]:
    """See `tests.browsing.windows`."""
    with windows(browser) as opens:
        yield opens


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    call = metafunc.function.__name__.removeprefix("test_")
    for name in {"row", "any_row"} & set(metafunc.fixturenames):
        rows = json.loads((CASES / f"{metafunc.module.CASES}.json").read_text(encoding="utf-8"))
        nobodys = {row["call"] for row in rows if "call" in row and not hasattr(metafunc.module, f"test_{row['call']}")}
        assert not nobodys, f"rows that no test of {metafunc.module.__name__} reads: {nobodys}"
        chosen = [row for row in rows if name == "any_row" or row.get("call", call) == call]
        metafunc.parametrize(name, [_param(row, strict=name == "row") for row in chosen])


def _param(row: dict[str, Any], *, strict: bool) -> Any:
    fails = strict and row["kind"] == "known_failure"
    marks = [pytest.mark.xfail(reason=row["why"], strict=True)] if fails else []
    return pytest.param(row, id=row["id"], marks=marks)
