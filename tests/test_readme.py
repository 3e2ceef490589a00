"""The README tells the truth: its Python examples run, its table has every field, its commands exist."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from newscrawl.items import EXPORTED

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_python_examples() -> None:
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 5
    assert result.failed == 0


def test_table_has_every_field_of_the_record_in_order() -> None:
    table = README.split("| field | what it holds |", 1)[1].split("\n\n", 1)[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert [name for cell in cells for name in re.findall(r"`(\w+)`", cell)] == EXPORTED


def test_commands_exist() -> None:
    named = set(re.findall(r"^scrapy (\w+)", README, re.MULTILINE)) - {"list", "crawl"}
    assert {path.stem for path in (ROOT / "newscrawl" / "commands").glob("*.py")} - {"__init__"} == named


def test_files_named_are_there() -> None:
    targets = re.findall(r"\]\((?!http)([^)]+)\)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []
