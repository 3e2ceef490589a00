"""Commands as a user runs them, each in a process of its own that is forked from one which has imported everything:
a start of Python for each, and its imports, would be most of the time.

`python -m tests.forked` reads runs, a line of JSON each, and answers each with a line that says what came of it.
"""

from __future__ import annotations

import atexit
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
from functools import cache
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).parent.parent
PATIENCE = 60
"""Seconds for each run: ten times what the longest takes here."""
_ONE_AT_A_TIME = Lock()


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
    crash: tuple[str, int] | None = None
    """A point of `tests.torture.crash`, and at which time that it is reached the process kills itself."""
    seconds: int = PATIENCE
    """How long it may take."""


@dataclass
class Done:
    """What came of it. On a terminal, `err` is all that was written to it, byte for byte."""

    code: int
    out: str
    err: str


def scrapy_each(runs: Sequence[Run]) -> list[Done]:
    """Run them one after the other."""
    return [scrapy_once(run) for run in runs]


def scrapy_once(run: Run) -> Done:
    """Run it, in the environment that this process has now, to its end."""
    asked = json.dumps({"run": asdict(run), "env": _environment()})
    with _ONE_AT_A_TIME:
        server = _server()
        assert server.stdin and server.stdout
        print(asked, file=server.stdin, flush=True)
        return Done(**json.loads(server.stdout.readline()))


@cache
def _server() -> subprocess.Popen[str]:
    """The process that has imported everything; it ends with its standard input, which is this process's to close."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    server = subprocess.Popen([sys.executable, "-m", "tests.forked"], env=_environment(), cwd=ROOT, text=True, **pipes)
    atexit.register(server.communicate)
    return server


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm"}


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

    from tests.torture.crash import set_trap

    code = 1
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.alarm(run.seconds)
    sys.path[:0] = run.path
    # A spider is written, crawls and is written anew within a second: by its time and size Python would not see it.
    sys.dont_write_bytecode = True
    try:
        if run.crash:
            set_trap(*run.crash)
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
    import scrapy.cmdline
    import scrapy.core.downloader.handlers.http11
    import scrapy.core.engine
    import scrapy.core.scraper
    import scrapy.extensions.feedexport  # noqa: F401
    import sqlalchemy.dialects.sqlite  # noqa: F401

    import newscrawl
    import newscrawl.bulk.extract
    import newscrawl.bulk.written
    import newscrawl.crawl.handler
    import newscrawl.crawl.keeper
    import newscrawl.crawl.portal
    import newscrawl.crawl.progress
    import newscrawl.pipelines
    import newscrawl.publish.report
    import newscrawl.score.rows
    import newscrawl.sites

    newscrawl.sites.sites()
    newscrawl.restore("發(fā)布時(shí)間 湖北日?qǐng)?bào)")  # loads the compiled decoder
    assert "twisted.internet.reactor" not in sys.modules, "Scrapy is to choose it"


def _serve() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks: without him this ends, too
    while asked := sys.stdin.readline():
        told = json.loads(asked)
        os.environ.clear()
        os.environ.update(told["env"])
        print(json.dumps(asdict(_run(Run(**told["run"])))), flush=True)


if __name__ == "__main__":
    _import_all()
    _serve()
