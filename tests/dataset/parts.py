"""Parts as the stages before `write` leave them, and a data set made of them in this process."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import newscrawl.dataset.write
from newscrawl.dataset.finish import finish
from newscrawl.dataset.link import Link
from newscrawl.dataset.options import Options
from newscrawl.dataset.parts import refused_path, write_part, writing
from newscrawl.dataset.quality import measure
from newscrawl.dataset.tally import Tally
from newscrawl.dataset.write import WriteShards
from tests.live import ROOT

Links = Mapping[str, Mapping[str, Any]]
PLAIN = Options()


@cache
def _golden() -> tuple[dict[str, Any], ...]:
    lines = [
        line
        for name in ("demo", "demo_mirror")
        for line in (ROOT / "tests" / "golden" / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    return tuple(map(json.loads, lines))


def golden() -> list[dict[str, Any]]:
    """The articles of the demo and its mirror as lines of a part, each with an id and its quality."""
    return [of_part(record, url=record["url"].replace("//demo/", f"//{record['site']}/")) for record in _golden()]


def of_part(record: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """A record as a line of a part."""
    record = {**record, **changed}
    told = json.dumps([record["url"], record["content_hash"], record["revision"]])
    return {**record, "id": hashlib.sha256(told.encode()).hexdigest()[:32], "quality": measure(record)}


def mirrored(records: Sequence[Mapping[str, Any]]) -> Links:
    """The links of the demo's articles and their mirror's copies, by id."""
    originals = {record["url"]: record for record in records if record["site"] == "demo"}
    links: dict[str, Mapping[str, Any]] = {}
    for copy in records:
        original = originals.get(copy["original_url"]) if copy["site"] == "demo_mirror" else None
        if original:
            days = [one["published_at"][:10] for one in (original, copy) if one["published_at"]]
            both = {"cluster": min(original["id"], copy["id"]), "since": min(days, default=None)}
            links[original["id"]] = both
            links[copy["id"]] = {**both, "kept_as": original["id"], "mirror_of": original["id"], "similarity": 1.0}
    return links


def make_work(folder: Path, parts: Sequence[Sequence[Mapping[str, Any]]], links: Links | None = None) -> Path:
    """The folder of work after the stage that links; the links are where `reading_links` finds them."""
    for number, records in enumerate(parts):
        write_part(folder, number, records)
        with writing(refused_path(folder, number)) as stream:
            stream.write(b'{"url": "http://a.example/", "reason": "list_page", "detail": ""}\n' * number)
        told = {at: links[one["id"]] for at, one in enumerate(records) if links and one["id"] in links}
        (folder / f"links-{number}.json").write_text(json.dumps(told))
    plan = {
        "inputs": [
            [["pages/b.jsonl", 20, 1, 0, 10]],
            [["pages/b.jsonl", 20, 1, 10, None], ["pages/a.jsonl", 10, 1, 0, None]],
            [["pages/more/c.jsonl", 5, 1, 0, None]],
        ]
    }
    (folder / "plan.json").write_text(json.dumps(plan))
    return folder


def read_links(work: Path, number: int) -> dict[int, Link]:
    """What `make_work` has left."""
    told = json.loads((work / f"links-{number}.json").read_bytes())
    return {int(at): Link(**link) for at, link in told.items()}


def write(
    out: Path, parts: Sequence[Sequence[Mapping[str, Any]]], links: Links | None = None, options: Options = PLAIN
) -> Path:
    """All stages but the last; returns the folder of work."""
    work = make_work(out / ".work", parts, links)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(newscrawl.dataset.write, "Links", read_links)
        for rank in range(len(parts)):
            assert list(WriteShards(work, out, options).run(None, rank, len(parts))) == []
    return work


def build(
    out: Path, parts: Sequence[Sequence[Mapping[str, Any]]], links: Links | None = None, options: Options = PLAIN
) -> Tally:
    """Write and finish a data set."""
    return finish(write(out, parts, links, options), out, options)
