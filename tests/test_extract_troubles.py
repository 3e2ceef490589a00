"""`scrapy extract` on what it cannot read or write, and in surroundings that are not UTF-8."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.extract_run import REPOSITORY, extract, records, summary, text_of, titles

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
