"""Rows as data: a test `test_parse(row)` in a module with `CASES = "bylines"` runs once for each row of
tests/cases/bylines.json whose `call` is `parse` (rows without `call` are for every test of the module).

Kinds: wild (found on a page), made (written for the shape), negative (nothing must be read into it, or it must come out
unchanged), known_failure (what is wrong today: a strict expected failure, `why` says what happens instead). A test of
`any_row` holds for every row of its module, known failures included.

Side by side: `make test` has a worker for each core. A file in `TOGETHER` is run by one of them, of other files each
test by whichever is free, so each must hold beside any other: ports are 0 or `tests.torture.crawls.free_port()`, files
are in `tmp_path`, limits on work are in CPU time, waits are for an event.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

import newscrawl
from tests.browsing import Window, windows
from tests.golden.make import crawl

CASES = Path(__file__).parent / "cases"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
TOGETHER = {
    "test_golden.py": "the demo and its mirror, crawled (10 s)",
    "test_crawl_run.py": "the demo and its mirror, crawled (10 s)",
    "test_docs.py": "the demo and its mirror, crawled for the pages that are run after it (10 s)",
    "test_record.py": "the same crawled by one process (8 s)",
    "test_hostile.py": "the hostile demo, crawled; it has hosts that do not answer (20 s)",
    "test_crawl_again.py": "the first night of a portal of 300 articles (4 s)",
    "test_crawl_live.py": "a crawl of failures, most of it waiting, and one of lists and feeds (10 s)",
    "test_inspect_browser.py": "a Chromium, and pages of every kind explained (3 s)",
    "test_inspect_list.py": "a Chromium, and ten thousand records (3 s)",
    "demo/test_ways.py": "every page of the demo and its mirror, asked for and parsed (3 s)",
}
"""Files whose tests share a fixture that takes seconds to make, and what it is; files with the same go together."""


class _Together(LoadScopeScheduling):
    """What is not to be parted, told by the id of a test. The mark xdist_group would do, but pytest 9.2 hides it from
    xdist 3.8 (pytest-xdist issue 1386)."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Together(config, log)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let Ctrl-C be heard, and have the decoder compiled by one worker while the others wait (half a minute, once)."""
    if getattr(session.config.option, "numprocesses", None):
        return  # this process tests nothing, it has workers
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # so a shell starts what is to run in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with Path(__file__).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        newscrawl.restore("發(fā)布時(shí)間 湖北日?qǐng)?bào)")


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """`scrapy run --table` over the demo and its mirror, and the folder it wrote: to look at, not to change."""
    output = tmp_path_factory.mktemp("output")
    return crawl(output), output


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
