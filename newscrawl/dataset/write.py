"""The stage that writes: the records of a part and their links as rows in files, each split by itself.

    WORK/shards/00000/train-00000.parquet    the rows of part 0 that are kept; `finish` gives all files their numbers
    WORK/written/00000.json                  which files those are, and what stands in them, counted

The second is written when the first are whole: a part without it is written again, with the same bytes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from datatrove.data import DocumentsPipeline  # type: ignore[import-untyped]  # it has no types
from datatrove.pipeline.base import PipelineStep  # type: ignore[import-untyped]  # as above

from newscrawl.dataset.fit import CHINA
from newscrawl.dataset.link import Link, Links
from newscrawl.dataset.options import Options
from newscrawl.dataset.parts import read_part, read_refused
from newscrawl.dataset.people import without_people
from newscrawl.dataset.rows import row as to_row
from newscrawl.dataset.rows import schema
from newscrawl.dataset.shards import Shards
from newscrawl.dataset.tally import Tally
from newscrawl.publish.written import written_whole

DUPLICATES = "duplicates"
"""The folder of rows that another one stands for."""

logger = logging.getLogger(__name__)


class WriteShards(PipelineStep):  # type: ignore[misc]  # as above
    """Writes the files of the part that the task's rank names. Takes no documents and gives none."""

    type = "Writer"
    name = "newscrawl rows"

    def __init__(self, work: Path, out: Path, options: Options) -> None:
        """`work` is the build's folder for what is on its way; nothing is in `out` before `finish` puts it there."""
        super().__init__()
        self.work, self.options = Path(work), options

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Write part `rank`, unless it is written."""
        if not written_path(self.work, rank).exists():
            tally = write_part_rows(self.work, rank, self.options)
            self.stat_update("rows", value=tally.splits.total() + tally.duplicates)
        yield from ()


def written_path(work: Path, number: int) -> Path:
    """Where it stands what was written of a part."""
    return work / "written" / f"{number:05}.json"


def write_part_rows(work: Path, number: int, options: Options) -> Tally:
    """Write the rows of a part, and then what was written. Returns the counts. Raises `OSError`."""
    folder, tally, kinds = work / "shards" / f"{number:05}", Tally(), {}
    columns = schema(people=options.people)
    with ExitStack() as stack:
        for row, split in _rows(work, number, options, tally):
            tally.add_row(row, split)
            name = split or DUPLICATES
            if name not in kinds:
                shards = Shards(folder, name, options.form, options.ending, columns, options.shard_rows)
                kinds[name] = stack.enter_context(shards)
            kinds[name].write(row)
    files = [
        {
            "split": name,
            "path": one.path.relative_to(work).as_posix(),
            "rows": one.rows,
            "bytes": one.size,
            "sha256": one.sha256,
        }
        for name, shards in sorted(kinds.items())
        for one in shards.done
    ]
    with written_whole(written_path(work, number), shared=True) as stream:
        stream.write(json.dumps({"files": files, "counts": tally.told()}, ensure_ascii=False).encode())
    return tally


def _rows(work: Path, number: int, options: Options, tally: Tally) -> Iterator[tuple[dict[str, Any], str | None]]:
    """The rows of a part, each with its split, None for a duplicate; what is no row of its own counts as refused."""
    with suppress(FileNotFoundError):  # nothing was refused
        for refused in read_refused(work, number):
            tally.add_refused(refused)
    links = Links(work, number)
    for line, record in enumerate(read_part(work, number)):
        link = links.get(line)
        try:
            row = to_row(record, link)
            if not options.people:
                row = without_people(row)
        except ValueError as problem:
            logger.warning("part %d, line %d: left out: %s", number, line + 1, problem)
            tally.refused["bad_input"] += 1
            continue
        if row["kept_as"] == row["id"]:
            tally.refused["repeat_url"] += 1  # one record twice
            continue
        yield row, None if row["kept_as"] else options.split.of(row["cluster"], _since(row, link))


def _since(row: Mapping[str, Any], link: Link | None) -> str | None:
    """The earliest day of a row's cluster, in Chinese time."""
    if link:
        return link.since
    moment: datetime | None = row["published_at"]
    return moment.astimezone(CHINA).date().isoformat() if moment else None
