"""Articles of several pages: one article, when the pages stand behind one another in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl import flow
from newscrawl.archives import joined
from tests.archives.made import Made, page, read, told, write_warc
from tests.extract_run import html_of

FIRST = "http://news.example/201803/t408.shtml"


def address(number: int) -> str:
    return FIRST if number == 0 else FIRST.replace(".shtml", f"_{number}.shtml")


def part(number: int, total: int, url: str | None = None) -> Made:
    """A page of an article in so many pages, counted from 0, as TRS prints it."""
    html = html_of("云桥区启动春季植树活动").replace("大家都说好", f"大家都说好，这是第{number}页")
    script = f'<script>createPageHTML({total}, {number}, "t408", "shtml");</script></body>'
    return Made(url or address(number), html.replace("</body>", script).encode())


def numbers(*found: int) -> list[Made]:
    return [part(number, 3) if number < 3 else page(number) for number in found]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (numbers(0, 1, 2), [[0, 1, 2]]),
        (numbers(5, 0, 6, 1, 2, 7), [[5], [6], [0, 1, 2], [7]]),
        (numbers(0, 1, 5), [[5], [0, 1]]),
        (numbers(0, 2, 5), [[2], [5], [0]]),
        (numbers(1, 2, 0), [[1, 2], [0]]),
        (numbers(0, 0, 1, 2), [[0], [0, 1, 2]]),
    ],
    ids=["together", "others between", "the last is missing", "one is missing", "the first is last", "the first twice"],
)
def test_pages_are_put_together(tmp_path: Path, records: list[Made], expected: list[list[int]]) -> None:
    sources = read(tmp_path / "a.warc.gz", write_warc(records, gzip=True)[0])
    found = [[source.page.url, *(one.url for one in source.more)] for source in sources]
    assert found == [[address(n) if n < 3 else page(n).url for n in numbers_] for numbers_ in expected]


def test_the_article_has_the_text_of_all_its_pages(tmp_path: Path) -> None:
    [source] = read(tmp_path / "a.warc", write_warc([part(n, 3) for n in range(3)])[0])
    body = "".join(flow.run(source.article()).body)
    assert [n for n in range(3) if f"这是第{n}页" in body] == [0, 1, 2]


@pytest.mark.parametrize(
    ("link", "second"),
    [
        ("/a/9_2.html", "http://news.example/a/9_2.html"),
        ("9.html?p=2", "http://news.example/a/9.html?p=2"),
        ("?p=2", "http://news.example/a/9.html?p=2"),
    ],
)
def test_a_link_leads_to_the_next_page(tmp_path: Path, link: str, second: str) -> None:
    html = html_of("云桥区启动春季植树活动")
    first = html.replace("</body>", f'<a href="{link}">下一页</a></body>')
    records = [Made("http://news.example/a/9.html", first.encode()), Made(second, html.encode())]
    [source] = read(tmp_path / "a.warc", write_warc(records)[0])
    assert [page.url for page in source.more] == [second]


def test_an_address_that_is_none_has_no_next_page(tmp_path: Path) -> None:
    records = [part(0, 3, "http://[/t408.shtml"), part(1, 3)]
    assert told(read(tmp_path / "a.warc", write_warc(records)[0])) == ["http://[/t408.shtml", address(1)]


def test_an_article_that_comes_out_short_says_so(tmp_path: Path) -> None:
    [source] = read(tmp_path / "a.warc", write_warc([part(0, 2)])[0])
    assert flow.run(source.article()).trace[0] == (
        f"archive: page 2 does not stand behind the others in the file [{address(1)}]"
    )


def test_few_articles_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joined, "_MOST_WAITING", 2)
    urls = [f"http://news.example/{n}/t408.shtml" for n in range(5)]
    records = [part(0, 2, url) for url in urls] + [part(1, 2, urls[0].replace(".s", "_1.s"))]
    sources = read(tmp_path / "a.warc", write_warc(records)[0])
    assert told(sources) == [*urls[:3], urls[0].replace(".s", "_1.s"), *urls[3:]]
