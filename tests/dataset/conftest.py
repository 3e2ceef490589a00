"""What builds are tried on: the demo's articles, its mirror's, and copies of them in other ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dataset.building import build_files, bytes_of, write_lines

WEATHER = "今天白天到夜里，江汉省大部多云，东部有阵雨，最高气温{}度，偏南风三到四级，出门请带伞，注意补水。"


@pytest.fixture(scope="session")
def files(demo_run: tuple[Any, Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The demo's articles and its mirror's, and copies of them in other ways: five files."""
    demo, mirror = (_records(demo_run[1] / "articles" / site) for site in ("demo", "demo_mirror"))
    folder = tmp_path_factory.mktemp("inputs")
    bare = {"site": None, "section": None, "source": None, "editors": []}
    elsewhere = [{**one, "url": f"http://a.example/{at}.html", **bare} for at, one in enumerate(demo[:5])]
    corrected = {**demo[9], "revision": 2, "fetched_at": "2030-01-01T00:00:00+00:00", "content_hash": None}
    corrected["body"] = [*demo[9]["body"], "更正：前文有误。"]
    series = [
        {**demo[9], "url": f"http://b.example/{day}.html", "title": f"6月{day}日天气", "content_hash": None}
        | {"published_at": f"2023-06-0{day}T06:00:00+08:00", "body": [WEATHER.format(20 + day)] * 2}
        for day in (6, 7)
    ]
    return [
        write_lines(folder / "1-demo.jsonl", demo[:40]),
        write_lines(folder / "2-demo.jsonl", demo[40:]),
        write_lines(folder / "3-mirror.jsonl", mirror),
        write_lines(folder / "4-copies.jsonl", [*elsewhere, corrected, *series]),
        write_lines(folder / "5-no-records.jsonl", [{**demo[0], "revision": "no number"}, {**demo[0], "title": 7}]),
    ]


def _records(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]


@pytest.fixture(scope="session")
def undisturbed(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one process makes of the files, undisturbed."""
    out = tmp_path_factory.mktemp("undisturbed") / "set"
    assert build_files(files, out) == []
    assert not (out / ".work").exists()
    return bytes_of(out)
