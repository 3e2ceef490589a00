"""The samples of docs/schedule do what docs/schedule.md says: each is run by the real thing, with other paths."""

from __future__ import annotations

import configparser
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from newscrawl.commands.run import FELL_SHORT, FINE, INTERRUPTED, NOTHING_RAN
from newscrawl.crawl.series import GRACE_SECONDS
from newscrawl.sites import sites
from tests.live import ROOT, read_lines
from tests.torture.crawls import free_port

SAMPLES = ROOT / "docs" / "schedule"
NAME = "/opt/newscrawl"  # where the samples say that it is
SITES = "--all"  # what they crawl
DEMO = "demo -s DEMO_PORTAL_PORT=0 -s DEMO_MIRROR_PORT=0"

systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
scrapyd = pytest.mark.skipif(
    not (importlib.util.find_spec("scrapyd") and importlib.util.find_spec("scrapyd_client")),
    reason="scrapyd and scrapyd-client are not installed (tests/requirements.txt)",
)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """What stands in for /opt/newscrawl: this project, the Python of the tests, an output folder of its own."""
    folder = tmp_path / "newscrawl"
    (folder / "output").mkdir(parents=True)
    (folder / "newscrawl").symlink_to(ROOT / "newscrawl")
    (folder / ".venv").symlink_to(sys.prefix)
    shutil.copy(ROOT / "scrapy.cfg", folder)
    shutil.copytree(SAMPLES, folder / "docs" / "schedule", ignore=shutil.ignore_patterns("build", "*.egg-info"))
    for file in (folder / "docs" / "schedule").glob("newscrawl.*"):
        file.write_text(file.read_text("utf-8").replace(NAME, str(folder)), "utf-8")
    return folder


def cron_job(installed: Path) -> Any:
    """The one line of the table."""
    table = installed / "docs" / "schedule" / "newscrawl.cron"
    (job,) = pytest.importorskip("crontab", reason="python-crontab is not installed").CronTab(tabfile=str(table))
    return job


def cron(job: Any, sites: str) -> subprocess.CompletedProcess[str]:
    """Run a line as cron does: by the shell, with next to no environment but what the table sets."""
    env = {"HOME": os.environ.get("HOME", "/"), "LOGNAME": "newscrawl", **job.env}
    run = [env["SHELL"], "-c", job.command.replace(SITES, sites)]
    return subprocess.run(run, cwd="/", env=env, capture_output=True, text=True, timeout=200, check=False)


def test_cron_crawls_every_night_and_mails_nothing_when_all_is_well(installed: Path) -> None:
    job = cron_job(installed)
    assert job.is_valid()
    assert job.slices.render() == "30 2 * * *"
    assert "%" not in job.command, "cron makes newlines of them"
    done = cron(job, DEMO)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (record,) = map(json.loads, (installed / "output" / "runs.jsonl").read_text("utf-8").splitlines())
    assert (record["site"], record["articles"]) == ("demo", 86)
    assert len(read_lines(installed / "output" / "articles" / "demo")) == 86
    assert "report" in (installed / "output" / "runs.log").read_text("utf-8")


def test_cron_mails_the_exit_code_and_the_last_lines_of_what_failed(installed: Path) -> None:
    done = cron(cron_job(installed), f"{DEMO} -a articles=0")
    assert "newscrawl: exit code 1\n" in done.stdout
    assert '"site": "demo"' in done.stdout
    assert done.stderr == ""


@systemd
def test_systemd_takes_the_units(installed: Path) -> None:
    units = [str(installed / "docs" / "schedule" / f"newscrawl.{kind}") for kind in ("service", "timer")]
    done = analyze("verify", "--man=no", *units)
    assert done.returncode == 0, done.stderr
    assert "newscrawl" not in done.stderr, "what is only warned of has no effect"


@systemd
def test_systemd_finds_what_is_wrong_with_a_unit(installed: Path) -> None:
    """Else the test above could not fail."""
    service = installed / "docs" / "schedule" / "newscrawl.service"
    service.write_text(service.read_text("utf-8").replace("KillMode=mixed", "KillMode=mixd"), "utf-8")
    assert "kill mode" in analyze("verify", "--man=no", str(service)).stderr


@systemd
def test_systemd_starts_it_at_night_in_china() -> None:
    (when,) = settings_of("timer")["OnCalendar"]
    done = analyze("calendar", "--iterations=2", when)
    assert done.returncode == 0, done.stderr
    assert "18:30:00 UTC" in done.stdout


