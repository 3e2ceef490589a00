"""Sites on loopback hosts of their own, in a project of their own, and what their servers saw."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from newscrawl.demo.large import ARTICLE_URL, LIST_URL, LargePortal
from tests.servers import PATIENCE
from tests.torture.crawls import ROOT, read_output

SITE = """
    from newscrawl.crawl.portal import PortalSpider

    class Site(PortalSpider):
        name = "{name}"
        start_urls = ["{at}/"]
        allowed_domains = ["{host}"]
        same_host = True
        article_url = r"{article_url}"
        list_url = r"{list_url}"
"""
SETTINGS = """
    from newscrawl.settings import *

    SPIDER_MODULES = ["farm_sites_made"]
    OUTPUT_DIR = "{output}"
    GUARD_ALLOWED_HOSTS = {hosts}
    AUTOTHROTTLE_ENABLED = False
    DOWNLOAD_DELAY = {delay}
    LEASE_SECONDS = {lease}
"""


ARTICLES = 12


class Visit(NamedTuple):
    """A request as a host saw it."""

    path: str
    began: float
    ended: float
    connection: int
    """The port it came from."""


@dataclass
class Host:
    """A site that is served."""

    name: str
    at: str
    portal: LargePortal
    visits: list[Visit] = field(default_factory=list)

    def articles(self) -> set[str]:
        return {self.at + self.portal.path(number) for number in range(self.portal.articles)}

    def delays(self) -> list[float]:
        """Seconds from each request to the next."""
        began = sorted(visit.began for visit in self.visits)
        return [after - before for before, after in pairwise(began)]

    def at_once(self) -> int:
        """How many requests came before the one before them was answered."""
        visits = sorted(self.visits, key=lambda visit: visit.began)
        return sum(after.began < before.ended for before, after in pairwise(visits))


@dataclass
class Project:
    """A project with sites of its own."""

    folder: Path
    hosts: list[Host]
    env: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def output(self) -> Path:
        return self.folder / "output"

    def scrapy(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scrapy", *arguments]
        pipes = {"capture_output": True, "text": True}
        return subprocess.run(command, cwd=self.folder, env=self.env, timeout=seconds, check=False, **pipes)

    def start(self, *arguments: str, log: str) -> subprocess.Popen[bytes]:
        """A command in a session of its own, whose log is a file of the folder."""
        command = [sys.executable, "-m", "scrapy", *arguments]
        with (self.folder / log).open("ab") as file:
            streams = {"stdout": file, "stderr": file}
            process = subprocess.Popen(command, cwd=self.folder, env=self.env, start_new_session=True, **streams)
        self.started.append(process)
        return process

    def written(self, host: Host) -> int:
        return sum(file.read_bytes().count(b"\n") for file in self.files(host))

    def files(self, host: Host) -> list[Path]:
        return list((self.output / "articles" / host.name).glob("*.jsonl"))

    def harm(self) -> dict[str, int]:
        """What is lost, doubled and torn, of all sites."""
        harms: dict[str, int] = defaultdict(int)
        for host in self.hosts:
            for kind, count in read_output(self.output, host.name).harm(host.articles()).items():
                harms[kind] += count
        return dict(harms)


@contextmanager
def project(
    folder: Path, names: str, sites: int, *, delay: float, lease: float, **environment: str
) -> Iterator[Project]:
    """Serve so many sites, each on a host of its own, and make a project that knows them. Their `names` begin so: the
    database may know others."""
    hosts, servers = [], []
    for number in range(sites):
        host = Host(f"{names}{number:02}", "", LargePortal(ARTICLES))
        server = _serve(host, f"127.0.{number + 10}.1")
        host.at = f"http://127.0.{number + 10}.1:{server.server_address[1]}"
        hosts.append(host)
        servers.append(server)
    env = {**os.environ, **environment, "PYTHONPATH": f"{folder}:{ROOT}", "PYTHONUTF8": "1"}
    env["SCRAPY_SETTINGS_MODULE"] = "farm_settings_made"
    made = Project(folder, hosts, env)
    _write(made, delay=delay, lease=lease)
    try:
        yield made
    finally:
        for process in made.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for server in servers:
            server.shutdown()
            server.server_close()


def _write(made: Project, **settings: float) -> None:
    package = made.folder / "farm_sites_made"
    package.mkdir()
    (package / "__init__.py").touch()
    shapes = {"article_url": ARTICLE_URL, "list_url": LIST_URL}
    names = [host.at.rpartition(":")[0].removeprefix("http://") for host in made.hosts]
    for host, name in zip(made.hosts, names, strict=True):
        text = textwrap.dedent(SITE).format(name=host.name, at=host.at, host=name, **shapes)
        (package / f"{host.name}.py").write_text(text)
    text = textwrap.dedent(SETTINGS).format(output=made.output, hosts=names, **settings)
    (made.folder / "farm_settings_made.py").write_text(text)


def _serve(host: Host, address: str) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = PATIENCE

        def do_GET(self) -> None:
            began = time.monotonic()
            answer = host.portal.answer(self.path, host.at)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            host.visits.append(Visit(self.path, began, time.monotonic(), self.client_address[1]))

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer((address, 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def told(text: str) -> dict[str, dict[str, Any]]:
    """Lines of JSON by site."""
    return {line["site"]: line for line in map(json.loads, text.splitlines())}
