"""The data card: DIR/README.md, with the head that Hugging Face reads, and a page for people.

Text from pages is shown as code: no markup, no link, no mention comes of it, and no table breaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
import pyarrow.types as is_a  # type: ignore[import-untyped]  # as above
from huggingface_hub import DatasetCardData

import newscrawl
from newscrawl.dataset.options import Options
from newscrawl.dataset.quality import Quality
from newscrawl.dataset.rows import ROW_VERSION, schema
from newscrawl.dataset.splits import NAMES, TEST, TRAIN, UNDATED, VALIDATION
from newscrawl.dataset.tally import RELATIONS, Tally, most, quantile
from newscrawl.items import SCHEMA_VERSION
from newscrawl.refused import REASONS
from newscrawl.shown import visible

if TYPE_CHECKING:
    from newscrawl.dataset.manifest import File

NAME = "README.md"
TITLE = "Chinese news read by newscrawl"
SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""The quantiles of the quality columns."""
TOP = 20

_LONGEST = 60
_NO_CODE = str.maketrans({"`": "ˋ", "|": "｜", "\n": " ", "\r": " ", "\t": " "})
# Hugging Face's classes of size.
_SIZES = tuple(zip((10**power for power in range(3, 12)), "1K 10K 100K 1M 10M 100M 1B 10B 100B".split(), strict=True))
_MEANINGS = {
    TRAIN: "articles to train on",
    VALIDATION: "articles held back, to choose by",
    TEST: "articles held back, to test on",
    UNDATED: "articles of which no day is known: neither to train nor to test on, where time matters",
}
_NAMED_TYPES = {"double": "float64"}


def render(total: Tally, options: Options, files: Sequence[File]) -> str:
    """The card as Markdown. The same counts make the same bytes: it tells no time and no place."""
    columns = schema(people=options.people)
    meanings = {column.name: column.metadata[b"description"].decode() for column in columns}
    quality = [
        (name, meanings[name], [quantile(values, share) for share in SHARES]) for name, values in total.quality.items()
    ]
    return _TEMPLATES.get_template("card.md").render(
        head=head(total, options, files),
        title=TITLE,
        total=total,
        rows=total.splits.total(),
        options=options,
        splits=[(name, _MEANINGS[name], total.splits[name]) for name in NAMES if total.splits[name]],
        columns=[pair for pair in meanings.items() if pair[0] not in _always()],
        quality=quality,
        shares=SHARES,
        top=TOP,
        relations=RELATIONS,
        reasons=REASONS,
        version=newscrawl.__version__,
        row_version=ROW_VERSION,
        schema_version=SCHEMA_VERSION,
    )


def head(total: Tally, options: Options, files: Sequence[File]) -> str:
    """What Hugging Face reads, as YAML: which files are which split, and the types of the columns.

    The types are told so that JSON lines load alike whatever is null in them.
    """
    configs, features = _configs(files, options.ending), _features(schema(people=options.people))
    languages = sorted({name.split()[0] for name in total.languages} - {"und"})
    data = DatasetCardData(
        language=languages or None,
        license="other",
        license_name="rights-of-the-publishers",
        pretty_name=TITLE,
        size_categories=_size(total.splits.total()),
        configs=configs,
        dataset_info=[{"config_name": one["config_name"], "features": deepcopy(features)} for one in configs],
    )
    return str(data.to_yaml(line_break="\n")).strip()


def _configs(files: Sequence[File], ending: str) -> list[dict[str, Any]]:
    there = {file.split for file in files}
    data = [{"split": name, "path": f"data/{name}-*.{ending}"} for name in NAMES if name in there]
    configs: list[dict[str, Any]] = [{"config_name": "default", "data_files": data}]
    if "duplicates" in there:
        # what has no splits is called train there
        path = f"duplicates/*.{ending}"
        configs.append({"config_name": "duplicates", "data_files": [{"split": "train", "path": path}]})
    return configs


def _features(fields: Any) -> list[dict[str, Any]]:
    """The types of columns, or of the fields of a struct, as Hugging Face tells them."""
    return [{"name": field.name, **_feature(field.type)} for field in fields]


def _feature(kind: pa.DataType) -> dict[str, Any]:
    if is_a.is_struct(kind):
        return {"struct": _features(kind)}
    if is_a.is_list(kind):
        inner = _feature(kind.value_type)
        return {"list": inner.get("dtype") or inner["struct"]}
    return {"dtype": _NAMED_TYPES.get(str(kind), str(kind))}


def _size(rows: int) -> str:
    """The class of size.

    >>> _size(999), _size(1_000), _size(2_500_000)
    ('n<1K', '1K<n<10K', '1M<n<10M')
    """
    if rows < _SIZES[0][0]:
        return f"n<{_SIZES[0][1]}"
    for (_, least), (bound, most_) in pairwise(_SIZES):
        if rows < bound:
            return f"{least}<n<{most_}"
    return f"n>{_SIZES[-1][1]}"


def inert(text: str) -> str:
    """Text from a page as a piece of Markdown that is nothing but text, short, in one line.

    >>> inert("[x](http://a.example)|`b`<script>\\n"), inert("")
    ('`[x](http://a.example)｜ˋbˋ<script> `', '(none)')
    """
    if not text.strip():
        return "(none)"
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"`{visible(short.translate(_NO_CODE))}`"


def _per_cent(part: int, whole: int) -> str:
    """A share for people: what is there is not rounded to nothing, and what is missing not to all.

    >>> _per_cent(1, 100_000), _per_cent(99_999, 100_000), _per_cent(1, 3), _per_cent(0, 3)
    ('<0.1 %', '>99.9 %', '33.3 %', '0 %')
    """
    share = 100 * part / whole
    if 0 < share < 0.1:
        return "<0.1 %"
    return ">99.9 %" if 99.9 < share < 100 else f"{share:.1f} %".replace(".0 %", " %")


def _always() -> frozenset[str]:
    """Columns that every row has, and links, which are told by themselves."""
    return frozenset(("id", *Quality.__slots__, "kept_as", "similarity", "cluster", *RELATIONS))


_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=False,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_TEMPLATES.filters.update(inert=inert, most=most)
_TEMPLATES.globals.update(per_cent=_per_cent)
