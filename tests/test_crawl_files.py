"""Files of articles that somebody else has touched: while they are written, between two runs, before there is a ledger.
Real processes, a real server."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from newscrawl.demo.answer import Answer
from newscrawl.demo.large import LargePortal
from newscrawl.demo.server import serving
from tests.servers import waited
from tests.torture.crawls import large, read_output, scrapy

ARTICLES = 40
UNHARMED = {"lost": 0, "doubled": 0, "torn": 0}
MOVED = "/content/2026-03/01/content_9999.html"
"""Where the last article is found under another address."""


@dataclass
class Site:
    """A portal, the output of its crawls, and the articles that the last of them asked for."""

    output: Path
    at: str = ""
    portal: LargePortal = field(default_factory=lambda: LargePortal(ARTICLES))
    asked: set[str] = field(default_factory=set)
    before_answer: Callable[[], object] = lambda: None

    def answer(self, path: str, base: str) -> Answer:
        last = self.portal.path(ARTICLES - 1)
        if path.startswith("/content/"):
            self.before_answer()
            self.asked.add(last if path == MOVED else path)
        if path == last:
            return Answer(status=302, headers={"Location": MOVED})
        return self.portal.answer(last if path == MOVED else path, base)

    def crawl(self, *options: str) -> subprocess.CompletedProcess[str]:
        self.asked.clear()
        return scrapy(*large(self.at, self.output, *options))

    def files(self) -> list[Path]:
        return sorted((self.output / "articles" / "large").glob("*.jsonl"))

    def harm(self) -> dict[str, int]:
        paths = [*map(self.portal.path, range(ARTICLES - 1)), MOVED]
        return read_output(self.output, "large").harm({self.at + path for path in paths})

    def ledger(self, statement: str) -> list[Any]:
        with closing(sqlite3.connect(self.output / "state" / "large.sqlite", timeout=10)) as ledger, ledger:
            return ledger.execute(statement).fetchall()

    def places_are_right(self) -> bool:
        """Whether each article stands where the ledger says."""
        rows = self.ledger("SELECT content_hash, file, offset, length FROM addresses WHERE file IS NOT NULL")
        return len(rows) == ARTICLES and all(
            json.loads((self.output / name).read_bytes()[offset : offset + length])["content_hash"] == text
            for text, name, offset, length in rows
        )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    one = Site(tmp_path_factory.mktemp("output"))
    with serving(one.answer) as one.at:
        first = one.crawl()
        assert (first.returncode, one.harm()) == (0, UNHARMED), first.stderr
        yield one


@pytest.fixture
def site(served: Site, tmp_path: Path) -> Iterator[Site]:
    """After a first run; each test has a copy of what it wrote."""
    written = served.output
    served.output = shutil.copytree(written, tmp_path / "output")
    yield served
    served.output, served.before_answer = written, lambda: None


# -- between two runs --


def compact(text: bytes) -> bytes:
    return b"".join(json.dumps(json.loads(line)).encode() + b"\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("edit", "lost"),
    [
        (lambda text: text.split(b"\n", 1)[1], 1),
        (lambda text: text.split(b"\n", 20)[20], 20),
        (compact, 0),
        (lambda text: b"".join(json.dumps(json.loads(line), indent=2).encode() for line in text.splitlines()), 40),
        (lambda text: text + b"looked at by W.\n", 0),
        (lambda text: text + b"looked at by W.", 0),
        (lambda text: text + b'{"url": "http://a.cn/"}\n', 0),
        (lambda text: b"looked at by W.\n" + text, 0),
        (lambda text: text + text[: text.index(b"\n") + 1], 0),
    ],
    ids=["line-out", "half-out", "compact", "indented", "note", "half-a-note", "json-note", "note-first", "line-twice"],
)
def test_what_others_wrote_stays_and_what_they_took_out_comes_again(
    site: Site, edit: Callable[[bytes], bytes], lost: int
) -> None:
    (file,) = site.files()
    edited = edit(file.read_bytes())
    file.write_bytes(edited)
    done = site.crawl()
    assert done.returncode == 0, done.stderr
    assert f"{file} was changed by others: nothing is cut off; {lost} articles that it lost wait again" in done.stderr
    assert "killed run" not in done.stderr
    assert file.read_bytes() == edited
    assert len({path for path in site.asked if path != MOVED}) == lost
    assert site.places_are_right()
    assert site.crawl().stderr == "", "it is as the ledger says from now on"
    assert not site.asked


@pytest.mark.parametrize("zeros", [b"\0" * 4096, b"\0" * 100 + b"}\n"])
def test_what_a_power_cut_leaves_is_cut_off(site: Site, zeros: bytes) -> None:
    (file,) = site.files()
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"url": "http://a.cn/1.html", "site"' + zeros)
    assert "bytes too many; they are cut off" in site.crawl().stderr
    assert file.read_bytes() == whole


# -- before there is a ledger --


@pytest.mark.parametrize("url", [None, {}, 7, "http://a.cn/\ud800"], ids=repr)
def test_a_line_that_no_ledger_can_hold_is_passed_over(site: Site, url: object) -> None:
    (file,) = site.files()
    line = {**json.loads(file.read_bytes().splitlines()[0]), "url": url}
    file.write_bytes(b"[" * 200_000 + b"\n" + file.read_bytes() + json.dumps(line).encode() + b"\n")
    (site.output / "state" / "large.sqlite").unlink()
    done = site.crawl()
    assert done.returncode == 0, done.stderr
    assert f"made from {ARTICLES} lines of articles" in done.stderr
    assert f"{file}: 2 lines are no articles, and passed over; the first is line 1" in done.stderr
    assert site.places_are_right() or len(site.asked) == 1  # the redirect is found anew


def test_what_nobody_thought_of_ends_the_run(site: Site) -> None:
    site.ledger("UPDATE files SET size = 'much'")
    done = site.crawl()
    assert done.returncode == 1
    assert "the ledger of large, or its files of articles, cannot be used" in done.stderr
    assert not site.asked


# -- while they are written --


def taken(file: Path) -> None:
    file.unlink()


def moved(file: Path) -> None:
    file.rename(file.parents[2] / file.name)


def replaced(file: Path) -> None:
    file.with_name("new").write_bytes(file.read_bytes() + b"looked at by W.\n")
    file.with_name("new").replace(file)


@pytest.mark.parametrize("touch", [taken, moved, replaced])
def test_a_file_that_is_touched_while_it_is_written_ends_the_run(
    site: Site, tmp_path: Path, touch: Callable[[Path], None]
) -> None:
    site.output = tmp_path / "new"
    held: list[tuple[str, int]] = []
    turn, log = Lock(), tmp_path / "log"

    def touch_once() -> None:
        with turn:
            if len(site.asked) < ARTICLES // 2 or held:
                return
            held.extend(waited(lambda: site.ledger("SELECT name, size FROM files WHERE size > 0")))
            touch(site.output / held[0][0])
        waited(lambda: "the run ends" in log.read_text("utf-8"))

    site.before_answer = touch_once
    done = site.crawl("-s", f"LOG_FILE={log}")
    assert done.returncode == 1
    ((name, size),) = held
    file, aside = site.output / name, site.output / Path(name).name
    assert (
        f"{file} was taken away, or another file put in its place, while it was written; the run ends"
        in log.read_text()
    )
    assert file.exists() == (touch is replaced)
    assert not aside.exists() or aside.stat().st_size == size, "no more than what counts"
    counted = len(site.ledger("SELECT url FROM addresses WHERE state = 'exported'"))
    assert 0 < counted < ARTICLES
    done = site.crawl()
    assert done.returncode == 0, done.stderr
    assert len(site.asked) == ARTICLES - counted
    if aside.exists():
        aside.rename(file)
    if touch is replaced:
        assert b"looked at by W.\n" in file.read_bytes()
    harm = site.harm() | {"torn": 0}  # the note
    assert harm == UNHARMED | ({"lost": counted} if touch is taken else {})
