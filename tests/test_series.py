"""`scrapy run` over several sites: what one does to another (nothing), time limits, exit codes. Real processes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from newscrawl.crawl.ledger import open_ledger
from newscrawl.publish.history import records_before, records_of
from newscrawl.publish.paths import ledger_path
from tests.torture.crawls import ENV, PATIENCE, ROOT, free_port, scrapy

EVERY_KEY = {"site", "run", "finish_reason", "articles", "refused", "expectations", "files", "seconds"}


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """Of a run of the demo's sites that meets no other."""
    portal, mirror = free_port(), free_port()
    settings = [f"OUTPUT_DIR={tmp_path}", f"DEMO_PORTAL_PORT={portal}", f"DEMO_MIRROR_PORT={mirror}"]
    return [option for setting in settings for option in ("-s", setting)]


def lines(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    return {record["site"]: record for record in map(json.loads, done.stdout.splitlines())}


def start(*arguments: str, **env: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scrapy", "run", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, env=ENV | env, text=True, start_new_session=True, **pipes)


def pid_in(lock: Path) -> int:
    """The process that crawls a site, waited for."""
    return int(waited(lambda: lock.exists() and lock.read_text("ascii").strip()))


def waited(what: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError("waited in vain")


def test_a_line_for_each_site_and_a_report(tmp_path: Path, options: list[str]) -> None:
    done = scrapy("run", "demo", "demo_mirror", "--report", *options)
    assert done.returncode == 0, done.stderr
    told = lines(done)
    assert list(told) == ["demo", "demo_mirror"]
    assert all(record.keys() >= EVERY_KEY for record in told.values())
    assert told["demo"]["articles"] == told["demo_mirror"]["restored"] == 86
    assert {one["passed"] for record in told.values() for one in record["expectations"]} == {True}
    assert len({record["run"] for record in told.values()}) == 1
    for site, record in told.items():
        assert records_of(ledger_path(tmp_path, site)) == [record]
    (report,) = (tmp_path / "reports").glob("*/index.html")
    assert str(report) in done.stderr
    assert scrapy("report", *options).stdout.strip() == str(report)


def test_a_site_that_is_killed_takes_no_other_with_it(tmp_path: Path, options: list[str]) -> None:
    run = start("demo", "demo_mirror", *options)
    os.kill(pid_in(tmp_path / "state" / "demo.lock"), signal.SIGKILL)
    out, log = run.communicate(timeout=PATIENCE)
    told = {record["site"]: record for record in map(json.loads, out.splitlines())}
    assert (told["demo"]["finish_reason"], told["demo_mirror"]["articles"]) == ("killed", 86)
    assert run.returncode == 1, log
    again = lines(scrapy("run", "demo", *options))
    assert len((tmp_path / "articles" / "demo").glob("*.jsonl").__next__().read_text("utf-8").splitlines()) <= 86
    assert again["demo"]["finish_reason"] == "finished"


def test_a_run_that_is_killed_takes_its_crawls_with_it(tmp_path: Path, options: list[str]) -> None:
    run = start("demo", "-s", "DOWNLOAD_DELAY=5", *options)
    pid = pid_in(tmp_path / "state" / "demo.lock")
    run.kill()
    run.communicate(timeout=PATIENCE)  # ends when nobody can write to its pipes any more, the crawl included
    with pytest.raises(ProcessLookupError):
        waited(lambda: os.kill(pid, 0))


def test_sites_side_by_side(options: list[str]) -> None:
    told = lines(scrapy("run", "demo", "demo_mirror", "--jobs", "2", *options))
    assert {record["articles"] for record in told.values()} == {86}
    first, second = sorted((record["started_at"], record["finished_at"]) for record in told.values())
    assert second[0] < first[1]


def test_a_site_that_takes_too_long_is_ended_and_goes_on_the_next_time(tmp_path: Path, options: list[str]) -> None:
    slow = ["-s", "DOWNLOAD_DELAY=0.5"]
    done = scrapy("run", "demo", "--minutes", "0.1", "--table", *slow, *options)
    assert done.returncode == 1
    assert "demo: its time was up" in done.stdout
    assert scrapy("run", "demo", *options).returncode == 0
    written = [line for file in tmp_path.glob("articles/demo/*") for line in file.read_text("utf-8").splitlines()]
    assert len({json.loads(line)["content_hash"] for line in written}) == len(written) == 86


def test_nothing_could_run(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "demo.sqlite").write_bytes(b"no ledger" * 1000)
    done = scrapy("run", "demo", "--report", *options)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "reports").glob("*/index.html"))
    assert lines(done)["demo"]["finish_reason"] == "ledger_unusable"
    assert "move it away" in done.stderr


def test_a_report_compares_with_every_earlier_run(tmp_path: Path) -> None:
    settings = Settings({"OUTPUT_DIR": str(tmp_path), "LEDGER": None})
    for run in ("r1", "r2"):
        with closing(open_ledger(ledger_path(tmp_path, "demo"))) as ledger:
            ledger.start_run(run)
            ledger.end_run({"run": run})
            ledger.commit()
    assert records_before("r2", settings, "demo") == [{"run": "r1"}]
    assert records_before("r3", settings, "demo") == [{"run": "r1"}, {"run": "r2"}], "r3 found the site locked"


def test_refusals_that_cannot_be_written_are_told(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "rejects").write_text("no folder", "utf-8")
    done = scrapy("run", "demo", *options)
    assert done.returncode == 1
    record = lines(done)["demo"]
    lost = sum(record["refused"].values())
    assert (record["finish_reason"], record["unwritten"]) == ("finished", lost)
    (unmet,) = (one for one in record["expectations"] if not one["passed"])
    assert (unmet["name"], f"{lost} refusals could not be written" in unmet["message"]) == ("ended", True)


def test_a_record_that_cannot_be_handed_over_is_in_the_ledger(tmp_path: Path, options: list[str]) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    run = start("demo", *options, TMPDIR=str(folder))
    # as if the disk were full: what is written there cannot be opened
    waited(lambda: list(folder.glob("tmp*")))[0].joinpath("record.json.part").mkdir()
    out, log = run.communicate(timeout=PATIENCE)
    (record,) = map(json.loads, out.splitlines())
    assert (record["finish_reason"], record["articles"], run.returncode) == ("finished", 86, 0), log


class Dying:
    """A pipeline that ends its process."""

    def process_item(self, item: Any) -> None:
        os._exit(0)


def test_a_crawl_that_dies_by_itself_did_run(options: list[str]) -> None:
    done = scrapy("run", "demo", "-s", 'ITEM_PIPELINES={"tests.test_series.Dying": 1}', *options)
    assert (done.returncode, lines(done)["demo"]["finish_reason"]) == (1, "died"), done.stderr
    unable = scrapy("run", "demo", "-s", "SCHEDULER=no.such.Thing", *options)
    assert (unable.returncode, lines(unable)["demo"]["finish_reason"]) == (3, "not_started")


def test_an_expectation_that_cannot_be_judged_says_why(tmp_path: Path, options: list[str]) -> None:
    assert scrapy("run", "demo", *options).returncode == 0
    with sqlite3.connect(tmp_path / "state" / "demo.sqlite") as ledger:
        ledger.execute("UPDATE runs SET record = 'no json'")
    done = scrapy("run", "demo", *options)
    assert done.returncode == 1
    messages = {one["message"].partition(":")[0] for one in lines(done)["demo"]["expectations"] if not one["passed"]}
    assert messages == {"could not be judged"}


def test_output_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    done = scrapy("run", "demo", "-s", f"OUTPUT_DIR={tmp_path / 'file'}")
    assert (done.returncode, done.stdout) == (3, "")
    assert "cannot write to" in done.stderr


def test_what_it_fell_short_of_is_said(options: list[str]) -> None:
    done = scrapy("run", "demo", "--table", "-a", "articles=0", *options)
    assert done.returncode == 1
    assert "fell short\n  demo: no article on" in done.stdout


@pytest.mark.parametrize(
    ("name", "send"),
    [(signal.SIGTERM, os.kill), (signal.SIGINT, os.killpg)],
    ids=["kill", "ctrl-c"],  # a terminal sends its signal to the crawls as well
)
def test_a_signal_ends_the_run_in_order(
    tmp_path: Path, options: list[str], name: signal.Signals, send: Callable[[int, int], None]
) -> None:
    run = start("demo", "demo_mirror", "-s", "DOWNLOAD_DELAY=0.3", *options)
    pid_in(tmp_path / "state" / "demo.lock")
    waited(lambda: list(tmp_path.glob("articles/demo/*")))
    send(run.pid, name)
    out, log = run.communicate(timeout=PATIENCE)
    assert run.returncode == 130, log
    (record,) = map(json.loads, out.splitlines())
    assert (record["site"], record["finish_reason"]) == ("demo", "shutdown")
    assert "Traceback" not in log


def test_a_crawl_that_is_stopped_alone_falls_short(tmp_path: Path, options: list[str]) -> None:
    run = start("demo", "--table", "-s", "DOWNLOAD_DELAY=0.3", *options)
    pid = pid_in(tmp_path / "state" / "demo.lock")
    waited(lambda: list(tmp_path.glob("articles/demo/*")))
    os.kill(pid, signal.SIGTERM)
    out, log = run.communicate(timeout=PATIENCE)
    assert run.returncode == 1, log
    assert "fell short\n  demo: it was told to stop" in out


def test_a_file_of_articles_that_is_a_folder_is_named(tmp_path: Path, options: list[str]) -> None:
    scrapy("run", "demo", "-a", "articles=3", *options)
    (file,) = tmp_path.glob("articles/demo/*")
    file.unlink()
    file.mkdir()
    done = scrapy("run", "demo", *options)
    assert done.returncode == 3
    assert f"cannot write to {file}: Is a directory" in done.stderr


def test_since(tmp_path: Path, options: list[str]) -> None:
    done = scrapy("run", "demo", "--since", "2020-01-01", *options)
    assert done.returncode == 0, done.stderr
    days = lines(done)["demo"]["days"]
    assert min(days) >= "2020-01-01"
    assert lines(done)["demo"]["refused"]["too_old"] > 0
    wrong = scrapy("run", "demo", "--since", "someday", *options)
    assert wrong.returncode == 2
    assert "'someday' is no date" in wrong.stderr


def test_the_log_as_json(options: list[str]) -> None:
    done = scrapy("run", "demo", "-a", "articles=3", "-L", "INFO", "-s", "LOG_JSON=1", *options)
    logged = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"logger", "level", "message", "timestamp"} <= logged[-1].keys()
