"""What the README and docs/security.md say beside the blocks that test_docs.py runs: commands, an example, tests."""

from __future__ import annotations

import json
import re
from pathlib import Path

import newscrawl
from newscrawl.demo import mirror
from newscrawl.demo.news import load_news, portal_path
from newscrawl.publish.feed import to_line
from newscrawl.refused import REASONS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_commands_exist() -> None:
    lines = re.findall(r"^scrapy ([\w, -]+)", README, re.MULTILINE)
    named = {name for line in lines for name in re.match(r"[\w-]+(?:, [\w-]+)*", line)[0].split(", ")}
    assert {path.stem for path in (ROOT / "newscrawl" / "commands").glob("*.py")} - {"__init__"} == named


def test_example_is_what_comes_out() -> None:
    """The mirror's page of the README, read: the example tells its fields, cut to the first paragraph."""
    story = next(story for story in load_news() if story.id == "y115")
    page = mirror.answer(portal_path(story), "").body
    article = newscrawl.read_article(page, "http://127.0.0.1:8809/")
    example = json.loads(README.split("```json\n", 1)[1].split("```", 1)[0])
    assert "江漢日?qǐng)?bào)記者 宋佳寧 見習(xí)記者 鄭可" in README
    assert "江漢日?qǐng)?bào)記者 宋佳寧 見習(xí)記者 鄭可" in page.decode()
    record = json.loads(to_line(article)) | {"mirror_of": "demo", "body": article.body[:1]}
    assert {name: record[name] for name in example} == example


def test_security_names_tests_and_reasons_that_exist() -> None:
    security = (ROOT / "docs" / "security.md").read_text("utf-8")
    tests = re.findall(r"`(test_\w+\.py)::(test_\w+)`", security)
    assert len(tests) > 20
    assert [name for file, name in tests if f"def {name}(" not in (ROOT / "tests" / file).read_text("utf-8")] == []
    rows = [line.split("|") for line in security.splitlines() if line.startswith("| ")][1:]
    assert {reason for row in rows for reason in re.findall(r"`(\w+)`", row[3])} <= {*REASONS, "unsafe_settings"}
