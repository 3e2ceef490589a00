"""PostgreSQL and Redis as they are, started for tests on free ports, in folders of their own; stopped and killed there.

PostgreSQL does not run as root: then it is run as `postgres` or `nobody`, whoever is there.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.torture.crawls import free_port

PATIENCE = 30
REDIS = shutil.which("redis-server")
_FAST = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB", "autovacuum=off")


def postgres_programs() -> Path | None:
    """The folder with initdb and its like: the newest of Debian's, or that of the path."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = newest[-1] if newest else shutil.which("initdb")
    return Path(found).parent if found else None


def waited(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """What a function gives, as soon as it gives anything true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} seconds in vain")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """A server in a process of its own."""

    def __init__(self, command: list[str], port: int, end: signal.Signals) -> None:
        self.port, self._command, self._end = port, command, end
        self.start()

    def start(self) -> None:
        waited(self._runs)

    def _runs(self) -> bool:
        """Start it; False when it ends at once: another test may be trying its port (free_port) at this moment."""
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(self._command, **quiet)
        waited(lambda: self.process.poll() is not None or listens(self.port))
        return self.process.poll() is None

    def stop(self, name: signal.Signals | None = None) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(name or self._end)
        self.process.wait(PATIENCE)


def start_redis(folder: Path, *options: str) -> Server:
    """Redis with a password; its data are in the folder."""
    port = free_port()
    named = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), *options]
    assert REDIS
    return Server([REDIS, *named], port, signal.SIGTERM)


class Postgres(Server):
    """PostgreSQL with a user `crawler`, whose password is `geheim`, and a database `news` of his."""

    password = "geheim"  # a word that stands nowhere else: no log may tell it

    def __init__(self, folder: Path) -> None:
        programs = postgres_programs()
        assert programs
        self._programs, self._as = programs, _somebody()
        data, port = folder / "data", free_port()
        folder.mkdir(parents=True, exist_ok=True)
        if self._as:
            shutil.chown(folder, self._as)
            for parent in folder.parents:  # pytest's folders are closed to others
                with suppress(OSError):
                    parent.chmod(parent.stat().st_mode | 0o011)
        secret = folder / "secret"
        secret.write_text(self.password)
        secret.chmod(0o644)
        self._run("initdb", "-D", str(data), "-U", "crawler", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8")
        options = [word for option in _FAST for word in ("-c", option)]
        named = ["-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", "", *options]
        # SIGINT: PostgreSQL's fast shutdown, which waits for no client
        super().__init__([*self._as_user(), str(programs / "postgres"), *named], port, signal.SIGINT)
        waited(self._answers)
        self._client("createdb", "news")

    @property
    def url(self) -> str:
        """The address of the database, without a password, which stands in PGPASSWORD."""
        return f"postgresql://crawler@127.0.0.1:{self.port}/news"

    def start(self) -> None:
        super().start()
        waited(self._answers)

    def database(self, name: str, template: str = "template0") -> str:
        """The address of a new database, a copy of another one."""
        self._client("createdb", "-T", template, name)
        return self.url.replace("/news", f"/{name}")

    def sql(self, database: str, statement: str) -> None:
        """Run a statement."""
        self._client("psql", "-q", "-d", database, "-c", statement)

    def _answers(self) -> bool:
        at = ["-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run([self._programs / "pg_isready", "-q", *at], check=False).returncode == 0

    def _client(self, program: str, *words: str) -> None:
        at = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "crawler"]
        env = {**os.environ, "PGPASSWORD": self.password}
        subprocess.run([self._programs / program, *at, *words], check=True, env=env)

    def _run(self, program: str, *words: str) -> None:
        command = [*self._as_user(), str(self._programs / program), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 0, done.stderr

    def _as_user(self) -> list[str]:
        return ["setpriv", f"--reuid={self._as}", f"--regid={pwd.getpwnam(self._as).pw_gid}", "--clear-groups"] * bool(
            self._as
        )


def _somebody() -> str:
    """Whom to run PostgreSQL as; nobody else, when these tests are not run by root."""
    if os.getuid():
        return ""
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
