"""`scrapy run` and its neighbours, on the demo."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from newscrawl.crawl.demo import SharedDemo
from newscrawl.demo.server import DemoSite
from tests.torture.crawls import free_port

ROOT = Path(__file__).parent.parent
Demo = tuple[subprocess.CompletedProcess[str], Path]
NAMES = ["cnhubei", "demo", "demo_hostile", "demo_mirror", "gscn", "jxnews", "yunnan"]


def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)


def test_the_demo_comes_out_whole(demo_run: Demo) -> None:
    done, output = demo_run
    assert done.returncode == 0, done.stderr
    rows = {row[0]: row[1:] for line in done.stdout.splitlines()[1:3] if (row := line.split())}
    assert rows["demo"][1:3] == ["86", "0"]
    assert rows["demo_mirror"][1:3] == ["86", "86"]
    for site in ("demo", "demo_mirror"):
        (file,) = (output / "articles" / site).glob("*.jsonl")
        assert len(file.read_text("utf-8").splitlines()) == 86
        assert str(file) in done.stdout


def test_every_trap_is_counted_under_its_name(demo_run: Demo) -> None:
    _, output = demo_run
    for site in ("demo", "demo_mirror"):
        (file,) = (output / "rejects" / site).glob("*.jsonl")
        reasons = Counter(json.loads(line)["reason"] for line in file.read_text("utf-8").splitlines())
        network = ["http_error", "redirect_loop", "offsite", "robots_denied", "endless_list", "too_large", "truncated"]
        assert {reason: reasons[reason] for reason in network} == dict.fromkeys(network, 1)


def test_warnings_are_all_the_log_there_is(demo_run: Demo) -> None:
    log = demo_run[0].stderr
    assert not re.search(r"\b(INFO|DEBUG|ERROR|Traceback|Deprecat)", log), log


def test_an_interrupt_ends_the_series(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scrapy", "run", "--table", "-L", "INFO", "-s", f"OUTPUT_DIR={tmp_path}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("rejects/demo/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    out, log = process.communicate(timeout=60)
    assert process.returncode == 130, log
    assert out.startswith("site ")
    assert "\ndemo " in out
    assert "demo_mirror" not in out
    assert "Traceback" not in log
    assert "Task was destroyed" not in log


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nosuch"], ["no such site: nosuch", *NAMES]),
        (["demo", "-a", "articles"], ["-a NAME=VALUE"]),
        (["demo", "-a", "article=3"], ["unknown argument 'article'", "articles"]),
        (["--bogus"], ["no such option: --bogus"]),
    ],
)
def test_usage(arguments: list[str], says: list[str]) -> None:
    done = scrapy("run", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert all(word in done.stderr for word in says)
    assert "Traceback" not in done.stderr


def test_a_site_that_brings_nothing_is_a_failure(tmp_path: Path) -> None:
    done = scrapy("run", "demo", "--table", "-s", f"OUTPUT_DIR={tmp_path}", "-s", "USER_AGENT=x", "-a", "articles=0")
    assert done.returncode == 1
    assert re.search(r"^demo +\d+ +0 ", done.stdout, re.MULTILINE)


def test_list() -> None:
    assert scrapy("list").stdout.split() == NAMES


def test_check() -> None:
    done = scrapy("check")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("callback", ["parse", "parse_article", "parse_list"])
def test_parse(callback: str, tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    settings = ["-s", f"OUTPUT_DIR={tmp_path}", "-s", f"DEMO_PORTAL_PORT={port}"]
    options = ["--spider", "demo", "-c", callback, "--nocolour", "--noitems", "-L", "ERROR"]
    done = scrapy("parse", address, *options, *settings)
    assert done.returncode == 0
    assert "# Requests" in done.stdout
    assert "Traceback" not in done.stderr, done.stderr
    assert ("/yaowen/index.html" in done.stdout) == (callback != "parse_article")


def test_schema_command() -> None:
    assert scrapy("schema").stdout == (ROOT / "docs" / "article.schema.json").read_text("utf-8")


def test_one_server_for_all_demo_spiders(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(DemoSite, "start", lambda self: calls.append("start"))
    monkeypatch.setattr(DemoSite, "stop", lambda self: calls.append("stop"))
    demo = SharedDemo()
    assert demo.acquire(0, 0) is demo.acquire(0, 0)
    demo.release()
    assert calls == ["start"]
    demo.release()
    assert calls == ["start", "stop"]
    demo.acquire(0, 0)
    assert calls == ["start", "stop", "start"]
