"""Commands as a user runs them, each in a process of its own that is forked from one which has imported everything:
a start of Python for each would be most of the time.

`python -m tests.forked` reads a list of runs (JSON) and prints what came of each.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 60
"""Seconds for each run: ten times what the longest takes here."""


@dataclass(kw_only=True)
class Run:
    """What to run: the arguments of `scrapy`, and what it is given."""

    command: Sequence[str]
    stdin: str = ""
    columns: int = 0
    """The width of the terminal that standard error, and standard output too, are; 0: they are files."""
    out: str | None = None
    """A file for standard output when there is a terminal."""
    path: Sequence[str] = ()
    """Folders that modules are looked for in first."""


@dataclass
class Done:
    """What came of it. On a terminal, `err` is all that was written to it, byte for byte."""

    code: int
    out: str
    err: str


def scrapy_each(runs: Sequence[Run]) -> list[Done]:
    """Run them one after the other."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.forked"],
        input=json.dumps([asdict(run) for run in runs]),
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE * len(runs),
        check=True,
    )
    return [Done(**done) for done in json.loads(told.stdout)]


def _run(run: Run) -> Done:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("in", "out", "err")]
        paths[0].write_text(run.stdin, "utf-8")
        if run.columns:
            return _on_terminal(run)
        pid = os.fork()
        if not pid:
            for number, path in enumerate(paths):
                os.dup2(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), number)
            _become(run)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return Done(code, *(path.read_text("utf-8", "replace") for path in paths[1:]))


def _on_terminal(run: Run) -> Done:
    pid, terminal = pty.fork()
    if not pid:
        fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 24, run.columns, 0, 0))
        if run.out:
            os.dup2(os.open(run.out, os.O_WRONLY | os.O_CREAT), 1)
        _become(run)
    written = b""
    with contextlib.suppress(OSError):  # how Linux says that nobody is there any more
        while chunk := os.read(terminal, 65536):
            written += chunk
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return Done(code, Path(run.out).read_text("utf-8") if run.out else "", written.decode("utf-8"))


def _become(run: Run) -> None:
    """Be the command, and end with its exit code."""
    from scrapy.cmdline import execute

    code = 1
    signal.alarm(PATIENCE)
    sys.path[:0] = run.path
    try:
        execute(["scrapy", *run.command])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:
        traceback.print_exc()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _import_all() -> None:
    import scrapy.cmdline  # noqa: F401

    import newscrawl.bulk.extract
    import newscrawl.bulk.written
    import newscrawl.crawl.progress
    import newscrawl.pipelines
    import newscrawl.publish.report
    import newscrawl.score.rows
    import newscrawl.sites

    newscrawl.sites.sites()


if __name__ == "__main__":
    _import_all()
    print(json.dumps([asdict(_run(Run(**run))) for run in json.load(sys.stdin)]))
