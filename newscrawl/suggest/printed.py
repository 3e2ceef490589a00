"""A proposal as people read it, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, fields

from newscrawl.extract.layout import Layout
from newscrawl.publish.summary import table
from newscrawl.suggest.compare import VERDICTS, Suggestion


def as_code(layout: Layout) -> str:
    """A layout as it stands in a site file."""
    named = [one.name for one in fields(layout) if getattr(layout, one.name)]
    ordered = sorted(named, key=("name", "title", "byline", "source", "body", "editors", "breadcrumb").index)
    lines = [f"    {name}={json.dumps(getattr(layout, name), ensure_ascii=False)}," for name in ordered]
    return "\n".join(["Layout(", *lines, "),"])


def as_text(suggestion: Suggestion) -> str:
    """The layout, a table of its fields, what differs, and the pages it does not read."""
    rows = [(name, *(str(counts[verdict] or "") for verdict in VERDICTS)) for name, counts in suggestion.counts.items()]
    parts = [as_code(suggestion.layout), "", table([("field", *VERDICTS), *rows], left=1)]
    if suggestion.differences:
        parts += ["", *map(str, suggestion.differences)]
    parts += ["", f"reads {len(suggestion.fits)} of {len(suggestion.fits) + len(suggestion.misfits)} pages"]
    parts += [f"does not read {page}: {why}" for page, why in suggestion.misfits.items()]
    return "\n".join(parts)


def as_json(suggestion: Suggestion) -> str:
    """The same as an object."""
    told = {
        "layout": {name: value for name, value in asdict(suggestion.layout).items() if value},
        "fits": suggestion.fits,
        "misfits": suggestion.misfits,
        "fields": {
            name: {verdict: counts[verdict] for verdict in VERDICTS} for name, counts in suggestion.counts.items()
        },
        "differences": [asdict(difference) for difference in suggestion.differences],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)
