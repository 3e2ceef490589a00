"""Articles as CSV, when somebody asks for it; the product is JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scrapy.exporters import CsvItemExporter

from newscrawl.shown import cell


class SheetExporter(CsvItemExporter):
    """Scrapy's CSV, fit for a spreadsheet: `scrapy crawl SITE -o articles.csv`."""

    def _build_row(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in super()._build_row(values):
            yield cell(value) if isinstance(value, str) else value
