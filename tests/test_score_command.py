"""`scrapy score` as a user runs it, and the folders it reads."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newscrawl.score.pages import saved_pages
from tests.score_pages import HTML, TRUTH

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "tests" / "bench" / "peers.py"


def entry(**changes: Any) -> str:
    fields = {name: TRUTH[name] for name in ("title", "time", "source", "first_sentence", "last_sentence", "body")}
    people = {"reporter": ["邹彬"], "correspondent": [], "editor": []}
    page = {"file": "page.html", "url": None, "charset": "utf-8", "language": "zh-Hans", "kind": "article"}
    return json.dumps(page | {"truth": fields | people | {"time_precision": "minute"}} | changes) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text(HTML, "utf-8")
    (tmp_path / "one.jsonl").write_text(entry(), "utf-8")
    (tmp_path / "two.jsonl").write_text(entry(kind="negative", neg_type="forum", truth=None) + "\n", "utf-8")
    return tmp_path


def test_manifests_of_a_folder(folder: Path) -> None:
    assert [page.kind for page in saved_pages(folder)] == ["article", "forum"]
    (folder / "manifest.jsonl").write_text(entry(), "utf-8")
    assert [page.kind for page in saved_pages(folder)] == ["article"]


@pytest.mark.parametrize(
    ("line", "why"),
    [("{", "JSONDecodeError"), ("{}\n", "KeyError: 'kind'"), ("[]", "TypeError"), (entry(charset="x"), "LookupError")],
)
def test_bad_manifest_is_named(folder: Path, line: str, why: str) -> None:
    (folder / "two.jsonl").write_text("\n" + line, "utf-8")
    with pytest.raises(ValueError, match=f"two.jsonl, line 2: {why}"):
        saved_pages(folder)


def test_manifest_without_pages(folder: Path) -> None:
    (folder / "manifest.jsonl").write_text("\n", "utf-8")
    with pytest.raises(ValueError, match="names no page"):
        saved_pages(folder)


def scrapy_score(*arguments: object) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-m", "scrapy", "score", *map(str, arguments)]
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(run, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=False)


def test_command_holds_floors(folder: Path) -> None:
    (folder / "one.jsonl").write_text(entry().replace('\\u5f00\\u5de5", "time', '\\u5b8c\\u5de5", "time'), "utf-8")
    floor = folder / "floor.json"
    reached = {"folders": [str(folder)], "as": "flat", "shares": {"title": 0.0, "day": 1.0}}
    floor.write_text(json.dumps([reached]), "utf-8")
    done = scrapy_score(folder, "--as", "flat", "--as", "clean", "--json", "--floor", floor)
    assert [json.loads(line)["as"] for line in done.stdout.splitlines()] == ["flat", "clean"]
    assert (done.returncode, done.stderr) == (0, "")
    floor.write_text(json.dumps([reached | {"shares": {"title": 1.0}}]), "utf-8")
    done = scrapy_score(folder, "--as", "flat", "--wrong", "--floor", floor)
    wrong = "page.html: title: '江堤加固，全线开工' is not '江堤加固，全线完工'"
    assert done.returncode == 1
    assert done.stderr == f"flat: title is 0.0000, 1.0000 worse than its floor 1.0\n  {wrong}\n"
    assert f", flat: {wrong}\n" in done.stdout
    assert "| newscrawl" in done.stdout


def test_command_says_what_is_missing(folder: Path) -> None:
    assert "name at least one folder" in scrapy_score().stderr
    (folder / "page.html").unlink()
    done = scrapy_score(folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "page.html: No such file" in done.stderr


def test_command_goes_without_peers_that_are_not_installed(folder: Path) -> None:
    other = folder / "other.json"
    other.write_text("[]", "utf-8")
    done = scrapy_score(folder, "--floor", other, "--peers", shlex.join([sys.executable, "-S", str(PEERS)]))
    assert done.returncode == 0
    assert "gne is not installed" in done.stderr
    assert f"no floor in {other} is for these folders" in done.stderr
    assert len(done.stdout.splitlines()) == 3
