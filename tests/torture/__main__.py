"""`make torture`: crawls that are killed, starved of disk and left by their server, and what is in the output then.

Four ways, each against the same run undisturbed:
 - the demo crawl, killed (SIGKILL) from outside at random moments, again and again until a run ends by itself;
 - a large portal, killed from inside at every row of crash.POINTS;
 - a disk that is full (a tmpfs of half a MB; needs the right to mount one), and larger for the next run;
 - a server that dies in mid-crawl and is back after 30 seconds.
A row for each: how often, and the articles lost, doubled, and lines torn. Exit code 1 when one of them is not 0.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newscrawl.demo.large import LargePortal
from newscrawl.demo.server import serving
from tests.torture.crash import POINTS
from tests.torture.crawls import ENV, PATIENCE, ROOT, crash, free_port, large, read_output, scrapy

_ARTICLES = 600
_FULL, _ROOMY = "500k", "50m"
_AWAY = 30.0


def main() -> int:
    """Torment, and print what came of it."""
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="random kills of the demo crawl (100)")
    parser.add_argument("--seed", type=int, default=0, help="of the random moments (0)")
    options = parser.parse_args()
    print(f"{'':<28}{'times':>6}{'lost':>6}{'doubled':>9}{'torn':>6}", flush=True)
    harmed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for row in (
            _random_kills(folder / "kills", options.kills, random.Random(options.seed)),
            *(_crash(folder, point) for point in POINTS),
            _full_disk(folder / "full"),
            _server_away(folder / "away"),
        ):
            print(row.text, flush=True)
            harmed |= row.harmed
    return int(harmed)


class Row:
    """What a way came to."""

    def __init__(self, way: str, times: int, harm: dict[str, int] | None, why: str = "") -> None:
        figures = f"{harm['lost']:>6}{harm['doubled']:>9}{harm['torn']:>6}" if harm else f"  left out: {why}"
        self.text = f"{way:<28}{times:>6}{figures}"
        self.harmed = bool(harm) and any(harm.values())


def _random_kills(folder: Path, kills: int, chance: random.Random) -> Row:
    """Crawl the demo, killed after a random time, until it ends by itself; then anew, until there were enough kills."""
    ports = free_port(), free_port()
    done, worst = 0, {"lost": 0, "doubled": 0, "torn": 0}
    expected = _demo(folder / "undisturbed", ports)
    while done < kills:
        output = folder / str(done)
        while _killed(_demo_command(output, ports), chance.uniform(0.9, 4.5)):
            done += 1
        harm = read_output(output, "demo").harm(expected)
        worst = {name: worst[name] + count for name, count in harm.items()}
    return Row("demo, killed at random", done, worst)


def _demo(output: Path, ports: tuple[int, int]) -> set[str]:
    """The addresses that come out of an undisturbed crawl."""
    while _killed(_demo_command(output, ports), PATIENCE):
        pass
    return set(read_output(output, "demo").addresses)


def _demo_command(output: Path, ports: tuple[int, int]) -> list[str]:
    settings = [f"OUTPUT_DIR={output}", f"DEMO_PORTAL_PORT={ports[0]}", f"DEMO_MIRROR_PORT={ports[1]}"]
    options = [option for setting in settings for option in ("-s", setting)]
    return [sys.executable, "-m", "scrapy", "crawl", "demo", "-L", "ERROR", *options]


def _killed(command: list[str], seconds: float) -> bool:
    """Whether a crawl had to be killed because it took longer than so many seconds."""
    process = subprocess.Popen(command, cwd=ROOT, env=ENV, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True


def _crash(folder: Path, point: str) -> Row:
    """Kill a crawl of the large portal at one point of its way, and let another one end."""
    output = folder / point.replace(" ", "-")
    portal = LargePortal(_ARTICLES)
    often = point not in ("locked", "opened", "settled", "started", "file named", "closing", "closed", "refused")
    with serving(portal.answer) as at:
        refusing = ["-s", "DOWNLOAD_MAXSIZE=1"] if point == "refused" else []
        killed = crash(point, 3 if often else 1, *large(at, output, *refusing))
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        scrapy(*large(at, output))
        return Row(f"killed at: {point}", 1, read_output(output, "large").harm(_addresses(portal, at)))


def _addresses(portal: LargePortal, at: str) -> set[str]:
    return {at + portal.path(number) for number in range(portal.articles)}


def _full_disk(folder: Path) -> Row:
    """A crawl into a disk that fills up, which must end with exit code 1, and one after the disk has grown."""
    way = "disk full"
    portal = LargePortal(_ARTICLES)
    with _small_disk(folder) as mounted, serving(portal.answer) as at:
        if not mounted:
            return Row(way, 0, None, "no right to mount a tmpfs")
        full = scrapy(*large(at, folder / "output"))
        assert full.returncode == 1, full.stderr
        assert "cannot write" in full.stderr, full.stderr
        subprocess.run(["mount", "-o", f"remount,size={_ROOMY}", str(folder)], check=True)
        done = scrapy(*large(at, folder / "output"))
        assert done.returncode == 0, done.stderr
        return Row(way, 1, read_output(folder / "output", "large").harm(_addresses(portal, at)))


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_FULL}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def _server_away(folder: Path) -> Row:
    """The server is gone for half a minute in the middle of a crawl; runs follow until one finds nothing missing."""
    portal, port = LargePortal(_ARTICLES), free_port()
    with serving(portal.answer, port) as at:
        command = [sys.executable, "-m", "scrapy", *large(at, folder)]
        crawl = subprocess.Popen(command, cwd=ROOT, env=ENV, stderr=subprocess.DEVNULL)
        _wait_for_articles(folder)
    time.sleep(_AWAY)
    with serving(portal.answer, port) as at:
        crawl.wait(PATIENCE)
        scrapy(*large(at, folder))
        return Row("server away for 30 s", 1, read_output(folder, "large").harm(_addresses(portal, at)))


def _wait_for_articles(output: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not any(output.glob("articles/*/*.jsonl")):
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
