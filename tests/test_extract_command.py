"""`scrapy extract` as a user runs it: real processes in the repository's folder."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.extract_run import extract, html_of, records, summary, text_of, titles

# ---- what can be named


def test_a_file(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(html_of("云桥区启动春季植树活动"), encoding="utf-8")
    run = extract(page)
    assert run.returncode == 0
    assert [(record["title"], record["url"]) for record in records(run.stdout)] == [
        ("云桥区启动春季植树活动", str(page))
    ]
    assert summary(run) == "1 read, 1 articles, 0 refused"


def test_the_output_is_readable_utf8_one_article_a_line(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(text_of("云桥区启动春季植树活动"), encoding="utf-8")
    run = extract(tmp_path / "page.txt")
    assert run.stdout.endswith(b"}\n") and run.stdout.count(b"\n") == 1
    assert "云桥区启动春季植树活动" in run.stdout.decode("utf-8")
    assert b"\\u" not in run.stdout


def test_a_text_in_gb18030(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes(text_of("云桥区启动春季植树活动").encode("gb18030"))
    assert titles(extract(tmp_path / "page.txt").stdout) == ["云桥区启动春季植树活动"]


def test_a_page_that_was_saved_packed(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(gzip.compress(html_of("云桥区启动春季植树活动").encode()))
    assert titles(extract(tmp_path / "page.html").stdout) == ["云桥区启动春季植树活动"]


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    for number, name in enumerate(["b/2.html", "a.txt", "b/1.HTM", "c.jsonl"], 1):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        title = f"云桥区第{number}届植树节开幕"
        line = json.dumps({"text": text_of(title, number)}, ensure_ascii=False) + "\n"
        content = {".txt": text_of(title, number), ".jsonl": line}.get(path.suffix, html_of(title, number))
        path.write_text(content, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden.html").write_text(html_of("云桥区不公开的植树节"), encoding="utf-8")
    run = extract(tmp_path)
    assert titles(run.stdout) == [f"云桥区第{number}届植树节开幕" for number in (2, 3, 1, 4)]
    assert summary(run) == "4 read, 4 articles, 0 refused"


def test_several_paths_are_read_in_their_order(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.txt").write_text(text_of(f"云桥区第{number}届植树节开幕", number), encoding="utf-8")
    run = extract(tmp_path / "2.txt", tmp_path / "1.txt")
    assert titles(run.stdout) == ["云桥区第2届植树节开幕", "云桥区第1届植树节开幕"]


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        {"text": text_of("云桥区第1届植树节开幕", 1), "url": "http://news.example.com/1.html"},
        {"text": text_of("云桥区第2届植树节开幕", 2), "url": None, "more": 1},
    ]
    path = tmp_path / "archive.jsonl"
    path.write_text("\n\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    run = extract(path)
    assert [record["url"] for record in records(run.stdout)] == ["http://news.example.com/1.html", f"{path}:3"]


@pytest.mark.parametrize(
    "stdin",
    [
        pytest.param(html_of("云桥区启动春季植树活动").encode(), id="html"),
        pytest.param(html_of("云桥区启动春季植树活动").encode("gb18030"), id="html_gb18030"),
        pytest.param(text_of("云桥区启动春季植树活动").encode(), id="text"),
        pytest.param(text_of("云桥区启动春季植树活动").encode("gb18030"), id="text_gb18030"),
        pytest.param(b"\xef\xbb\xbf" + text_of("云桥区启动春季植树活动").encode(), id="text_with_mark"),
        pytest.param(json.dumps({"text": text_of("云桥区启动春季植树活动")}).encode(), id="json_line"),
    ],
)
def test_standard_input(stdin: bytes) -> None:
    run = extract("-", stdin=stdin)
    assert (run.returncode, titles(run.stdout)) == (0, ["云桥区启动春季植树活动"])


def test_json_lines_on_standard_input() -> None:
    lines = [{"text": text_of(f"云桥区第{number}届植树节开幕", number)} for number in (1, 2, 3)]
    run = extract("-", stdin="\n".join(map(json.dumps, lines)).encode())
    assert titles(run.stdout) == [f"云桥区第{number}届植树节开幕" for number in (1, 2, 3)]


# ---- where it goes


def test_output_and_rejects_go_to_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(text_of("云桥区启动春季植树活动"), encoding="utf-8")
    (tmp_path / "b.txt").write_text("首页\n新闻\n", encoding="utf-8")
    out, rejects = tmp_path / "out" / "articles.jsonl", tmp_path / "out" / "rejects.jsonl"
    out.parent.mkdir()
    run = extract(tmp_path / "a.txt", tmp_path / "b.txt", "-o", out, "--rejects", rejects)
    assert (run.returncode, run.stdout) == (0, b"")
    assert titles(out.read_bytes()) == ["云桥区启动春季植树活动"]
    [reject] = records(rejects.read_bytes())
    assert (reject["reason"], reject["url"]) == ("list_page", str(tmp_path / "b.txt"))
    assert reject["fetched_at"] is None  # it was not
    assert summary(run) == "2 read, 1 articles, 1 refused: list_page 1"


def test_a_refusal_before_reading_is_a_reject_too(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n")
    run = extract(tmp_path, "--rejects", tmp_path / "rejects.jsonl")
    assert run.returncode == 1
    rejects = records((tmp_path / "rejects.jsonl").read_bytes())
    assert [(Path(reject["url"]).name, reject["reason"]) for reject in rejects] == [
        ("empty.txt", "empty_page"),
        ("picture.html", "not_text"),
    ]


def test_nothing_came_out(tmp_path: Path) -> None:
    (tmp_path / "menu.txt").write_text("首页\n新闻\n", encoding="utf-8")
    run = extract(tmp_path / "menu.txt")
    assert (run.returncode, run.stdout) == (1, b"")
    assert summary(run) == "1 read, 0 articles, 1 refused: list_page 1"


def test_an_empty_folder(tmp_path: Path) -> None:
    run = extract(tmp_path)
    assert (run.returncode, summary(run)) == (1, "0 read, 0 articles, 0 refused")


def test_the_help_tells_the_exit_status() -> None:
    run = extract("--help")
    assert run.returncode == 0
    assert b"exit status" in run.stdout and b"--rejects" in run.stdout
