"""`explain` on the demo's pages and on pages nobody can read; `scrapy explain`, `scrapy shell` as people run them."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from newscrawl.decode.restore.channel import PROFILES, corrupt
from newscrawl.demo import mirror, portal
from newscrawl.explain import explain
from newscrawl.explain.align import align
from newscrawl.explain.printed import Printer
from newscrawl.page import Page
from newscrawl.refused import ADVICE, REASONS, advice
from tests.live import ROOT

CASES = json.loads((ROOT / "tests/cases/explain.json").read_text("utf-8"))
PAGE = "tests/pages/cnhubei/cloud-2020/page.html"
OUR_COLOURS = r"\x1b\[(?:0|1|2|3[123]|1;31)m(?!老街|题目)"
FLAT = """荆楚网 > 新闻频道 > 政务
江城老街修旧如旧，三百户居民搬回家门口
发布时间：2018年11月29日15:37 来源： 江汉日报
江汉日报全媒体记者 张小川 通讯员 李思广
昨日，江城区的一条老街重新开街，三百户居民搬回了修缮一新的家。
“房子还是老样子，住着却不一样了。”居民们说。
"""

DAMAGED = """高考明日开考，三十八万六千考生请查收这份清单
发布时间：2023年06月06日14:10 来源： 江汉日报
江汉日报记者 宋佳宁 见习记者 郑可
6月6日，江汉省教育考试院发布提示：2023年普通高考将于6月7日至9日举行，全省考生将走进考场。
天气怎么样？省气象台预报，考试期间大部地区多云间阴，气温22到30度；7日下午，鹿鸣等地有阵雨。
责任编辑：卢静
"""


def articles(answers: ModuleType) -> list[Page]:
    """The article pages of a demo site."""
    views = answers.views()
    pages = [(path, answers.answer(path, "http://demo.example")) for path in views if "/content" in path]
    return [
        Page(url=f"http://demo.example{path}", body=one.body, headers={"content-type": "text/html"})
        for path, one in pages
        if one.status == 200 and one.body
    ]


@pytest.mark.parametrize("case", CASES["align"], ids=lambda case: case["seen"])
def test_aligns(case: dict[str, Any]) -> None:
    pieces = align(case["seen"], case["restored"])
    assert [list(piece[:3]) for piece in pieces] == case["pieces"]


@pytest.fixture(scope="module")
def mirrored() -> list[dict[str, Any]]:
    pages = articles(mirror)[:25]
    assert len(pages) > 20
    return [explain(page).as_dict() for page in pages]


def test_pieces_give_the_texts_of_the_record_and_of_the_page(mirrored: list[dict[str, Any]]) -> None:
    for told in mirrored:
        for name, pieces in told["pieces"].items():
            field, _, number = name.partition("[")
            value = next(one["value"] for one in told["fields"] if one["name"] == field)
            text = value[int(number[:-1])] if number else value
            assert "".join(piece[1] for piece in pieces) == text, (told["url"], name)
            assert all(piece[3] for piece in pieces if piece[2]), (told["url"], name, "a repair without a note")
            assert all(piece[0] == piece[1] for piece in pieces if not piece[2]), (told["url"], name)


def test_damaged_paragraphs_are_found_on_the_page(mirrored: list[dict[str, Any]]) -> None:
    damaged = [told for told in mirrored if told["restore"].get("counts", {}).get("annotation")]
    assert len(damaged) > 15
    for told in damaged:
        kinds = {piece[2] for pieces in told["pieces"].values() for piece in pieces}
        assert "annotation" in kinds and "traditional" in kinds, told["url"]
        title = next(one for one in told["fields"] if one["name"] == "title")
        assert title["seen"][0] in told["source"], told["url"]


def test_says_what_others_would_have_said() -> None:
    told = explain(articles(mirror)[0], "demo_mirror").as_dict()
    rules = {other["rule"] for one in told["fields"] for other in one["others"]}
    assert {"<title>", "general extractor"} <= rules
    assert any(not fit["fits"] and fit["missing"] for fit in told["layouts"])


def test_a_clean_page_has_no_repairs() -> None:
    for page in articles(portal)[:10]:
        told = explain(page, "demo")
        assert not any(piece.kind for pieces in told.pieces.values() for piece in pieces), page.url
        assert told.restore.get("family") is None


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_explains_up_to_the_refusal(case: dict[str, str]) -> None:
    told = explain(Page(url="http://a.example/1.html", body=case["body"].encode()))
    assert told.refused and told.refused["reason"] == case["reason"]
    lines = "\n".join(Printer(colour=False).lines(told))
    assert f"refused: {case['reason']}" in lines
    assert advice(case["reason"]) in lines
    assert "\x1b" not in lines


def test_advice_is_for_reasons_that_there_are() -> None:
    assert set(ADVICE) <= set(REASONS)


def test_hostile_text_has_no_power() -> None:
    page = f"<html><title>\x1b[2J题目</title><h1>江城\x1b[31m老街</h1>{'<p>昨日，江城区的老街重新开街。</p>' * 9}"
    told = explain(Page(url="x", body=page.encode()))
    assert "\x1b" not in "\n".join(Printer(colour=False).lines(told))
    coloured = "\n".join(Printer(colour=True).lines(told))
    assert re.search(OUR_COLOURS, coloured) and "\x1b" not in re.sub(OUR_COLOURS, "", coloured)


def scrapy(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=120, check=False)


def test_command_prints_json_and_the_reason(tmp_path: Path) -> None:
    told = json.loads(scrapy("explain", PAGE, "--json").stdout)
    assert told["article"]["source"] == "峡江晚报"
    (tmp_path / "bad.html").write_text("<html><body>x")
    refused = scrapy("explain", str(tmp_path / "bad.html"))
    assert refused.returncode == 1
    assert "refused: list_page" in refused.stdout and "\x1b" not in refused.stdout


def test_command_refuses_what_is_not_there() -> None:
    missing = scrapy("explain", "missing.html")
    assert missing.returncode == 2
    assert "no such file: missing.html" in missing.stderr and "Traceback" not in missing.stderr


def test_command_ends_with_its_reader() -> None:
    command = [sys.executable, "-m", "scrapy", "explain", PAGE]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout and run.stderr
        run.stdout.close()
        assert run.stderr.read() == ""
    assert run.returncode == -signal.SIGPIPE


def test_short_lines_are_found_among_the_damaged_ones() -> None:
    served = corrupt(DAMAGED, PROFILES["A-bytes"])
    fields = {one.name: one for one in explain(Page(text=served, flat=True)).fields}
    assert fields["reporters"].value == ["宋佳宁", "郑可"]
    assert fields["reporters"].seen == ["江漢日?qǐng)?bào)記者 宋佳寧 見習(xí)記者 鄭可"]
    assert fields["editors"].seen == ["責(zé)任編輯:盧靜"]


def test_command_has_colours_on_a_terminal() -> None:
    primary, secondary = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "scrapy", "explain", PAGE]
    with subprocess.Popen(command, cwd=ROOT, stdout=secondary, stderr=subprocess.DEVNULL, env=environment):
        os.close(secondary)
        written = b""
        try:
            while chunk := os.read(primary, 65536):
                written += chunk
        except OSError:  # the other end is closed
            pass
    os.close(primary)
    assert b"\x1b[32m" in written and "菜篮子".encode() in written


def test_shell_has_the_article_in_scope() -> None:
    script = "print(article.title)\nprint(layout())\nprint(len(raw()), len(junk()))\nexplain()\nreload()\n"
    shell = scrapy("shell", PAGE, stdin=script)
    assert "reload() are in scope" in shell.stdout
    assert ">>> 菜篮子送到单元楼下 一座小区的二十天\n>>> {'cnhubei/cloud': []" in shell.stdout
    assert "verdict   an article" in shell.stdout
    assert shell.stdout.count("[newscrawl] an article") == 2, "at the start, and when reloaded"


def test_shell_reads_again_with_what_has_changed_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<html><body>x")
    of_reading = "from newscrawl import flow, tables; print([id(flow), id(tables)])\n"
    shell = scrapy("shell", str(tmp_path / "bad.html"), stdin=f"{of_reading}reload()\n{of_reading}")
    before, after = re.findall(r"\[\d+, \d+\]", shell.stdout)
    assert not set(before.strip("[]").split(", ")) & set(after.strip("[]").split(", ")), "other modules"
    assert shell.stdout.count("[newscrawl] refused, list_page") == 2, shell.stderr


def test_half_a_character_is_shown_as_its_number(tmp_path: Path) -> None:
    page = (ROOT / PAGE).read_text("utf-8")
    said = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "湖北\\ud800"}</script></head>'
    (tmp_path / "half.html").write_text(page.replace("</head>", said), "utf-8")
    told = scrapy("explain", str(tmp_path / "half.html"))
    assert told.returncode == 0, told.stderr
    assert r"湖北\ud800" in told.stdout


@pytest.mark.parametrize(
    "name, text, code, printed",
    [
        ("bad.html", "<html><body>x", "(article.title, refused.reason, junk())", "(None, 'list_page', [])"),
        ("flat.txt", FLAT, "(article.reporters, article.correspondents)", "(['张小川'], ['李思广'])"),
        ("empty.html", " ", "(article.title, restored, raw(), layout())", "(None, None, '', {})"),
    ],
)
def test_shell_opens_whatever_is_on_the_page(tmp_path: Path, name: str, text: str, code: str, printed: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    shell = scrapy("shell", str(tmp_path / name), "-c", code)
    assert shell.stdout.splitlines()[-1] == printed, shell.stderr
    assert "Traceback" not in shell.stderr
