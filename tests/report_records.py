"""Made-up records of runs, for the tests of the report."""

from __future__ import annotations

from typing import Any

from newscrawl.publish.record import run_record

FILLED = {"title": 100, "source": 90, "reporters": 50, "images": 0}


def record(run: str = "20261122T130500Z", site: str = "demo", **changes: Any) -> dict[str, Any]:
    """A record of an ordinary run, changed."""
    ordinary = {
        **run_record(site, {}),
        "run": run,
        "started_at": "2026-11-22T13:05:00.000+00:00",
        "seconds": 75.0,
        "finish_reason": "finished",
        "pages": 130,
        "requests": 140,
        "bytes": 4_000_000,
        "articles": 100,
        "restored": 20,
        "refused": {"http_error": 3, "forum": 1},
        "filled": dict(FILLED),
        "families": {"A": 15, "B": 5},
        "sections": {"要闻": 60, "民生": 40},
        "days": {"2026-11-20": 30, "2026-11-22": 70},
        "stage_seconds": {"fetch": 60.0, "decode": 0.1, "restore": 1.0, "extract": 0.8, "judge": 0.1, "publish": 0.0},
        "slowest": [{"url": "http://a.cn/1.html", "seconds": 0.5, "restore": 0.4, "extract": 0.1}],
        "samples": [sample()],
        "memory_mb": 180.0,
        "files": {"articles": ["output/articles/demo/1.jsonl"], "rejects": "output/rejects/demo/1.jsonl"},
    }
    return {**ordinary, **changes}


def sample(**changes: Any) -> dict[str, Any]:
    return {
        "url": "http://a.cn/1.html",
        "why": "confidence 0.9933; 3 unresolved: '。' in body[1]",
        "title_before": "高考明日開(kāi)考",
        "title": "高考明日开考",
        "before": "6月6日,江漢省教育考試院發(fā)布提示。",
        "after": "6月6日,江汉省教育考试院发布提示。",
        **changes,
    }


def history(*articles: int, **changes: Any) -> list[dict[str, Any]]:
    """A run a day before that of `record`, with so many articles each."""
    return [record(f"202611{number:02}T130500Z", articles=count, **changes) for number, count in enumerate(articles, 1)]
