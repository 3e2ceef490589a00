"""The expectations as Spidermon's monitors: run when a spider closes, kept in the stats for the run's record.

Other suites join by SPIDERMON_SPIDER_CLOSE_MONITORS, as Spidermon's manual says.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from scrapy import Spider
from spidermon import Monitor, MonitorSuite  # type: ignore[import-untyped]  # it has no types
from spidermon.contrib.scrapy.extensions import Spidermon  # type: ignore[import-untyped]  # as above
from spidermon.core.actions import Action  # type: ignore[import-untyped]  # as above
from spidermon.runners import MonitorRunner  # type: ignore[import-untyped]  # as above

from newscrawl.crawl.expectations import CHECKS, LAST_RUNS, Brought
from newscrawl.crawl.portal import PortalSpider
from newscrawl.publish.record import record_of

logger = logging.getLogger(__name__)

STAT = "newscrawl/expectations"


class QuietSpidermon(Spidermon):  # type: ignore[misc]  # Spidermon is not typed
    """Spidermon with a line for what failed; its own log has some forty, through a method that Scrapy deprecates."""

    def _run_suites(self, spider: Spider, suites: list[MonitorSuite]) -> None:
        for suite in suites:
            data = {"stats": self.crawler.stats.get_stats(), "crawler": self.crawler, "spider": spider, "job": None}
            result = MonitorRunner().run(suite, **data)
            for failed in result.monitors_failed_results:
                logger.warning("%s: %s", failed.monitor.name, failed.reason or failed.error)


class _Expectation(Monitor):  # type: ignore[misc]  # untyped, see above
    """Compares the record of the run with those before it."""

    check: ClassVar[str]

    @property
    def name(self) -> str:
        """What the record and the report call it."""
        return self.check

    def runTest(self) -> None:  # noqa: N802 (unittest's name)
        """Fail with what to look at."""
        spider = self.data["crawler"].spider
        if isinstance(spider, PortalSpider):
            record, history = record_of(self.data["crawler"]), spider.frontier.ledger.records(LAST_RUNS)
            if message := CHECKS[self.check](Brought(record=record, history=history, expect=spider.expect)):
                raise self.failureException(message)


class _Keep(Action):  # type: ignore[misc]  # untyped, see above
    """Leaves in the stats what became of each expectation."""

    def run_action(self) -> None:
        """Write the stat."""
        passed = self.result.monitors_passed_results
        told: list[dict[str, Any]] = [
            {"name": one.monitor.name, "passed": one in passed, "message": one.reason or _fault(one.error)}
            for one in self.result.monitor_results
        ]
        stats = self.data["crawler"].stats
        stats.set_value(STAT, [*stats.get_value(STAT, []), *told])


def _fault(error: str | None) -> str | None:
    """What kept a check from being made, of its traceback: what was raised first."""
    raised = (line for line in (error or "").splitlines()[1:] if not line.startswith(" "))
    return f"could not be judged: {next(raised, error)}; look at the log" if error else None


class Expectations(MonitorSuite):  # type: ignore[misc]  # untyped, see above
    """All of them."""

    monitors: ClassVar[list[type[Monitor]]] = [
        type(f"{check.title()}Monitor", (_Expectation,), {"check": check}) for check in CHECKS
    ]
    monitors_finished_actions: ClassVar[list[type[Action]]] = [_Keep]
