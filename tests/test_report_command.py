"""`scrapy report` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.report_records import history, record

ROOT = Path(__file__).parent.parent
RUN = "20261122T130500Z"


def scrapy(output: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "report", "-s", f"OUTPUT_DIR={output}", *arguments]
    return subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, timeout=60, check=False)


LINES = "".join(json.dumps(one) + "\n" for one in (*history(80, 90), record()))


def test_the_command_writes_the_newest_run_and_prints_the_path(tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_text(LINES, "utf-8")
    done = scrapy(tmp_path, "--records", str(tmp_path / "records.jsonl"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tmp_path}/reports/{RUN}/index.html\n"
    assert "+18%" in Path(done.stdout.strip()).read_text("utf-8")


def test_the_command_writes_an_older_run(tmp_path: Path) -> None:
    done = scrapy(tmp_path, "20261101T130500Z", "--records", "-", given=LINES)
    assert done.stdout == f"{tmp_path}/reports/20261101T130500Z/index.html\n"


@pytest.mark.parametrize(
    ("arguments", "given", "says"),
    [
        ([], "", "--records FILE"),
        (["a", "b", "--records", "-"], "", "one run at most"),
        (["2099", "--records", "-"], LINES, f"no run '2099' among the records; the newest is {RUN}"),
        (["--records", "-"], "", "no run"),
        (["--records", "-"], LINES + "{torn", "-:4:"),
        (["--records", "-"], '{"site": "a", "run": "../evil"}', "no name for a run"),
        (["--records", "/nowhere/x"], "", "/nowhere/x: No such file"),
    ],
)
def test_usage(arguments: list[str], given: str, says: str, tmp_path: Path) -> None:
    done = scrapy(tmp_path / "output", *arguments, given=given)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
