"""`scrapy extract` as a user runs it: real processes in the repository's folder."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[1]
SENTENCES = [
    "云桥区今天上午在滨江公园启动春季植树活动，三百多名市民参加。",
    "活动现场，大家三五成群，挖坑、扶苗、培土、浇水，忙得热火朝天。",
]


def text_of(title: str, number: int = 1) -> str:
    return (
        f"{title}\n2021-03-0{number} 10:00 来源：江汉日报\n"
        + "\n".join(SENTENCES)
        + f"\n这是第{number}篇报道的结尾，大家都说今年的春天来得特别早。"
    )


def html_of(title: str, number: int = 1) -> str:
    body = "".join(f"<p>{line}</p>" for line in [*SENTENCES, f"这是第{number}篇报道的结尾，大家都说好。"])
    head = f"<title>{title}_江汉网</title>"
    return f"<html><head>{head}</head><body><h1>{title}</h1><div>2021-03-0{number} 10:00</div>{body}</body></html>"


def extract(
    *arguments: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "scrapy", "extract", *map(str, arguments)]
    paths = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": paths} | dict(env or {}),
        timeout=120,
        check=False,
    )


def records(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.decode("utf-8").splitlines()]


def titles(output: bytes) -> list[str]:
    return [record["title"] for record in records(output)]


def summary(run: subprocess.CompletedProcess[bytes]) -> str:
    assert b"Traceback" not in run.stderr, run.stderr.decode("utf-8", "replace")
    return run.stderr.decode("utf-8").splitlines()[-1]


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
    assert reject["fetched_at"].endswith("+00:00")
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


# ---- what goes wrong


def test_no_path_at_all() -> None:
    run = extract()
    assert run.returncode == 2
    assert b"name at least one file" in run.stderr and b"Traceback" not in run.stderr


def test_a_path_that_is_not_there_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(text_of("云桥区启动春季植树活动"), encoding="utf-8")
    run = extract(tmp_path / "不在.html", tmp_path / "a.txt")
    assert run.returncode == 2
    assert titles(run.stdout) == ["云桥区启动春季植树活动"]
    assert "不在.html: No such file" in run.stderr.decode("utf-8")


@pytest.mark.parametrize("option", ["-o", "--rejects"])
def test_a_file_that_cannot_be_written(tmp_path: Path, option: str) -> None:
    (tmp_path / "a.txt").write_text(text_of("云桥区启动春季植树活动"), encoding="utf-8")
    run = extract(tmp_path / "a.txt", option, tmp_path / "a.txt" / "out.jsonl")
    assert run.returncode == 2
    assert b"cannot write" in run.stderr and b"Traceback" not in run.stderr


def test_bad_json_lines_are_named_by_number(tmp_path: Path) -> None:
    good = json.dumps({"text": text_of("云桥区启动春季植树活动")})
    lines = [good, "{broken", "", '{"html": 1}', "[1]", '{"text": 5}']
    path = tmp_path / "archive.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = extract(path, "--rejects", tmp_path / "rejects.jsonl")
    assert (run.returncode, titles(run.stdout)) == (0, ["云桥区启动春季植树活动"])
    rejects = records((tmp_path / "rejects.jsonl").read_bytes())
    assert [(reject["url"], reject["reason"]) for reject in rejects] == [
        (f"{path}:{number}", "bad_input") for number in (2, 4, 5, 6)
    ]


def test_json_lines_in_another_encoding_are_refused_by_line(tmp_path: Path) -> None:
    line = json.dumps({"text": text_of("云桥区启动春季植树活动")}, ensure_ascii=False)
    (tmp_path / "archive.jsonl").write_bytes(line.encode("gb18030") + b"\n" + line.encode("utf-8"))
    run = extract(tmp_path / "archive.jsonl")
    assert summary(run) == "2 read, 1 articles, 1 refused: bad_input 1"


def test_a_line_that_is_too_long_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "archive.jsonl"
    good = json.dumps({"text": text_of("云桥区启动春季植树活动")}).encode()
    path.write_bytes(json.dumps({"text": "a" * (9 * 1024 * 1024)}).encode() + b"\n" + good + b"\n")
    run = extract(path)
    assert summary(run) == "2 read, 1 articles, 1 refused: too_large 1"
    assert records(run.stdout)[0]["url"] == f"{path}:2"


def test_a_repeat_is_refused(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(text_of("云桥区启动春季植树活动"), encoding="utf-8")
    run = extract(tmp_path, tmp_path / "a.txt", "--rejects", tmp_path / "rejects.jsonl")
    assert len(records(run.stdout)) == 1
    rejects = records((tmp_path / "rejects.jsonl").read_bytes())
    assert [reject["reason"] for reject in rejects] == ["repeat_text", "repeat_url"]
    assert rejects[0]["detail"] == f"same text as {tmp_path / 'a.txt'}"


def test_a_large_file_is_refused_not_read(tmp_path: Path) -> None:
    (tmp_path / "huge.html").write_bytes(b"<p>" + b"a" * (9 * 1024 * 1024))
    assert summary(extract(tmp_path / "huge.html")) == "1 read, 0 articles, 1 refused: too_large 1"


# ---- the world around


@pytest.mark.parametrize(
    "env",
    [{"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["ascii_streams", "c_locale"],
)
def test_a_locale_that_is_not_utf8(tmp_path: Path, env: dict[str, str]) -> None:
    page = tmp_path / "page.txt"
    page.write_text(text_of("云桥区启动春季植树活动"), encoding="utf-8")
    run = extract(page, "--rejects", tmp_path / "rejects.jsonl", env=env)
    assert (run.returncode, titles(run.stdout)) == (0, ["云桥区启动春季植树活动"])
    run = extract("-", stdin=page.read_bytes(), env=env)
    assert titles(run.stdout) == ["云桥区启动春季植树活动"]


def test_a_file_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xc4\xe3.txt"
    try:
        Path(os.fsdecode(path)).write_text(text_of("云桥区启动春季植树活动"), encoding="utf-8")
    except OSError:
        pytest.skip("the file system takes no such name")
    run = extract(tmp_path)
    assert b"Traceback" not in run.stderr, run.stderr.decode("utf-8", "replace")
    assert (run.returncode, titles(run.stdout)) == (0, ["云桥区启动春季植树活动"])


def test_a_reader_that_goes_away_leaves_no_traceback(tmp_path: Path) -> None:
    texts = [text_of(f"云桥区第{n}届植树节开幕") + f"\n第{n}届植树节的新闻到此结束，谢谢大家。" for n in range(1000)]
    lines = "\n".join(json.dumps({"text": text}) for text in texts)
    (tmp_path / "archive.jsonl").write_text(lines, encoding="utf-8")
    command = f'"{sys.executable}" -m scrapy extract "{tmp_path / "archive.jsonl"}" | head -1'
    run = subprocess.run(["sh", "-c", command], capture_output=True, cwd=REPOSITORY, timeout=120, check=False)
    assert len(records(run.stdout)) == 1
    assert b"Traceback" not in run.stderr and b"Exception ignored" not in run.stderr, run.stderr.decode()


def test_the_help_tells_the_exit_status() -> None:
    run = extract("--help")
    assert run.returncode == 0
    assert b"exit status" in run.stdout and b"--rejects" in run.stdout
