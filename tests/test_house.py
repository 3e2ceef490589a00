"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import newscrawl
from newscrawl import flow, pipelines, settings, tables
from newscrawl.refused import REASONS

PACKAGE = Path(newscrawl.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
TABLES = sorted(path.stem for path in Path(tables.__file__).parent.glob("*.tsv"))


def test_map_stages_and_pipelines_tell_the_same_order() -> None:
    told = re.findall(r"^    (\w+) {2,}", newscrawl.__doc__ or "", re.MULTILINE)
    stages = [stage.__name__ for stage in flow.STAGES]
    assert told[:6] == ["crawl", *stages, "publish"]
    ordered = sorted(settings.ITEM_PIPELINES, key=settings.ITEM_PIPELINES.__getitem__)
    assert [path.rpartition(".")[2].removesuffix("Pipeline").lower() for path in ordered] == [*stages, "publish"]
    assert all(hasattr(pipelines, path.rpartition(".")[2]) for path in ordered)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_is_short(path: Path) -> None:
    assert too_long(path) == []


def test_tests_are_short() -> None:
    assert {str(path): long for path in Path(__file__).parent.rglob("*.py") if (long := too_long(path))} == {}


def too_long(path: Path) -> list[str]:
    """Functions of 40 lines and more, and the file itself from 301 lines on."""
    source = path.read_text("utf-8")
    functions = [
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 40]
    return long + [path.name] * (source.count("\n") > 300)


@pytest.mark.parametrize("reason", REASONS)
def test_reason_is_given_somewhere(reason: str) -> None:
    sources = [path.read_text("utf-8") for path in MODULES if path.name != "refused.py"]
    kinds = [row["reason"] for row in tables.rows("kinds")]
    assert reason in kinds or any(f'"{reason}"' in source for source in sources)


@pytest.mark.parametrize("name", TABLES)
def test_table_has_a_reason_in_every_row_and_no_row_twice(name: str) -> None:
    rows = tables.rows(name)
    assert rows
    assert [row for row in rows if not row["why"]] == []
    keys = [tuple(cell for column, cell in row.items() if column != "why") for row in rows]
    assert len(keys) == len(set(keys))
