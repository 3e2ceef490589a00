"""The hostile demo, crawled for real: every trap has its outcome, every good article comes out, and nothing else moves.

What the process does is told by Python's own audit events: each connection it opens, each port it listens on.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from newscrawl.demo.hostile import GOOD, OTHERS, TRAPS
from newscrawl.publish.summary import summary
from newscrawl.refused import REASONS
from tests.golden.make import GOLDEN, ROOT, outcomes, place, read_lines

AUDITED = """
import atexit, json, resource, sys
told = {"socket.connect": [], "socket.bind": []}
def hook(event, arguments):
    if event in told and isinstance(arguments[1], tuple):
        told[event].append(arguments[1][0])
def tell():
    told["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with open(sys.argv[1], "w") as file:
        json.dump(told, file)
sys.addaudithook(hook)
atexit.register(tell)
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[2:]])
"""


@dataclass
class Run:
    """What came of the crawl."""

    output: Path
    printed: str
    log: str
    events: dict[str, Any]
    outcomes: dict[str, Any]


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    output, told = tmp_path_factory.mktemp("output"), tmp_path_factory.mktemp("told") / "events.json"
    record = told.with_name("record.json")
    options = ["-s", f"OUTPUT_DIR={output}", "-s", "DEMO_HOSTILE_PORT=0", "-L", "INFO", "--record", str(record)]
    command = [sys.executable, "-c", AUDITED, str(told), "crawl", "demo_hostile", *options]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    printed = summary([json.loads(record.read_bytes())])
    return Run(output, printed, done.stderr, json.loads(told.read_text()), outcomes(output))


def test_outcomes_are_those_of_the_golden_file(hostile_run: Run) -> None:
    assert hostile_run.outcomes == json.loads((GOLDEN / "hostile.json").read_text("utf-8"))


def test_summary_counts_what_the_golden_file_lists(hostile_run: Run) -> None:
    golden = json.loads((GOLDEN / "hostile.json").read_text("utf-8"))
    reasons: Counter[str] = sum(map(Counter, golden["refused"].values()), Counter())
    block = hostile_run.printed.split("\nrefused\n", 1)[1].split("\n\n", 1)[0]
    assert {name: int(count) for name, count in re.findall(r"^  (\w+) +(\d+)$", block, re.MULTILINE)} == reasons
    row = hostile_run.printed.splitlines()[1].split()
    assert (row[0], row[2], row[4]) == ("demo_hostile", str(len(golden["articles"])), str(reasons.total()))


@pytest.mark.parametrize(("name", "outcome"), TRAPS.items())
def test_trap(hostile_run: Run, name: str, outcome: str) -> None:
    address = f"/a/{name}.html"
    if outcome == GOOD:
        assert hostile_run.outcomes["articles"].count(address) == 1
    else:
        assert hostile_run.outcomes["refused"][address] == {outcome: 1}


@pytest.mark.parametrize(("address", "outcome"), OTHERS.values(), ids=OTHERS)
def test_other_trap(hostile_run: Run, address: str, outcome: str) -> None:
    assert outcome in hostile_run.outcomes["refused"][place(address.format(port=1))]


def test_outcomes_have_names() -> None:
    assert {*TRAPS.values(), *(outcome for _, outcome in OTHERS.values())} <= {*REASONS, GOOD}


def test_good_articles_come_out(hostile_run: Run) -> None:
    assert [f"/a/good-{number}.html" in hostile_run.outcomes["articles"] for number in range(5)] == [True] * 5


def test_nobody_else_is_asked(hostile_run: Run) -> None:
    assert set(hostile_run.events["socket.connect"]) == {"127.0.0.1"}


def test_nothing_listens_but_the_demo_itself(hostile_run: Run) -> None:
    """No telnet, no remote control. A library tries at its import whether ::1 is there."""
    assert [host for host in hostile_run.events["socket.bind"] if host != "::1"] == ["127.0.0.1"]


def test_memory_is_bounded(hostile_run: Run) -> None:
    """370 MB, the server in the same process included; 680 on a busy machine, where more of the large answers are on
    their way at once. What the traps would make of it unbounded are gigabytes."""
    assert hostile_run.events["megabytes"] < 1_000


def test_log_is_free_of_faults_and_of_commands_to_the_terminal(hostile_run: Run) -> None:
    assert "Traceback" not in hostile_run.log
    assert " ERROR: " not in hostile_run.log
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", hostile_run.log)


def test_data_stay_as_they_are(hostile_run: Run) -> None:
    (file,) = (hostile_run.output / "articles" / "demo_hostile").glob("*.jsonl")
    titles = {line["url"].rpartition("/")[2]: line["title"] for line in read_lines(file)}
    assert titles["formula.html"].startswith("=1+")
    assert "\u202e" in titles["terminal.html"]


def test_nothing_is_written_but_lines_lock_and_ledger(hostile_run: Run) -> None:
    written = {path.relative_to(hostile_run.output) for path in hostile_run.output.rglob("*") if path.is_file()}
    assert {str(path.parent) for path in written} == {"articles/demo_hostile", "rejects/demo_hostile", "state"}
    assert {path.suffix for path in written} == {".jsonl", ".lock", ".sqlite"}
