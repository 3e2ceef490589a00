"""The record of a site's run: the line that a run prints, the ledger keeps, and the report is made from."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from scrapy.crawler import Crawler

from newscrawl.crawl.tally import Tally
from newscrawl.publish.counted import Counted
from newscrawl.publish.paths import run_stamp

# In the order a page goes through them; fetch is the time spent waiting for the site, the others are our own.
STAGES = ("fetch", "decode", "restore", "extract", "judge", "publish")

# Record -> stat: plain counts, and counts by name (the name stands behind the stat's).
_COUNTS = {
    "pages": "response_received_count",
    "requests": "downloader/request_count",
    "bytes": "downloader/response_bytes",
    "articles": "newscrawl/articles",
    "revised": "newscrawl/revised",
    "unchanged": "newscrawl/unchanged",
    "known": "newscrawl/known",
    "restored": "newscrawl/restored",
    "unwritten": "newscrawl/unwritten",
}
_NAMED = ("refused", "recovered", "blocked", "limits")


def record_of(crawler: Crawler, run: str | None = None) -> dict[str, Any]:
    """The record of a crawl that is over. `run` names a run of several sites; else it is called by the site's start.

    `memory_mb` is the largest the process has been, sites crawled before in it included.
    """
    tally = crawler.get_extension(Tally)
    return run_record(
        crawler.spider.name if crawler.spider else "",
        crawler.stats.get_stats(),
        tally.counted if tally else None,
        run=run or run_stamp(crawler),
        memory_mb=_peak_memory(),
    )


def run_record(
    site: str,
    stats: Mapping[str, Any],
    counted: Counted | None = None,
    *,
    run: str = "",
    memory_mb: float | None = None,
) -> dict[str, Any]:
    """The record from Scrapy's stats and what was counted beside them; plain values that JSON can hold.

    Every key is always there: counts are 0, what goes by name is {}, and what is not known is None. Times are ISO 8601
    in UTC, `stage_seconds` are seconds, `bytes` are those that came over the wire.
    """
    started, finished = stats.get("start_time"), stats.get("finish_time")
    told = (counted or Counted()).told()
    waited = {"fetch": round(stats.get("newscrawl/fetch_seconds", 0.0), 4)}
    return {
        "site": site,
        "run": run or (f"{started:%Y%m%dT%H%M%SZ}" if started else None),
        "started_at": _iso(started),
        "finished_at": _iso(finished),
        "seconds": round(stats.get("elapsed_time_seconds") or 0.0, 3),
        "finish_reason": stats.get("finish_reason"),
        **{name: stats.get(stat, 0) for name, stat in _COUNTS.items()},
        **{name: named(stats, name) for name in _NAMED},
        **told,
        "stage_seconds": dict.fromkeys(STAGES, 0.0) | told["stage_seconds"] | waited,
        "memory_mb": memory_mb,
        "expectations": list(stats.get("newscrawl/expectations", [])),
        "files": {
            "articles": list(stats.get("newscrawl/files/articles", [])),
            "rejects": stats.get("newscrawl/files/rejects"),
            "warc": list(stats.get("newscrawl/files/warc", [])),
        },
    }


def record_line(record: Mapping[str, Any]) -> str:
    """A record as a line of JSON, without the line's end.

    Half a surrogate pair, which the scripts of a page can hold, is escaped: it can be printed and stored nowhere.
    """
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def named(stats: Mapping[str, Any], kind: str) -> dict[str, int]:
    """The counts of a kind by name, the most frequent first.

    >>> named({"newscrawl/refused/forum": 1, "newscrawl/refused/novel": 2, "newscrawl/articles": 3}, "refused")
    {'novel': 2, 'forum': 1}
    """
    prefix = f"newscrawl/{kind}/"
    found = {key.removeprefix(prefix): count for key, count in stats.items() if key.startswith(prefix)}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds") if moment else None


def _peak_memory() -> float:
    """The most memory this process has had, in MB; the kernel tells KiB, on macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1_000_000 if sys.platform == "darwin" else 1_000), 1)
