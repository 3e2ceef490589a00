"""What is made in docs/, and not written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping

from newscrawl.publish.schema import schema_text
from tests.docs.pictures import pictures
from tests.docs.tables import row_table, tables
from tests.live import ROOT

FOLDER = ROOT / "docs"


def made() -> dict[str, str]:
    """File in docs/ -> what it should hold."""
    drawn = {f"pictures/{name}.svg": drawing for name, drawing in pictures().items()}
    pages = {name: _filled(name, made) for name, made in (("data.md", tables()), ("dataset.md", {"row": row_table()}))}
    return {"article.schema.json": schema_text(), **pages, **drawn}


def _filled(name: str, made: Mapping[str, str]) -> str:
    """A page with its tables as they are made now: between `<!-- made: NAME -->` and `<!-- end -->`."""
    page = (FOLDER / name).read_text("utf-8")
    for place, table in made.items():
        page, count = re.subn(
            rf"(<!-- made: {place} -->\n).*?(<!-- end -->)",
            lambda marks, table=table: f"{marks[1]}\n{table}\n\n{marks[2]}",
            page,
            flags=re.DOTALL,
        )
        assert count == 1, f"{name} has no place for the table {place}"
    return page
