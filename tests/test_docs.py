"""README.md and docs/ tell the truth: every block is run, every link leads somewhere, what is made is up to date.

The pages are run in a copy of the project, after one crawl of the demo that they share, each in a shell of its own.
"""

from __future__ import annotations

import doctest
import json
import re
import shutil
from pathlib import Path

import pytest

from tests.docs import blocks, project
from tests.docs.made import FOLDER, made
from tests.live import ROOT
from tests.torture.crawls import free_port

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# test_add_a_site.py runs that page, from an address to a green test.
RUN_ELSEWHERE = {"add-a-site.md"}

# Beginnings of commands that cannot be run here -> why. Everything else is.
NOT_RUN = {
    "make test": "this very test is part of it",
    "make crawl SITE=cnhubei": "a live site",
    "cp docs/schedule/newscrawl.service": "changes the machine; test_schedule.py has systemd look at the files",
    "systemd-analyze": "looks at what was copied to /etc; test_schedule.py has it look at the samples",
    "systemctl": "starts a service of the machine",
    "cd docs/schedule/scrapyd && scrapyd-deploy": "needs Scrapyd at its usual port; test_schedule.py runs one",
    "curl": "as above",
}
# Programs that are on no package index -> what says that they are needed; without them commands are skipped.
PROGRAMS = {"jq": "jq is not installed (Debian: apt install jq)"}

# A crawl takes seven seconds of CPU: the pages share this one, which shows each of them what it printed.
SHARED = "make crawl"


def _id(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _not_run(command: blocks.Command) -> str | None:
    return next((why for start, why in NOT_RUN.items() if command.text.startswith(start)), None)


def _commands(page: Path) -> list[blocks.Command]:
    if page.name in RUN_ELSEWHERE:
        return []
    found = [block for block in blocks.blocks(page.read_text("utf-8")) if block.language in blocks.SHELL]
    return [command for block in found for command in blocks.commands(block)]


class Copy:
    """The copy of the project that the pages are run in."""

    def __init__(self, folder: Path) -> None:
        self.ports = (free_port(), free_port())
        self.folder = project.copy_project(folder / "newscrawl", self.ports)
        self._kept = folder
        self._crawled, self._output = folder / "crawled", folder / "output"
        self._usual = dict(zip(project.USUAL_PORTS, map(str, self.ports), strict=True))
        (shared,) = self.run([SHARED], SHARED)
        assert shared.code == 0, shared.said
        self._crawled.write_text(shared.printed, "utf-8")
        shutil.copytree(self.folder / "output", self._output)

    def begin_anew(self) -> None:
        """Leave what the shared crawl has written, and nothing else."""
        shutil.rmtree(self.folder / "output")
        shutil.copytree(self._output, self.folder / "output")

    def run(self, texts: list[str], name: str) -> list[blocks.Outcome]:
        """Run commands with the ports of this copy; what they print tells the usual ones, and paths from the project
        on."""
        mine = [_with(text, self._usual) for text in texts]
        if name != SHARED:
            mine = [f"cat '{self._crawled}'" if text.partition(" #")[0].strip() == SHARED else text for text in mine]
        outcomes = blocks.run(mine, self.folder, project.environment(self.folder), self._kept / name)
        back = {f"{self.folder}/": "", **{port: usual for usual, port in self._usual.items()}}
        return [blocks.Outcome(one.code, _with(one.printed, back), _with(one.said, back)) for one in outcomes]


def _with(text: str, instead: dict[str, str]) -> str:
    for one, other in instead.items():
        text = text.replace(one, other)
    return text


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("docs"))


@pytest.mark.parametrize("page", [page for page in PAGES if _commands(page)], ids=_id)
def test_commands_do_what_the_page_says(page: Path, copy: Copy) -> None:
    found = [command for command in _commands(page) if not _not_run(command)]
    missing = {why for name, why in PROGRAMS.items() if not shutil.which(name)}
    here = [command for command in found if not any(_needs(command, name) for name in PROGRAMS if missing)]
    copy.begin_anew()
    outcomes = copy.run([command.text for command in here], page.stem)
    wrong = [message for pair in zip(here, outcomes, strict=True) if (message := _fault(page, *pair))]
    assert not wrong, "\n\n".join(wrong)
    if len(here) < len(found):
        pytest.skip(f"{len(found) - len(here)} commands were not run: {', '.join(missing)}")


