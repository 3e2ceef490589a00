"""The guard through real processes: what must not be asked is not asked, and a run that would ask does not begin."""

from __future__ import annotations

import csv
import json
import os
import socket
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parent.parent

SPIDER = """
from scrapy import Request
from newscrawl.crawl.portal import PortalSpider

class Site(PortalSpider):
    name = {name!r}
    start_urls = {urls!r}
    allowed_domains = ["127.0.0.1", "localhost"]
    article_url = "/a/"
    custom_settings = {{"AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_DELAY": 0, "RETRY_ENABLED": False,
        "DOWNLOAD_TIMEOUT": 5, "GUARD_ALLOWED_HOSTS": {allowed!r}, "ITEM_PIPELINES": {{}}}}

    def requests(self, most):
        return [request.replace(headers={headers!r}) for request in super().requests(most)]
"""


@dataclass
class Host:
    """A server on 127.0.0.1 and every request it got: path and headers."""

    port: int = 0
    replies: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if not path.endswith("/robots.txt")]


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as running:
        yield running


@contextmanager
def serving() -> Iterator[Host]:
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append((self.path, dict(self.headers)))
            status, headers, body = host.replies.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.port = server.server_address[1]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Done:
    """What came of a run."""

    log: str
    rejects: list[dict[str, Any]]

    def reasons(self) -> list[str]:
        return [line["reason"] for line in self.rejects]


def crawl(
    folder: Path,
    urls: list[str],
    *options: str,
    name: str = "testsite",
    allowed: tuple[str, ...] = ("127.0.0.1",),
    headers: dict[str, str] | None = None,
    environment: dict[str, str] | None = None,
) -> Done:
    file = folder / "spider.py"
    file.write_text(SPIDER.format(name=name, urls=urls, allowed=list(allowed), headers=headers or {}), "utf-8")
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "runspider",
        str(file),
        "-s",
        f"OUTPUT_DIR={folder / 'output'}",
        *options,
    ]
    clean = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    done = subprocess.run(
        command, cwd=ROOT, env=clean | (environment or {}), capture_output=True, text=True, timeout=100, check=False
    )
    files = folder.glob("output/rejects/testsite/*.jsonl")
    return Done(done.stderr, [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()])


THIS_MACHINE = [
    *("127.0.0.1", "127.1", "127.0.0.2", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "0.0.0.0", "0"),
    *("localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]"),
    *("①②⑦.0.0.1", "１２７.0.0.1", "127。0。0。1", "user@127.0.0.1"),
]


def test_no_way_of_writing_this_machine_leads_to_it(tmp_path: Path, host: Host) -> None:
    urls = [f"http://{written}:{host.port}/a/{number}" for number, written in enumerate(THIS_MACHINE)]
    done = crawl(tmp_path, urls, allowed=())
    assert host.asked == []
    assert set(done.reasons()) <= {"forbidden_address", "unreachable"}
    assert done.reasons().count("forbidden_address") >= len(THIS_MACHINE) - 4
    assert "Traceback" not in done.log


@pytest.mark.parametrize("scheme", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:text/html,x", "s3://a/b"])
def test_other_schemes_are_refused_by_name(tmp_path: Path, scheme: str) -> None:
    done = crawl(tmp_path, [scheme])
    assert done.reasons() == ["forbidden_address"]
    assert " ERROR: " not in done.log


@pytest.mark.parametrize("where", ["http://10.0.0.1/", "http://169.254.169.254/latest/", "http://localhost:{port}/x"])
def test_the_guard_holds_on_every_redirect(tmp_path: Path, host: Host, where: str) -> None:
    host.replies = {
        "/1": (302, {"Location": "/2"}, b""),
        "/2": (301, {"Location": where.format(port=host.port)}, b""),
        "/robots.txt": (302, {"Location": where.format(port=host.port)}, b""),
    }
    done = crawl(tmp_path, [f"http://127.0.0.1:{host.port}/1"])
    assert host.paths == ["/1", "/2"]
    assert done.reasons() in (["forbidden_address"], ["offsite"])


SECRETS = {"Cookie": "visit=1", "Authorization": "Basic eDp5"}


@pytest.mark.parametrize(("to", "kept"), [("127.0.0.1", set(SECRETS)), ("localhost", set())])
def test_cookies_and_authorization_stay_on_their_site(tmp_path: Path, host: Host, to: str, kept: set[str]) -> None:
    host.replies = {"/1": (302, {"Location": f"http://{to}:{host.port}/2"}, b"")}
    allowed = ("-s", "GUARD_ALLOWED_HOSTS=127.0.0.1,localhost")  # names only where the operator says so
    crawl(tmp_path, [f"http://127.0.0.1:{host.port}/1"], *allowed, headers=SECRETS)
    sent = dict(entry for entry in host.asked if entry[0] in ("/1", "/2"))
    assert SECRETS.items() <= sent["/1"].items()
    assert sent["/2"].keys() & SECRETS.keys() == kept


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            ["DOWNLOAD_HANDLERS", '{"http": "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"}'],
            "may look names up without the guard",
        ),
        (["TWISTED_DNS_RESOLVER", "scrapy.resolver.CachingThreadedResolver"], "the guard's resolver is not in use"),
        (["DOWNLOADER_MIDDLEWARES", '{"newscrawl.crawl.guard.GuardMiddleware": null}'], "is switched off"),
        (["JOBDIR", "{folder}/job"], "JOBDIR keeps pickles"),
        (["HTTPCACHE_ENABLED", "1"], "HTTPCACHE_ENABLED: scrapy.extensions.httpcache"),
    ],
    ids=["handler", "resolver", "middleware", "jobdir", "cache"],
)
def test_an_unsafe_run_does_not_begin(tmp_path: Path, host: Host, options: list[str], says: str) -> None:
    setting, value = options
    done = crawl(
        tmp_path, [f"http://127.0.0.1:{host.port}/"], "-s", f"{setting}={value.replace('{folder}', str(tmp_path))}"
    )
    assert host.asked == []
    assert says in done.log
    assert "Closing spider (unsafe_settings)" in done.log
    assert "Traceback" not in done.log


