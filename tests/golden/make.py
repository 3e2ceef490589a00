"""Write the golden files anew from a crawl of the demo: `python tests/golden/make.py`. Read the diff first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent
ROOT = GOLDEN.parent.parent
SITES = ("demo", "demo_mirror")


def crawl(output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The real command, in a process of its own."""
    command = [sys.executable, "-m", "scrapy", "run", "-s", f"OUTPUT_DIR={output}", *arguments]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False)


def records(output: Path, site: str) -> list[dict[str, Any]]:
    """What a crawl wrote, sorted by address, without what differs from run to run: ports and the time of fetching."""
    written = [record for path in (output / "articles" / site).glob("*.jsonl") for record in read_lines(path)]
    return sorted(map(settled, written), key=lambda record: record["url"])


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def settled(record: dict[str, Any]) -> dict[str, Any]:
    """One record with the host of its address as http://demo and no time of fetching."""
    hosts = {"/".join(url.split("/", 3)[:3]) for url in (record["url"], record["original_url"]) if url}
    text = json.dumps(record, ensure_ascii=False)
    for host in hosts:
        text = text.replace(host, "http://demo")
    return {**json.loads(text), "fetched_at": None}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        crawl(Path(folder)).check_returncode()
        for site in SITES:
            lines = [json.dumps(record, ensure_ascii=False) for record in records(Path(folder), site)]
            (GOLDEN / f"{site}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