@systemd
def test_systemd_shuts_the_service_in() -> None:
    # 0 to 100; systemd calls up to 30 OK, and what is not shut in comes to 96
    done = analyze("security", "--offline=true", "--threshold=30", str(SAMPLES / "newscrawl.service"))
    assert done.returncode == 0, done.stdout


def test_systemd_waits_for_longer_than_a_crawl_takes_to_end() -> None:
    settings = settings_of("service")
    assert float(settings["TimeoutStopSec"][0]) > GRACE_SECONDS
    assert settings["SuccessExitStatus"] == [str(INTERRUPTED)]


def test_the_page_knows_every_exit_code() -> None:
    page = (ROOT / "docs" / "schedule.md").read_text("utf-8")
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)]
    assert codes == [FINE, FELL_SHORT, 2, NOTHING_RAN, INTERRUPTED]


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    command = ["systemd-analyze", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def settings_of(kind: str) -> dict[str, list[str]]:
    """The settings of a unit; those set twice have two values."""
    found: dict[str, list[str]] = {}
    for line in (SAMPLES / f"newscrawl.{kind}").read_text("utf-8").splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


@scrapyd
def test_scrapyd_runs_what_is_deployed(installed: Path, tmp_path: Path) -> None:
    home, port = tmp_path / "scrapyd", free_port()
    with scrapyd_in(home) as ask:
        deployed = deploy(installed, ask("daemonstatus.json")["url"])
        assert deployed["spiders"] == len(sites())
        first = job_done(ask, f"DEMO_PORTAL_PORT={port}")
        (file,) = (home / "output" / "articles" / "demo").iterdir()
        log = (home / "logs" / "newscrawl" / "demo" / f"{first}.log").read_text("utf-8")
        assert len(file.read_text("utf-8").splitlines()) == 86, log
        assert "'finish_reason': 'finished'" in log
        job_done(ask, f"DEMO_PORTAL_PORT={port}")
    assert len(read_lines(file.parent)) == 86, "the second job has not looked at the ledger of the first"


def job_done(ask: Callable[..., dict[str, Any]], setting: str) -> str:
    """Schedule the demo and wait for its end; gives the name of the job."""
    job: str = ask("schedule.json", project="newscrawl", spider="demo", setting=setting)["jobid"]
    wait(lambda: job in {one["id"] for one in ask("listjobs.json", project="newscrawl")["finished"]})
    return job


def deploy(installed: Path, url: str) -> dict[str, Any]:
    """Build the egg and take it to Scrapyd, as scrapyd-deploy does in the folder of the sample; its answer."""
    folder = installed / "docs" / "schedule" / "scrapyd"
    config = folder / "scrapy.cfg"
    config.write_text(config.read_text("utf-8").replace("http://127.0.0.1:6800/", url), "utf-8")
    command = [sys.executable, "-m", "scrapyd_client.deploy"]
    done = subprocess.run(command, cwd=folder, env=bare(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["status"] == "ok", answer
    return answer


@contextmanager
def scrapyd_in(home: Path) -> Iterator[Callable[..., dict[str, Any]]]:
    """Run Scrapyd in a folder, with the sample of its configuration; gives a function that asks it something."""
    config = configparser.ConfigParser()
    config.read(SAMPLES / "scrapyd" / "scrapyd.conf", "utf-8")
    port = free_port()
    config["scrapyd"].update(http_port=str(port), poll_interval="0.2")
    home.mkdir()
    with (home / "scrapyd.conf").open("w", encoding="utf-8") as file:
        config.write(file)
    url = f"http://127.0.0.1:{port}/"

    def ask(path: str, **form: str) -> dict[str, Any]:
        data = urlencode(form).encode() if path == "schedule.json" else None
        with urlopen(f"{url}{path}" + ("" if data else f"?{urlencode(form)}"), data, timeout=60) as answer:
            told: dict[str, Any] = {"url": url, **json.load(answer)}
        assert told["status"] == "ok", told
        return told

    with (home / "scrapyd.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "scrapyd"], cwd=home, env=bare(), stdout=log, stderr=log)
        try:
            wait(lambda: listens(port) or process.poll() is not None)
            assert process.poll() is None, (home / "scrapyd.log").read_text("utf-8")
            yield ask
        finally:
            process.terminate()
            process.wait(30)


def bare() -> dict[str, str]:
    """The environment without this project: what runs must be what was deployed."""
    hidden = ("PYTHONPATH", "SCRAPY_SETTINGS_MODULE", "SCRAPY_PROJECT")
    return {name: value for name, value in os.environ.items() if name not in hidden}


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def wait(there: Callable[[], object], seconds: float = 100) -> None:
    """Until `there` says so; fails when it takes longer."""
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)
