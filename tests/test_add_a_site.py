"""docs/add-a-site.md, done: its commands in order, in a copy of the project, with the demo as the site.

A `sh` block must end with 0, and print the lines of the `text` block behind it, in their order. The `python` block is
the site file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.demo.server import PORTAL_PORT, DemoSite
from tests.torture.crawls import free_port

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "docs" / "add-a-site.md").read_text("utf-8"), re.M | re.S)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with DemoSite(free_port(), free_port()) as site:
        yield int(site.portal_url.rstrip("/").rpartition(":")[2])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy to write into. Compiled code comes along: files keep their times, by which it is known to be current."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("newscrawl", "tests"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy2(ROOT / "scrapy.cfg", folder)
    return folder


def run(command: str, folder: Path) -> str:
    """Run a block in the copy, with the interpreter of the tests; returns what it prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = os.environ | {"PATH": path, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"}
    done = subprocess.run(
        ["bash", "-ec", command], cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_page_from_an_address_to_a_green_test(project: Path, port: int) -> None:
    printed, made = "", Path()
    for language, text in BLOCKS:
        block = text.replace(str(PORTAL_PORT), str(port))
        if language == "sh":
            printed = run(block, project)
            if found := re.search(r"^created (\S+)", printed, re.M):
                made = project / found[1]
            if "suggest-layout" in block:
                proposed = printed.partition("\n\n")[0]
        elif language == "python":
            assert textwrap.indent(proposed, " " * 8) in block, f"another layout is proposed now:\n{proposed}"
            described = made.read_text("utf-8").partition("class ")[2].partition("    layouts")[0]
            assert described in block, f"the template makes another file now:\n{described}"
            made.write_text(block, "utf-8")
        else:
            pattern = ".*".join(re.escape(line) for line in block.splitlines())
            assert re.search(pattern, printed, re.S), f"the page says\n{block}\nbut it prints\n{printed}"
    assert len(list((project / "output" / "articles" / "jianghan").glob("*.jsonl"))) == 1
    assert not (ROOT / "newscrawl" / "sites" / "hubei" / "jianghan.py").exists()
