"""The card: its head as Hugging Face reads it, text from pages that stays text, the same bytes each time."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from newscrawl.dataset import card, tally
from newscrawl.dataset.link import Link
from newscrawl.dataset.options import Options
from newscrawl.dataset.rows import row, schema
from newscrawl.dataset.splits import parse
from newscrawl.dataset.tally import MOST_NAMES, Tally, quantile
from tests.dataset.parts import build, golden, mirrored, of_part

HOSTILE = [
    "[click](http://evil.example)",
    "| a | b |\n| c",
    "`code` and ``more``",
    "<script>alert(1)</script>",
    "www.evil.example @everyone #1",
    "![x](http://evil.example/x.png)",
    "\x1b[31mred\u202egnp.exe",
    "---\nlicense: mit\n---",
    "x" * 5_000,
    "\\`",
]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo by time, with the mirror's copies."""
    folder, records = tmp_path_factory.mktemp("set"), golden()
    build(folder, [records[:100], records[100:]], mirrored(records), Options(split=parse("time=2019-01-01")))
    return folder


def test_head_tells_files_types_and_rights(out: Path) -> None:
    told = yaml.safe_load((out / "README.md").read_text("utf-8").split("---\n")[1])
    assert told["license"] == "other"
    assert told["language"] == ["zh"]
    assert told["size_categories"] == "n<1K"
    configs = [(one["config_name"], where) for one in told["configs"] for where in one["data_files"]]
    files = [(name, where["split"], where["path"]) for name, where in configs]
    assert files == [
        ("default", "train", "data/train-*.parquet"),
        ("default", "test", "data/test-*.parquet"),
        ("duplicates", "train", "duplicates/*.parquet"),
    ]
    assert all(any(out.glob(path)) for _, _, path in files)


def test_types_are_those_that_datasets_reads_off_the_schema(out: Path) -> None:
    datasets = pytest.importorskip("datasets")
    told = yaml.safe_load((out / "README.md").read_text("utf-8").split("---\n")[1])
    of_schema = datasets.Features.from_arrow_schema(schema())._to_yaml_list()
    assert [one["features"] for one in told["dataset_info"]] == [of_schema, of_schema]


def test_figures(out: Path) -> None:
    page = (out / "README.md").read_text("utf-8")
    assert "86 articles that newscrawl read" in page
    for line in (
        "| `duplicates/*.parquet` | copies and other versions; `kept_as` names the row above that",
        "| `demo` | 86 | 100 % |",
        "| `mirror_of` | 86 |",
        "| (nothing was damaged) | 86 | 100 % |",
        "| `zh Hans` | 86 | 100 % |",
    ):
        assert line in page
    assert re.search(r"\| `list_page` \| a list of links.*\| 1 \|", page)
    years = dict(re.findall(r"^\| (\d{4}) \| (\d+) \|", page, re.MULTILINE))
    assert sum(map(int, years.values())) == 86
    assert list(years) == sorted(years)


def test_every_sentence_of_the_schema_is_in_the_card(out: Path) -> None:
    page = (out / "README.md").read_text("utf-8").replace("\\|", "|")
    links = set(Link.__slots__) | {"id"}
    unsaid = [one.name for one in schema() if one.metadata[b"description"].decode() not in page]
    assert set(unsaid) <= links | {"language", "script"}


def test_names_from_pages_are_text_and_nothing_else(tmp_path: Path) -> None:
    """Each is one row of its table, and inside of a code span nothing is markup."""
    records = [
        of_part(golden()[at], source=text, section=text, site=text, url=f"http://evil`|<b>{at}\u202e/")
        for at, text in enumerate(HOSTILE)
    ]
    build(tmp_path, [records])
    page = (tmp_path / "README.md").read_text("utf-8")
    assert yaml.safe_load(page.split("---\n")[1])["license"] == "other"
    for title in ("Sites", "Hosts", "Sources", "Sections"):
        table = page.split(f"### {title}\n\n")[1].split("\n\n")[0].splitlines()[2:]
        assert len(table) == len(HOSTILE)
        assert [line for line in table if not re.fullmatch(r"\| `[^`|\n]{1,64}` \| 1 \| 10 % \|", line)] == []
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", page)


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    records = golden()
    for name in ("one", "other"):
        build(tmp_path / name, [records[:50], records[50:]], mirrored(records), Options(people=False))
    one, other = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "one", tmp_path / "other")
    )
    assert one == other
    assert str(tmp_path).encode() not in b"".join(data for path, data in one.items() if ".work" not in path.parts)


def test_options_and_people_are_told(tmp_path: Path) -> None:
    build(tmp_path, [golden()[:5]], options=Options(people=False, split=parse("hash=0.5,0.5"), form="jsonl"))
    page = (tmp_path / "README.md").read_text("utf-8")
    assert "People whom the news is about remain" in page
    assert "without_people: `True`" in page
    assert "split: `hash=0.5,0.5`" in page
    assert "| `reporters` |" not in page


def test_counts_of_parts_add_up_to_those_of_the_whole() -> None:
    """In whatever parts the rows are counted, and after a way through JSON."""
    rows = [row(record, None) for record in golden()]
    whole, sum_ = Tally(), Tally()
    for one in rows:
        whole.add_row(one, "train")
    for start in range(0, len(rows), 30):
        part = Tally()
        for one in rows[start : start + 30]:
            part.add_row(one, "train")
        sum_.add(tally.read(json.loads(json.dumps(part.told()))))
    assert sum_ == whole


def test_names_without_end_are_counted_in_bounded_memory() -> None:
    names = Tally()
    for at in range(5):
        other = Tally()
        other.sources.update({f"{at}-{name}": 1 for name in range(MOST_NAMES)} | {"江汉日报": 3})
        names.add(other)
    assert len(names.sources) <= 2 * MOST_NAMES
    assert tally.most(names.sources, 1) == [("江汉日报", 15)]


def test_places_without_end_are_taken_down_in_bounded_memory() -> None:
    places = Tally()
    for at in range(2 * MOST_NAMES + 1):
        places.add_refused({"reason": "damaged", "detail": f"{at:06} {'x' * 1000}"})
    assert places.refused == {"damaged": 2 * MOST_NAMES + 1}
    assert len(places.damaged) == MOST_NAMES
    assert min(places.damaged) == f"000000 {'x' * 493}"


def test_quantiles_are_those_of_the_sorted_values() -> None:
    chance = random.Random(3)
    values: Any = [chance.randrange(50) for _ in range(999)]
    counts = {value: values.count(value) for value in values}
    for share in card.SHARES:
        assert quantile(counts, share) == sorted(values)[-(-int(share * 1000) * 999 // 1000) - 1]
