"""`scrapy suggest-layout URL|FILE...`: selectors for a template, from a few article pages of it."""  # noqa: N999 (Scrapy calls a command as its module is called)

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from scrapy.exceptions import UsageError

from newscrawl import flow
from newscrawl.cases.case import NOT_REVIEWED, CaseError, load_case
from newscrawl.crawl.command import Trusting
from newscrawl.crawl.files import Source
from newscrawl.crawl.look import look_at_all
from newscrawl.items import Article
from newscrawl.page import Page
from newscrawl.publish.summary import table
from newscrawl.refused import Refused
from newscrawl.shown import visible
from newscrawl.suggest.compare import VERDICTS, Suggestion, as_code, suggest
from newscrawl.suggest.propose import FEWEST

_EPILOG = """\
examples:
  scrapy suggest-layout http://127.0.0.1:8808/p/10071111.html http://127.0.0.1:8808/p/10074406.html
  scrapy suggest-layout tests/pages/cnhubei/cloud-*/page.html --name cnhubei/cloud

It prints a Layout to paste into the site file, then a table: on how many pages each field is read the same as by the
general extractor, better (found where that finds nothing, or right where expected.json beside the page knows), worse,
or otherwise with nobody to say who is right. Those that differ are listed below, and pages it does not read.

exit status: 0; 1 when the pages could not be had, or share no selector for their text; 2 for wrong usage
"""
_NAME = re.compile(r"[\w./-]{1,60}")


class Command(Trusting):
    """Proposes a layout."""

    requires_project = True
    default_settings: ClassVar[dict[str, object]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """The arguments, as --help shows them."""
        return "[options] URL|FILE URL|FILE..."

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Selectors for a template of a site, from two or more article pages of it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What it is called, how it is printed."""
        super().add_options(parser)
        parser.add_argument("--name", default="site/template", help="what to call the layout: site, slash, era")
        parser.add_argument("--json", action="store_true", help="print an object of JSON instead")
        parser.epilog = _EPILOG
        parser.formatter_class = argparse.RawDescriptionHelpFormatter

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Get the pages, propose, print."""
        names = list(dict.fromkeys(args))
        if len(names) < FEWEST:
            raise UsageError("name two pages or more: one page does not tell what its template has in common")
        if not _NAME.fullmatch(opts.name):
            raise UsageError(f"--name {opts.name!r}: letters, digits and . / _ - only", print_help=False)
        pages = _readable(look_at_all(names, self.crawler_process))
        if len(pages) < FEWEST:
            _complain(f"no layout: {len(pages)} of {len(names)} pages could be read, and it takes two")
            self.exitcode = 1
            return
        suggestion = suggest(pages, opts.name, _truths(pages))
        if suggestion is None or len(suggestion.fits) < FEWEST:
            _complain(f"no layout: {len(pages)} pages were read, and no two share a selector for their text")
            self.exitcode = 1
            return
        self.exitcode = int(len(pages) < len(names))
        print(_as_json(suggestion) if opts.json else visible(_as_text(suggestion)))


def _readable(sources: list[Source]) -> dict[str, Page]:
    """The pages as text, by their names; what is no article is named on standard error and left out."""
    pages = {}
    for source in sources:
        article = Article(url=source.page.url or source.name, pages=[source.page])
        try:
            if source.refused or source.page.flat:
                raise source.refused or Refused("bad_input", "flattened text has no markup", url=source.name)
            for stage in flow.STAGES:
                flow.run_stage(stage, article)
        except Refused as refused:
            _complain(f"left out: {refused}")
        else:
            pages[source.name] = article.pages[0]
    return pages


def _truths(pages: Mapping[str, Page]) -> dict[str, Mapping[str, Any]]:
    """The true fields of pages that are cases a person has reviewed."""
    truths = {}
    for name in pages:
        try:
            expected = load_case(Path(name).parent).expected if Path(name).name == "page.html" else {NOT_REVIEWED: ""}
        except CaseError:
            continue
        if NOT_REVIEWED not in expected:
            truths[name] = expected
    return truths


def _as_text(suggestion: Suggestion) -> str:
    rows = [(name, *(str(counts[verdict] or "") for verdict in VERDICTS)) for name, counts in suggestion.counts.items()]
    parts = [as_code(suggestion.layout), "", table([("field", *VERDICTS), *rows], left=1)]
    if suggestion.differences:
        parts += ["", *map(str, suggestion.differences)]
    parts += ["", f"reads {len(suggestion.fits)} of {len(suggestion.fits) + len(suggestion.misfits)} pages"]
    parts += [f"does not read {page}: {why}" for page, why in suggestion.misfits.items()]
    return "\n".join(parts)


def _as_json(suggestion: Suggestion) -> str:
    told = {
        "layout": {name: value for name, value in dataclasses.asdict(suggestion.layout).items() if value},
        "fits": suggestion.fits,
        "misfits": suggestion.misfits,
        "fields": {
            name: {verdict: counts[verdict] for verdict in VERDICTS} for name, counts in suggestion.counts.items()
        },
        "differences": [dataclasses.asdict(difference) for difference in suggestion.differences],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _complain(problem: str) -> None:
    print(f"scrapy suggest-layout: {visible(problem)}", file=sys.stderr)
