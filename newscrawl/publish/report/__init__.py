"""The report of a run: output/reports/<run>/index.html, one file that needs nothing else.

kept.py checks the records; data.py makes of them what the templates print, with figures.py (plots as numbers),
changes.py (the run beside the last ones) and text.py (text made harmless). Bars are elements with a width, columns are
SVG; there is no script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from newscrawl.publish.paths import report_path
from newscrawl.publish.report import text
from newscrawl.publish.report.data import site_views, totals
from newscrawl.publish.report.figures import MOST_BARS
from newscrawl.publish.report.kept import whole_record
from newscrawl.publish.written import written_whole


def write_report(
    output: Path, run: str, records: Sequence[Mapping[str, Any]], history: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Path:
    """Write the report of a run into OUTPUT_DIR and return its path.

    `records` hold a record for each site of the run (publish/record.py), in the order crawled; `history` the earlier
    ones by site. A record may have `expectations`: a list of `{name, passed, message}`. Raises `ValueError` when `run`
    is no name for a folder or a record is none, `OSError` when the file cannot be written; what stood there before
    stays then.
    """
    path = report_path(output, run)
    page = render(run, records, history)
    with written_whole(path) as file:
        file.write(page.encode("utf-8"))
    return path


def render(run: str, records: Sequence[Mapping[str, Any]], history: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The report as HTML. Raises `ValueError` for what is no record."""
    records = [whole_record(record) for record in records]
    history = {site: [whole_record(record) for record in before] for site, before in history.items()}
    return _TEMPLATES.get_template("report.html").render(
        run=run,
        started=min((record["started_at"] for record in records if record["started_at"]), default=None),
        sites=site_views(records, history),
        totals=totals(records),
        most_bars=MOST_BARS,
    )


def _printed(value: object) -> object:
    """Every value on its way into the page: jinja escapes it, this shows what a browser would hide or obey."""
    return text.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    finalize=_printed,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(
    number=text.count, duration=text.duration, size=text.size, per_cent=text.per_cent, target=text.link_target
)
