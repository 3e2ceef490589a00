"""`scrapy restore` on text and JSON lines, and what a person sees of it."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path
from typing import Any

import pytest

import newscrawl
from newscrawl.bulk import reading
from tests.restore_run import (
    CLEAN,
    COMMAND,
    ENV,
    MENDED,
    NO_JSON,
    REPOSITORY,
    SEEN,
    TAIWAN,
    complaints,
    line_of,
    restore,
    statistics,
)


def test_the_texts_of_these_tests_are_what_they_should_be() -> None:
    assert newscrawl.restore(SEEN).text == MENDED
    assert [newscrawl.restore(text).family for text in (MENDED, CLEAN, TAIWAN)] == [None] * 3


# ---- text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(f"{SEEN}\n", f"{MENDED}\n", id="line"),
        pytest.param(SEEN, MENDED, id="no_line_end"),
        pytest.param(f"\ufeff{SEEN}\r\n\r\n{SEEN}\r\n", f"\ufeff{MENDED}\r\n\r\n{MENDED}\r\n", id="mark_and_windows"),
        pytest.param(f"{SEEN}\n\f{TAIWAN}\n\f\f", f"{MENDED}\n\f{TAIWAN}\n\f\f", id="form_feeds_part_documents"),
        pytest.param(f"{CLEAN}\r{TAIWAN}\n\n\f ", f"{CLEAN}\r{TAIWAN}\n\n\f ", id="clean"),
        pytest.param("", "", id="empty"),
    ],
)
def test_text(tmp_path: Path, given: str, expected: str) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(given.encode())
    run = restore(path)
    assert (run.returncode, run.stdout.decode()) == (0, expected)


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input(arguments: list[str]) -> None:
    assert restore(*arguments, stdin=f"{SEEN}\n".encode()).stdout.decode() == f"{MENDED}\n"


def test_a_text_of_one_long_line_is_cut_between_characters(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(SEEN * 30_000, encoding="utf-8")
    run = restore(path)
    assert (run.returncode, int(statistics(run)["documents"])) == (0, path.stat().st_size // reading.PIECE - 2)
    # a cut may go through an annotation; all the rest must be right
    assert run.stdout.decode().count(MENDED) >= 30_000 - 2 * int(statistics(run)["documents"])


def test_text_that_is_not_utf8_is_named_by_its_line(tmp_path: Path) -> None:
    data = CLEAN.encode() + b"\n\f" + CLEAN.encode() + b"\n\xb0\xa1\n\f" + SEEN.encode()
    run = restore(stdin=data)
    assert (run.returncode, run.stdout) == (1, data.replace(SEEN.encode(), MENDED.encode()))
    assert complaints(run) == ["scrapy restore: standard input:3: not UTF-8; passed through"]


# ---- JSON lines


def changed(line: str, *fields: str) -> str:
    run = restore("--format", "jsonl", *(part for field in fields for part in ("--field", field)), stdin=line.encode())
    assert (run.returncode, complaints(run)) == (0, [])
    return run.stdout.decode()


@pytest.mark.parametrize("spaced", [False, True])
def test_nothing_but_the_text_changes_in_a_line(spaced: bool) -> None:
    line = '{"n":1e5,"f":1.10,"big":12345678901234567890123,"text":"SEEN\\n","u":"\\u4e00\\/","a":[1, 2 ,{"x":"}"}]}'
    line = line.replace("SEEN", SEEN).replace('":', '": ' if spaced else '":') + "  \r\n"
    report = newscrawl.restore(SEEN + "\n")
    expected = {"family": "A", "steps": dict(report.steps), "unresolved": 0, "confidence": 1.0}
    separators = (", ", ": ") if spaced else (",", ":")
    added = separators[0] + json.dumps({"restored": expected}, separators=separators)[1:-1]
    assert changed(line) == line.replace(SEEN, MENDED).replace("}  \r\n", f"{added}}}  \r\n")


def test_an_escaped_line_stays_ascii() -> None:
    out = changed(json.dumps({"text": SEEN, "more": "好"}) + "\n")
    assert out.isascii() and json.loads(out)["text"] == MENDED


@pytest.mark.parametrize(
    ("fields", "record", "expected"),
    [
        pytest.param(["a.b"], {"a": {"b": SEEN}}, {"a": {"b": MENDED}}, id="nested"),
        pytest.param(["body"], {"body": [CLEAN, SEEN]}, {"body": [CLEAN, MENDED]}, id="list"),
        pytest.param(["b"], {"b": [f"{SEEN}\n{CLEAN}", SEEN]}, {"b": [f"{MENDED}\n{CLEAN}", MENDED]}, id="lines"),
        pytest.param(["a", "b"], {"b": SEEN, "a": SEEN, "c": SEEN}, {"b": MENDED, "a": MENDED, "c": SEEN}, id="two"),
        pytest.param(["text", "text"], {"text": SEEN}, {"text": MENDED}, id="twice"),
        pytest.param(["a", "b"], {"a": None, "b": SEEN}, {"a": None, "b": MENDED}, id="null"),
        pytest.param(["标题"], {"标题": SEEN}, {"标题": MENDED}, id="chinese_name"),
        pytest.param(["a", "b"], {"a": "縣里開會", "b": SEEN}, {"a": "县里开会", "b": MENDED}, id="one_document"),
    ],
)
def test_fields(fields: list[str], record: dict[str, Any], expected: dict[str, Any]) -> None:
    out = json.loads(changed(json.dumps(record, ensure_ascii=False), *fields))
    assert out.pop("restored")["family"] == "A"
    assert (out, list(out)) == (expected, list(record))


def test_the_report_takes_the_place_of_null_and_stays() -> None:
    line = f'{{"restored": null, "text": "{SEEN}\\ufffd"}}\n'
    once = changed(line)
    assert list(json.loads(once)) == ["restored", "text"]
    assert json.loads(once)["restored"]["unresolved"] == 1
    assert changed(once) == once


def test_spots_without_a_family_are_reported() -> None:
    out = json.loads(changed(json.dumps({"text": "县里\ufffd开会"})))
    assert out["text"] == "县里\ufffd开会"
    assert out["restored"] == {"family": "lossy", "steps": {}, "unresolved": 1, "confidence": 0.0}


def test_clean_lines_come_out_byte_for_byte(tmp_path: Path) -> None:
    data = "\ufeff" + "".join(
        [
            f'{{ "text" :"{CLEAN}", "n": -0.0, "n": 1E+2 }}\n',
            "\n",
            '  {"text": "\\u4f60\\/\\ud83d\\ude00\\ud800"}\r\n',
            '{"text": null}\n{"text": []}\n{"text": ""}\n',
            '{"n": ' + "9" * 5000 + ', "text": "好"}',
        ]
    )
    (tmp_path / "x.ndjson").write_bytes(data.encode())
    run = restore(tmp_path / "x.ndjson")
    assert (run.returncode, run.stdout.decode(), complaints(run)) == (0, data, [])


BAD_LINES = [
    (b"broken", NO_JSON),
    (b'{"text": "a"} {}', "no JSON: Extra data at character 15"),
    (b"[" * 100_000, "no JSON: nested too deeply"),
    (b'["text"]', "no JSON object"),
    (b'{"html": "a"}', "no field text"),
    (b'{"text": 5}', "field text is neither a string nor a list of strings"),
    (b'{"text": ["a", null]}', "field text is neither a string nor a list of strings"),
    (f'{{"text": "{CLEAN}"}}'.encode("gb18030"), "not UTF-8"),
    (b'{"text": "' + b"a" * (20 << 20) + b'"}', "more than 8,388,608 bytes"),
]


def test_bad_lines_are_named_and_passed_through(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    good = line_of(0).encode()
    path.write_bytes(good + b"".join(line + b"\n" + good for line, _ in BAD_LINES))
    run = restore(path)
    assert run.returncode == 1
    mended, *bad = run.stdout.removesuffix(b"\n").split(b"\n")
    assert json.loads(mended)["text"] == f"{MENDED} 第0号"
    assert bad == [one for line, _ in BAD_LINES for one in (line, mended)]
    assert complaints(run) == [
        f"scrapy restore: {path}:{2 * number}: {why}; passed through" for number, (_, why) in enumerate(BAD_LINES, 1)
    ]
    assert (statistics(run)["documents"], statistics(run)["bad lines"]) == ("10", "9")


def test_standard_input_is_json_when_it_begins_like_it() -> None:
    assert b'"restored"' in restore(stdin=b"\xef\xbb\xbf\n " + line_of(1).encode()).stdout
    assert restore("--format", "text", stdin=b"{" + SEEN.encode()).stdout.decode() == "{" + MENDED


# ---- what a person sees


def test_the_difference(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(line_of(1, CLEAN) + line_of(2) + "bad\n", encoding="utf-8")
    plain = (
        f"--- {path}:2\n[-縣-]{{+县+}}里召[-開會(huì)議 討論農(nóng)業(yè)發(fā)-]{{+开会议 讨论农业发+}}展 "
        "[-記者報(bào)-]{+记者报+}道 第2号\n"
    )
    run = restore(path, "--diff", "--quiet")
    assert (run.returncode, run.stdout.decode()) == (1, plain)
    assert complaints(run) == [f"scrapy restore: {path}:3: {NO_JSON}; passed through"]
    coloured = restore(path, "--diff", FORCE_COLOR="1").stdout.decode()
    assert re.sub(r"\x1b\[31m(.*?)\x1b\[0m\x1b\[32m(.*?)\x1b\[0m", r"[-\1-]{+\2+}", coloured).endswith(
        plain.partition("\n")[2]
    )
    assert restore(path, "--diff", FORCE_COLOR="1", NO_COLOR="1").stdout.decode() == plain


def test_statistics() -> None:
    steps = newscrawl.restore(f"{SEEN} 第1号").steps
    found = statistics(restore(stdin=(line_of(1) + line_of(2, CLEAN) + "bad\n").encode()))
    assert re.fullmatch(r"\d+\.\d MB/s \(0\.0 MB in \d+\.\d s\)", found.pop("speed"))
    repairs = ", ".join(f"{kind} {count}" for kind, count in sorted(steps))
    assert found == {
        "documents": "2",
        "damaged": "1: A 1",
        "repairs": f"{sum(count for _, count in steps)}: {repairs}",
        "spots left": "0",
        "bad lines": "1",
    }


def test_quiet_leaves_only_what_went_wrong() -> None:
    assert restore("--quiet", stdin=SEEN.encode()).stderr == b""
    assert len(restore("--quiet", stdin=b"{bad").stderr.splitlines()) == 1


@pytest.mark.parametrize(("arguments", "shown"), [([], True), (["--quiet"], False)])
def test_progress_is_for_a_terminal(tmp_path: Path, arguments: list[str], shown: bool) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(line_of(1), encoding="utf-8")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 120, 0, 0))
    with os.fdopen(theirs, "wb") as terminal, os.fdopen(ours, "rb", buffering=0) as screen:
        run = subprocess.run(
            [*COMMAND, path, *arguments], stdout=subprocess.PIPE, stderr=terminal, cwd=REPOSITORY, env=ENV, check=True
        )
        terminal.write(b"end")
        terminal.flush()
        seen = b""
        while not seen.endswith(b"end"):
            seen += screen.read(65536)
    assert json.loads(run.stdout)["text"] == f"{MENDED} 第1号"
    assert (b"1 docs" in seen and b"1 damaged" in seen) is shown


@pytest.mark.parametrize(
    "arguments",
    [["--jobs", "-1"], ["--field", "a..b"], ["--field", "restored.text"], ["--format", "csv"]],
)
def test_wrong_usage(arguments: list[str]) -> None:
    run = restore(*arguments)
    assert (run.returncode, run.stdout) == (2, b"")


def test_the_help_tells_what_a_document_is() -> None:
    run = restore("--help")
    assert run.returncode == 0
    assert b"what a document is" in run.stdout and b"exit status" in run.stdout
