"""--help of every command: examples that can be typed as they stand, and the exit status; and a quick start."""

from __future__ import annotations

import re
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

import pytest
from scrapy import cmdline
from scrapy.settings import Settings

ROOT = Path(__file__).parent.parent
COMMANDS = sorted(cmdline._get_commands_from_module("newscrawl.commands", True).items())
HEAVY = {"sqlalchemy", "numpy", "numba", "opencc", "ftfy", "dateparser", "jinja2", "spidermon", "pypinyin", "chompjs"}
HEAVY |= {"celery", "kombu", "redis", "psycopg", "pyarrow", "datatrove", "ahocorasick_rs"}


def parser_of(name: str) -> ArgumentParser:
    """What Scrapy makes for a command."""
    command = dict(COMMANDS)[name]
    command.settings = Settings()
    parser = cmdline.ScrapyArgumentParser(formatter_class=cmdline.ScrapyHelpFormatter, conflict_handler="resolve")
    command.add_options(parser)
    return parser


def examples(epilog: str) -> list[list[str]]:
    """The words behind `scrapy` in each example: a pipe, a redirection and a remark end it."""
    shown = epilog.partition("examples:\n")[2].partition("\n\n")[0]
    calls = re.findall(r"\bscrapy (\S.*?)(?= {2,}| \||\n|$|\)| >| <|;)", shown)
    return [call.split() for call in calls]


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_help_has_examples_and_the_exit_status(name: str) -> None:
    parser = parser_of(name)
    help_text = parser.format_help()
    assert "exit status:" in help_text
    calls = [words for words in examples(help_text) if words[0] == name]
    assert calls, "no example"
    known = {option for action in parser._actions for option in action.option_strings}
    unknown = [
        w for words in calls for w in words[1:] if w.startswith("-") and w != "-" and w.partition("=")[0] not in known
    ]
    assert unknown == []
    assert max(map(len, (parser.epilog or "").splitlines())) <= 120


def test_commands_start_without_what_only_others_need() -> None:
    """Scrapy imports every command before it runs one: what is imported at their top, each of them waits for."""
    code = (
        "import sys; from scrapy import cmdline; from scrapy.utils.project import get_project_settings;"
        "cmdline._get_commands_dict(get_project_settings(), True); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "newscrawl.commands.run" in imported
    assert sorted(imported & HEAVY) == [], "import it where the command works: PLC0415 in newscrawl/ruff.toml"
    assert sorted(name for name in imported if re.match(r"newscrawl\.(flow|sites|decode|judge)\b", name)) == []
