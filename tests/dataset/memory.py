"""How much memory a process takes that writes large rows, and many: `python -m tests.dataset.memory FORM [ROWS]`.

And how much more it takes to tell many copies of one text apart than few: `python -m tests.dataset.memory links IDS`.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest import mock

from newscrawl.dataset.facts import facts_of
from newscrawl.dataset.link import Link
from newscrawl.dataset.linking import DecideLinks
from newscrawl.dataset.options import Options
from newscrawl.dataset.parts import write_part
from newscrawl.dataset.slices import write_slices
from newscrawl.dataset.splits import parse
from newscrawl.dataset.write import WriteShards
from tests.dataset.parts import golden, of_part

LARGE = 24
BODY = "".join(map(chr, range(0x4E00, 0x9E00))) * 137
"""8 MiB in UTF-8."""


def records(count: int) -> Iterator[dict[str, Any]]:
    """Large articles first, then `count` small ones."""
    small = golden()[0]
    for at in range(LARGE):
        yield of_part(small, url=f"http://a.example/{at}", body=[BODY[at:]])
    for at in range(count):
        yield {**small, "id": f"{at:032x}"}


def main(form: Any, count: int) -> float:
    """Write them all; returns the most memory that was taken."""
    links = {at: Link(cluster=f"{at:032x}", kept_as="0" * 32 if at % 4 == 0 else None) for at in range(LARGE + count)}
    with tempfile.TemporaryDirectory() as folder, mock.patch("newscrawl.dataset.write.Links", lambda *_: links):
        write_part(Path(folder), 0, records(count))
        options = Options(form=form, split=parse("hash=0.4,0.3,0.3"))
        list(WriteShards(Path(folder), Path(folder), options).run(None, 0, 1))
    return peak_megabytes()


def growth(ids: int, slice_rows: int = 1_000) -> float:
    """Tell copies of one text apart, three slices of them, then twenty; returns by how much the peak has grown.

    The copies have `ids` different ids: the same record may come a million times.
    """
    peaks = []
    waiting = mock.patch("newscrawl.dataset.slices._MOST_WAITING", 2**20)
    with mock.patch("newscrawl.dataset.linking.SLICE", slice_rows), waiting:
        for count in (3_000, 20_000):
            with tempfile.TemporaryDirectory() as folder:
                decide(Path(folder), count, ids)
            peaks.append(peak_megabytes())
    return peaks[1] - peaks[0]


def decide(work: Path, count: int, ids: int) -> None:
    """The stage `links` over a part of so many copies of one text."""
    alike = {**asdict(facts_of(golden()[0], 0, 0)), "cluster": 0, "sketch": "00" * 480}
    rows = ((at, f"{at % ids:032x}"[::-1]) for at in range(count))
    told = ({**alike, "line": at, "id": one, "home": f"http://a.example/{one}"} for at, one in rows)
    write_slices(work / "facts" / "00000", ((0, one) for one in told))
    (work / "clusters").mkdir()
    (work / "clusters" / "rows").write_text("1")
    DecideLinks(work, 1).run()


def peak_megabytes() -> float:
    """The most resident memory this process has had. Not by getrusage: its figure begins with that of the parent."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1_000


if __name__ == "__main__":
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 3_000
    print(growth(rows) if sys.argv[1] == "links" else main(sys.argv[1], rows))
