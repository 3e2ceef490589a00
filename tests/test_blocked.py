"""Which answers are a no in place of a page."""

from __future__ import annotations

import time
from typing import Any

from newscrawl.crawl.blocked import blocked_by

CASES = "blocked"


def test_blocked_by(row: dict[str, Any]) -> None:
    body = row.get("body", "").encode(row.get("charset", "utf-8"))
    assert blocked_by(row.get("status", 200), row.get("headers", {}), body) == row["expected"]


def test_what_is_long_is_a_page() -> None:
    """The same words and scripts, on a page that has text."""
    challenge = "<html><head><script>$_ts=window['$_ts'];document.cookie='a';location.reload()</script></head><body>"
    text = "<p>江水流过小城，码头上的人都认得他。</p>" * 100
    assert blocked_by(200, {}, f"{challenge}</body></html>".encode()) == "ruishu"
    assert blocked_by(200, {}, f"{challenge}请完成安全验证{text}</body></html>".encode()) is None


def test_a_hostile_page_is_looked_at_quickly() -> None:
    """Bounded work: what would make a careless pattern run for minutes."""
    began = time.process_time()
    for part in (b"<script>", b"<title>", b"document.cookie=", "请先".encode(), b"<p>" * 10):
        for size in (3_000, 60_000, 260_000):
            assert blocked_by(200, {}, part * (size // len(part))) is None
    assert time.process_time() - began < 5