def test_a_proxy_is_used_only_knowingly(tmp_path: Path, host: Host) -> None:
    host.replies = {"/": (200, {"Content-Type": "text/html"}, b"<html>x</html>")}
    url = f"http://127.0.0.1:{host.port}/"
    with serving() as proxy:
        environment = {"http_proxy": f"http://127.0.0.1:{proxy.port}"}
        done = crawl(tmp_path, [url], environment=environment)
        assert (host.paths, proxy.asked) == (["/"], [])
        assert "names a proxy, which is not used" in done.log
        done = crawl(tmp_path, [url], "-s", "HTTPPROXY_ENABLED=1", environment=environment)
        assert (host.paths, proxy.paths) == (["/"], [url])
        assert "names a proxy" not in done.log


def test_the_head_is_bounded_over_tls_too(tmp_path: Path) -> None:
    """A server that never stops sending headers, and does not listen when it is told to."""
    address, served = ("127.0.0.1", 0), Counter[str]()
    with socket.create_server(address) as listening:
        Thread(target=endless_tls, args=(listening, tls(tmp_path), served), daemon=True).start()
        done = crawl(tmp_path, [f"https://127.0.0.1:{listening.getsockname()[1]}/"], "-s", "ROBOTSTXT_OBEY=0")
    assert [(line["reason"], line["detail"]) for line in done.rejects] == [
        ("too_large", "a head of more than 65,536 bytes")
    ]
    assert served["bytes"] < 20_000_000


def endless_tls(listening: socket.socket, context: ssl.SSLContext, served: Counter[str]) -> None:
    while True:
        with suppress(OSError), context.wrap_socket(listening.accept()[0], server_side=True) as connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while True:
                connection.sendall(b"X-More: %s\r\n" % (b"x" * 1_000) * 10)
                served["bytes"] += 10_000


def tls(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate that nobody signed."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]),
    )
    now = datetime.now(timezone.utc)
    unsigned = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now)
    certificate = unsigned.sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize("name", ["../evil", "Evil", "a/b"])
def test_a_site_cannot_name_its_files_freely(tmp_path: Path, host: Host, name: str) -> None:
    (tmp_path / "inner").mkdir()
    done = crawl(tmp_path / "inner", [f"http://127.0.0.1:{host.port}/"], name=name)
    assert f"{name!r} is no name for a site" in done.log
    assert host.asked == []
    files = {path.name for path in tmp_path.rglob("*.*") if path.is_file()}
    assert files <= {"spider.py", f"spider.{sys.implementation.cache_tag}.pyc"}


def test_csv_holds_no_formula(tmp_path: Path) -> None:
    """The demo's article with =1+ before its headline: as text in CSV, as it is in JSON lines."""
    sheet = tmp_path / "articles.csv"
    options = [
        "-s",
        f"OUTPUT_DIR={tmp_path}",
        "-s",
        "DEMO_HOSTILE_PORT=0",
        "-s",
        "DOWNLOAD_TIMEOUT=1",
        "-o",
        str(sheet),
    ]
    command = [sys.executable, "-m", "scrapy", "crawl", "demo_hostile", "-a", "articles=60", "-a", "lists=1", *options]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=100, check=True)
    with sheet.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = [value for row in rows for value in row.values()]
    assert any(row["title"].startswith("'=1+") for row in rows)
    assert not [value for value in cells if value.startswith(("=", "+", "-", "@", "\t", "\r"))]
