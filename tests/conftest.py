"""Rows as data: a test `test_parse(row)` in a module with `CASES = "bylines"` runs once for each row of
tests/cases/bylines.json whose `call` is `parse` (rows without `call` are for every test of the module).

Kinds: wild (found on a page), made (written for the shape), negative (nothing must be read into it, or it must come out
unchanged), known_failure (what is wrong today: a strict expected failure, `why` says what happens instead). A test of
`any_row` holds for every row of its module, known failures included.

Side by side: `make test` has a worker for each core. A file with a fixture of module scope is run by one of them, of
other files each test by whichever is free. So each must hold beside any other: ports are 0 or from
`tests.torture.crawls.free_port()`, files are in `tmp_path`, limits on work are in CPU time, waits are for an event.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

import newscrawl
from tests.browsing import Window, windows
from tests.golden.make import crawl
from tests.servers import REDIS, Postgres, Server, postgres_programs, start_redis
from tests.torture.crawls import ENV

CASES = Path(__file__).parent / "cases"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
DEMO_RUN = {"test_golden.py", "test_crawl_run.py", "dataset/test_build.py", "dataset/test_cluster.py"}
"""Files that look at what the fixture `demo_run` has crawled: one worker has both."""


class _Together(LoadScopeScheduling):
    """What is not to be parted, told by the id of a test, which begins with its file.

    The mark xdist_group would do, but pytest 9.2 hides it from xdist 3.8 (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file in DEMO_RUN:
            return "demo_run"
        return file if _shares(file) else nodeid


@cache
def _shares(file: str) -> bool:
    """Whether tests of a file share what may be dear to make; a browser is."""
    text = (Path(__file__).parent / file).read_text("utf-8")
    return any(shared in text for shared in ('scope="module"', "browser: ", "window: ", "postgres: "))


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


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """PostgreSQL; what asks for it is skipped where there is none."""
    if postgres_programs() is None:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    server = Postgres(tmp_path_factory.mktemp("postgres"))
    ENV["PGPASSWORD"] = os.environ["PGPASSWORD"] = server.password
    yield server
    del ENV["PGPASSWORD"], os.environ["PGPASSWORD"]
    server.stop()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Server]:
    """Redis that keeps nothing on the disk; what asks for it is skipped where there is none."""
    if REDIS is None:
        pytest.skip("no Redis on this machine: apt-get install redis-server")
    server = start_redis(tmp_path, "--save", "")
    yield server
    server.stop()


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
