"""Write the golden files anew from a crawl of the demo: `python tests/golden/make.py`. Read the diff first."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent
ROOT = GOLDEN.parent.parent
SITES = ("demo", "demo_mirror")


def crawl(output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The real command, in a process of its own."""
    command = [sys.executable, "-m", "scrapy", "run", "--table", "-s", f"OUTPUT_DIR={output}", *arguments]
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


def outcomes(output: Path) -> dict[str, Any]:
    """What came of the hostile demo: addresses of articles, and address -> reasons with their counts.

    Ports are left out; addresses that differ in a number, of which there are many, are one; long ones are cut.
    """
    (articles,) = (output / "articles" / "demo_hostile").glob("*.jsonl")
    (rejects,) = (output / "rejects" / "demo_hostile").glob("*.jsonl")
    refused: dict[str, Counter[str]] = {}
    for line in read_lines(rejects):
        refused.setdefault(place(line["url"]), Counter())[line["reason"]] += 1
    return {
        "articles": sorted(place(line["url"]) for line in read_lines(articles)),
        "refused": {url: dict(sorted(reasons.items())) for url, reasons in sorted(refused.items())},
    }


def place(url: str) -> str:
    """An address of the hostile demo as the golden file has it."""
    path = re.sub(r"^http://127\.0\.0\.1:\d+|(?<=\w):\d+(?=/)", "", url)
    path = re.sub(r"(?<=gone-)\d+|(?<=copy=)\d+", "N", path)
    return path if len(path) < 80 else f"{path[:20]}..."


def make_hostile() -> None:
    """Write the golden file of the hostile demo."""
    with tempfile.TemporaryDirectory() as folder:
        crawl(Path(folder), "demo_hostile", "-s", "DEMO_HOSTILE_PORT=0").check_returncode()
        text = json.dumps(outcomes(Path(folder)), indent=1, ensure_ascii=False)
        (GOLDEN / "hostile.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    make_hostile()
    with tempfile.TemporaryDirectory() as folder:
        crawl(Path(folder)).check_returncode()
        for site in SITES:
            lines = [json.dumps(record, ensure_ascii=False) for record in records(Path(folder), site)]
            (GOLDEN / f"{site}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
