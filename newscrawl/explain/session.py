"""What `scrapy shell` has in scope: a page read by newscrawl, and functions that tell about it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import MutableMapping
from typing import Any

from newscrawl import flow
from newscrawl.decode.restore import Restored
from newscrawl.explain import explain
from newscrawl.explain.printed import Printer
from newscrawl.items import Article
from newscrawl.page import Page
from newscrawl.refused import Refused

# What can change a page's reading while a person looks at it; the crawl stays as it is, its reactor runs.
_READING = ("decode", "explain", "extract", "flow", "items", "judge", "page", "refused", "sites", "tables")


class Shown(str):
    """A text that a shell shows as it is."""

    def __repr__(self) -> str:
        return str(self)


class Session:
    """A page and what came of it. `scope` is the namespace of a shell, kept up to date."""

    def __init__(self, page: Page, site: str | None, scope: MutableMapping[str, Any]) -> None:
        self._page, self._site, self._scope = page, site, scope
        self.refused: Refused | None = None

    def open(self) -> str:
        """Read the page, put everything in scope, and say so in one line. Never fails for what is on the page."""
        page = self._fresh()
        article = Article(url=page.url or None, site=self._site, pages=[page])
        try:
            for stage in flow.STAGES:
                flow.run_stage(stage, article)
        except Refused as refused:
            self.refused = refused
        self._scope.update(
            article=article,
            restored=page.restored,
            refused=self.refused,
            explain=self.explain,
            raw=self.raw,
            layout=self.layout,
            junk=self.junk,
            reload=self.reload,
        )
        return self._line(page.restored)

    def _fresh(self) -> Page:
        """The page as it was fetched: the flow fills it in."""
        page = self._page
        return Page(
            url=page.url, asked=page.asked, body=page.body, headers=page.headers, flat=page.flat, text=page.text
        )

    def _line(self, restored: Restored | None) -> str:
        state = f"refused, {self.refused.reason} (`refused` says why)" if self.refused else "an article"
        damage = f", restored ({restored.family})" if restored and restored.family else ""
        return (
            f"[newscrawl] {state}{damage}: article, restored, explain(), raw(), layout(), junk(), reload() are in scope"
        )

    def explain(self) -> Shown:
        """What every stage saw and did."""
        return Shown("\n".join(Printer(colour=sys.stdout.isatty()).lines(explain(self._fresh(), self._site))))

    def raw(self) -> str:
        """The page as served, read with its character set, nothing repaired."""
        return explain(self._fresh(), self._site).source

    def layout(self) -> dict[str, list[str]]:
        """The layouts tried: name -> the selectors that are not on the page; none missing: it fits."""
        return {fit.name: fit.missing for fit in explain(self._fresh(), self._site).layouts}

    def junk(self) -> list[tuple[str, str, str]]:
        """(Kind, text, why) of every block that was taken off."""
        return [(one["kind"], one["text"], one["why"]) for one in explain(self._fresh(), self._site).junk]

    def reload(self) -> None:
        """Read the page again with the code and the tables as they are on the disk now."""
        for name in [*sys.modules]:
            if name.startswith("newscrawl.") and name.split(".")[1] in _READING:
                package, _, module = name.rpartition(".")
                vars(sys.modules.get(package, sys)).pop(module, None)  # `from package import module` looks there first
                del sys.modules[name]
        session = importlib.import_module(__name__)
        print(session.Session(self._page, self._site, self._scope).open())
