"""How a crawl ends: by a limit, which is named, and by Ctrl-C. Real crawls."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from newscrawl.publish.record import run_record
from newscrawl.publish.summary import summary
from tests.live import (
    ONE_AT_A_TIME,
    ROOT,
    Crawl,
    Pages,
    Reply,
    articles,
    command,
    crawl,
    html,
    outcome,
    portal,
    robots,
    served,
)

EVERYTHING: Pages = {
    "/": html("/index.html", "/deep/1", "/rili/1", *articles(range(6))),
    "/index.html": html("/t90.html", "/index_2.html"),
    "/index_2.html": html("/t91.html"),
    **{path: html() for path in articles(range(90, 92))},
    **{path: html() for path in articles(range(1, 6))},
    "/t0.html": html(text='<a href="t0_2.html">下一页</a>'),
    "/t0_2.html": html(text='<a href="t0_3.html">下一页</a>'),
    **{f"/deep/{number}": html(f"/deep/{number + 1}", f"/t{number + 10}.html") for number in range(9)},
    **{path: html() for path in articles(range(11, 20))},
    **{f"/rili/{month}": html(f"/rili/{month + 1}") for month in range(1, 20)},
}
LIMITS = {"articles": 3, "lists": 2, "depth": 2, "barren": 3, "links": 4, "pages": 1, "megabytes": 0, "minutes": 0}


def printed(done: Crawl) -> str:
    """The summary of a crawl whose stats were written as JSON, which has no times."""
    return summary([run_record("testsite", {k: v for k, v in done.stats.items() if not k.endswith("_time")})])


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_that_bites_is_named(limit: str, tmp_path: Path) -> None:
    done = crawl(dict(EVERYTHING), tmp_path, "-a", f"{limit}={LIMITS[limit]}")
    listed = printed(done).partition("\nlimits\n")[2].partition("\n\n")[0]
    line = next(line for line in listed.splitlines() if line.split()[0] == limit)
    assert int(line.split()[1]) == done.stats[f"newscrawl/limits/{limit}"] > 0
    assert f"-a {limit}=N" in line
    assert done.log.count(f" {limit}: ") == 1
    assert "Traceback" not in done.log


def test_limits_that_do_not_bite_are_not_named(tmp_path: Path) -> None:
    done = crawl(portal(range(3)), tmp_path)
    assert "limits" not in printed(done)


# 390 kB
LARGE = html(text="江" * 130_000)


def test_megabytes_end_the_run_in_order(tmp_path: Path) -> None:
    pages = portal(range(12), lambda path: LARGE)
    done = crawl(pages, tmp_path, *ONE_AT_A_TIME, "-a", "megabytes=1", "-s", "DOWNLOAD_DELAY=0.1")
    # the third page passes the limit, and comes out as it was on its way
    assert sum(done.asked[path] for path in articles(range(12))) == len(done.articles) == 3
    assert done.rejects == []
    assert "Spider closed (megabytes_limit)" in done.log


# Ctrl-C


@pytest.mark.parametrize(
    ("pages", "waits"),
    [
        pytest.param(
            portal(range(9), lambda path: Reply(b"", 429, {"Retry-After": "300"})),
            "left alone",
            id="while_a_host_rests",
        ),
        pytest.param(
            {"/": html(), "/robots.txt": robots("User-agent: *\nCrawl-delay: 50\n")}, "50 s apart", id="crawl_delay"
        ),
        pytest.param(
            {"/robots.txt": Reply(b"", 503, {"Retry-After": "300"})}, "left alone", id="while_robots_txt_rests"
        ),
        pytest.param(portal(range(9), lambda path: Reply(b"", 403)), "8 s apart", id="slowed_down"),
    ],
)
def test_an_interrupt_ends_the_run_at_once(pages: Pages, waits: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with served(dict(pages)) as site:
        options = [*ONE_AT_A_TIME, "-s", "BLOCKED_DELAY_MAX=50", "-s", f"LOG_FILE={log}"]
        process = subprocess.Popen(command(site, tmp_path, *options), cwd=ROOT)
        try:
            deadline = time.monotonic() + 60
            while not (log.exists() and waits in log.read_text("utf-8")) and time.monotonic() < deadline:
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            process.wait(timeout=6)  # the shortest wait that is left is 8 seconds
        finally:
            process.kill()  # nothing when it has ended
            process.wait()
    told = log.read_text("utf-8")
    assert "Spider closed (shutdown)" in told
    assert "Traceback" not in told
    assert "Task was destroyed" not in told
    assert [line for line in outcome(site, tmp_path, told).rejects if line["reason"] != "blocked"] == []
