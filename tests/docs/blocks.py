"""The blocks of a page of the docs: found, run one after the other in one shell, held against what the page shows."""

from __future__ import annotations

import doctest
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = ("sh", "console")
LANGUAGES = (*SHELL, "python", "json", "text")
"""sh: commands. console: commands behind `$ `, each with what it prints. python: a doctest. json: lines of it.
text: anything that is not to be run."""

# What differs from run to run, and what stands for it. Nothing else may differ.
MASKS = {
    r"\b\d{8}T\d{6}Z\b": "RUN",  # when a run began: names of runs and files
    r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:\+00:00|Z)": "NOW",  # when it was fetched; articles tell no fractions
    r"^(demo\w*(?: +\d+){4}) +\d+ +\d+\.\d$": r"\1 SLOW SECONDS",  # answers that were slow count as recovered
    r"\bslow_first_byte +\d+": "slow_first_byte SLOW",
    r"\b[\d.,]+ (docs|pages)/s": r"SPEED \1/s",
    r"\b\d+(?:\.\d+)? ?s\b": "SECONDS",
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[[^\n]*\n": "",  # lines of the log
}

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `line` is where its fence stands."""

    language: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, and what the page says that it prints; None when it says nothing."""

    text: str
    shown: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command: its exit code, what it printed, and what it said on standard error."""

    code: int
    printed: str
    said: str = ""


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page of Markdown, in order."""
    for fence in _FENCE.finditer(page):
        yield Block(fence[1], fence[2], page.count("\n", 0, fence.start()) + 1)


def commands(block: Block) -> list[Command]:
    """The commands of a shell block. A backslash at the end of a line takes the next one in."""
    found: list[Command] = []
    lines = re.sub(r"\\\n", "\\\\\0", block.text).splitlines()
    for line in lines:
        text = line.replace("\0", "\n")
        if block.language == "console" and not text.startswith("$ "):
            before = found.pop()
            found.append(Command(before.text, (before.shown or "") + text + "\n", before.line))
        elif text.strip() and not text.lstrip().startswith("#"):
            found.append(Command(text.removeprefix("$ "), None, block.line))
    return found


def run(texts: Sequence[str], folder: Path, env: Mapping[str, str], kept: Path) -> list[Outcome]:
    """Run commands in one shell, in a folder, each whatever came of the one before; their output is kept in `kept`."""
    kept.mkdir()
    script = [f"cd '{folder}'"]
    for number, text in enumerate(texts):
        at = f"'{kept}/{number}'"
        script.append(f"{{ {text}\n}} >{at} 2>{at}.said; echo $? >{at}.code")
    subprocess.run(["bash", "-c", "\n".join(script)], stdin=subprocess.DEVNULL, env=dict(env), timeout=400, check=False)
    return [_outcome(kept / str(number)) for number in range(len(texts))]


def _outcome(at: Path) -> Outcome:
    code, said = (at.with_name(f"{at.name}.{kind}").read_text("utf-8") for kind in ("code", "said"))
    return Outcome(int(code), at.read_text("utf-8"), said)


def is_shell(text: str) -> bool:
    """Whether bash can read a command at all."""
    return subprocess.run(["bash", "-n", "-c", text], capture_output=True, check=False).returncode == 0


def masked(text: str) -> str:
    """A text with all that differs from run to run taken out."""
    for pattern, instead in MASKS.items():
        text = re.sub(pattern, instead, text, flags=re.MULTILINE)
    return text


def difference(shown: str, outcome: Outcome) -> str | None:
    """What a page shows beside what was printed, when they are not the same.

    `...` stands for anything, white space counts as one space. Standard error comes last, or is left out: which of two
    lines of a pipe comes first on a terminal is chance.
    """
    shown, printed, all_of_it = map(masked, (shown, outcome.printed, outcome.printed + outcome.said))
    checker = doctest.OutputChecker()
    if any(checker.check_output(shown, got, _FLAGS) for got in (printed, all_of_it)):
        return None
    return checker.output_difference(doctest.Example("", shown), all_of_it, _FLAGS | doctest.REPORT_NDIFF)