def _needs(command: blocks.Command, program: str) -> bool:
    return not shutil.which(program) and re.search(rf"(?<![\w./-]){program} ", command.text) is not None


def _fault(page: Path, command: blocks.Command, outcome: blocks.Outcome) -> str | None:
    """What is wrong with a command: it failed, or it did not print what the page shows."""
    where = f"{_id(page)}:{command.line}: {command.text}"
    if outcome.code:
        return f"{where}\nexit code {outcome.code}\n{outcome.printed}{outcome.said}"
    found = blocks.difference(command.shown, outcome) if command.shown else None
    return f"{where}\n{found}" if found else None


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        pytest.param("86 articles\n", "86  articles\n", True, id="white-space"),
        pytest.param("86 articles\n", "85 articles\n", False, id="number"),
        pytest.param("a\n...\nc\n", "a\nb\nb\nc\n", True, id="left-out"),
        pytest.param("a\n...\nc\n", "a\nb\n", False, id="left-out-and-wrong"),
        pytest.param("20261122T130500Z.jsonl", "20270101T000000Z.jsonl", True, id="run"),
        pytest.param("demo 116 86 0 10 6 2.9", "demo 116 86 0 10 3 14.0", True, id="slow-answers-and-seconds"),
        pytest.param("demo 116 86 0 10 6 2.9", "demo 116 86 0 11 6 2.9", False, id="refused"),
        pytest.param("done\n", "2026-11-23 02:01:04 [demo] WARNING: a port is taken\ndone\n", True, id="log"),
    ],
)
def test_only_what_varies_may_differ(shown: str, printed: str, same: bool) -> None:
    assert (blocks.difference(shown, blocks.Outcome(0, printed)) is None) is same


@pytest.mark.parametrize("page", [page for page in PAGES if ">>> " in page.read_text("utf-8")], ids=_id)
def test_python_does_what_the_page_says(page: Path, copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    copy.begin_anew()
    monkeypatch.chdir(copy.folder)
    for name, value in project.environment(copy.folder).items():  # the page's Python starts commands
        monkeypatch.setenv(name, value)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8", optionflags=flags)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_block_says_what_it_is(page: Path) -> None:
    if page.name in RUN_ELSEWHERE:
        pytest.skip("test_add_a_site.py")
    for block in blocks.blocks(page.read_text("utf-8")):
        where = f"{_id(page)}:{block.line}"
        assert block.language in blocks.LANGUAGES, where
        if block.language == "python":
            assert ">>> " in block.text, f"{where}: python that is not run"
        if block.language == "json":
            json.loads(block.text)
        if block.language in blocks.SHELL:
            assert [one.text for one in blocks.commands(block) if not blocks.is_shell(one.text)] == [], where


def test_nothing_is_passed_over_without_need() -> None:
    """Every row of the list is about some command."""
    texts = [command.text for page in PAGES for command in _commands(page)]
    assert [start for start in NOT_RUN if not any(text.startswith(start) for text in texts)] == []


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\((?!https?:)([^)\s]+)\)", text)
    assert [target for target in targets if not _leads(page, target)] == []


def _leads(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    file = page.parent / path if path else page
    return file.exists() and (not anchor or anchor in _anchors(file.read_text("utf-8")))


def _anchors(text: str) -> set[str]:
    """What GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_index() -> None:
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", (ROOT / "docs" / "README.md").read_text("utf-8")))
    assert linked == {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert "(docs/README.md)" in (ROOT / "README.md").read_text("utf-8")


def test_what_is_made_is_up_to_date() -> None:
    """The tables are those of the code, the pictures show what it does."""
    stale = [name for name, text in made().items() if (FOLDER / name).read_text("utf-8") != text]
    assert stale == [], "run: make schema"
