"""How much memory a process takes that writes large rows, and many: `python -m tests.dataset.memory FORM [ROWS]`."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from newscrawl.dataset.link import Link
from newscrawl.dataset.options import Options
from newscrawl.dataset.parts import write_part
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


def peak_megabytes() -> float:
    """The most resident memory this process has had. Not by getrusage: its figure begins with that of the parent."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1_000


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3_000))
