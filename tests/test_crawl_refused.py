"""What refused pages mean to the runs behind them: what counts as known, and what is tried again. Real processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newscrawl import settings
from newscrawl.commands.run import exit_code
from newscrawl.demo.large import LargePortal
from tests.forked import Run
from tests.live import Pages, Reply, Site, articles, command, html, portal, read_lines, redirect, served
from tests.torture.crawls import completed

TEXTS = LargePortal(20)
EVERY_STAGE = ("-s", f"ITEM_PIPELINES={json.dumps(settings.ITEM_PIPELINES)}")


def article(number: int, day: str = "2026-11-20") -> Reply:
    """An article whose address does not tell its day."""
    title, text = TEXTS.title(number), "".join(f"<p>{line}</p>" for line in TEXTS.paragraphs(number))
    return Reply(f"<h1>{title}</h1><div>发布时间：{day} 10:20 来源：江汉日报</div><div>{text}</div>".encode())


def run(site: Site, folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Crawl once more; returns the exit code of `scrapy run`, and the record."""
    site.asked.clear()
    told = folder / "record.json"
    done = completed(Run(command=command(site, folder, "--record", str(told), *EVERY_STAGE, *options)[3:], seconds=100))
    assert "Traceback" not in done.stderr, done.stderr
    record = json.loads(told.read_text("utf-8"))
    return exit_code([record]), record


def test_what_never_came_out_is_not_known(tmp_path: Path) -> None:
    with served(portal(range(12), lambda path: Reply(f"<h1>江城老街重新开街 {path}</h1>".encode()))) as site:
        for refused in (12, 0):
            code, record = run(site, tmp_path)
            assert record["refused"] == ({"no_body": refused} if refused else {})
            assert (code, record["articles"], record["known"]) == (1, 0, 0)


def test_what_came_out_is_known_under_each_of_its_addresses(tmp_path: Path) -> None:
    pages: Pages = {"/": html("/t0.html"), "/t0.html": redirect("/t9.html"), "/t9.html": article(9)}
    with served(pages) as site:
        assert run(site, tmp_path)[1]["articles"] == 1
        pages["/"] = html("/t0.html", "/t9.html")
        code, record = run(site, tmp_path)
    assert (code, record["articles"], record["known"]) == (0, 0, 2)


@pytest.mark.parametrize("wider", [("--since", "2026-01-20"), ()], ids=["earlier", "without"])
def test_what_was_too_old_is_read_when_it_is_wanted(tmp_path: Path, wider: tuple[str, ...]) -> None:
    old = articles(range(2, 12))
    pages = portal(range(12))
    pages |= {path: article(at, "2026-01-20" if path in old else "2026-11-20") for at, path in enumerate(pages) if at}
    with served(pages) as site:
        code, record = run(site, tmp_path, "--since", "2026-11-01")
        assert (code, record["articles"], record["refused"]) == (0, 2, {"too_old": 10})
        for day in ("2026-11-01", "2026-01-21"):
            code, record = run(site, tmp_path, "--since", day)
            assert (code, record["known"], record["refused"]) == (0, 2, {})
            assert not site.asked.keys() & set(old)
        code, record = run(site, tmp_path, *wider)
        assert (code, record["articles"], record["refused"]) == (0, 10, {})


def test_a_refusal_is_written_whatever_the_title_holds(tmp_path: Path) -> None:
    said = {"@type": "NewsArticle", "headline": "江城老街\ud83d重新开街", "datePublished": "2026-11-20T10:00:00+08:00"}
    page = Reply(f'<script type="application/ld+json">{json.dumps(said)}</script>'.encode())
    with served({"/": html("/t0.html"), "/t0.html": page}) as site:
        run(site, tmp_path)
    (line,) = read_lines(tmp_path / "output" / "rejects" / "testsite")
    assert (line["reason"], line["title"]) == ("no_body", said["headline"])
