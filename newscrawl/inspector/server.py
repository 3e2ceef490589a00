"""The document on this machine, for one person: 127.0.0.1 only, a secret in every address, and nothing but GET.

Another page in the same browser could ask a server on this machine as well. It does not know the secret; a name that
it leads to 127.0.0.1 (DNS rebinding) is refused by the header Host; and no answer may be read or framed by it.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from newscrawl import sites
from newscrawl.crawl.look import is_address
from newscrawl.inspector.document import as_json, page_view, policy
from newscrawl.inspector.records import Records

HOST = "127.0.0.1"
PATIENCE = 120
"""Seconds for a page that is fetched: 30 for the answer, as in a crawl, tried three times, after robots.txt."""
_HTML, _JSON, _TEXT = "text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: int
    kind: str
    body: bytes


@dataclass(slots=True)
class Site:
    """What the server has: the document, and the records it shows, if it shows records."""

    document: bytes
    records: Records | None = None
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def answer(self, target: str) -> Answer:
        """The answer to the target of a request, such as `/<secret>/record/3`."""
        try:
            parts = urlsplit(target)
        except ValueError:
            return _refusal(404, "no address")
        _, secret, path = (*parts.path.split("/", 2), "", "")[:3]
        if not secrets.compare_digest(secret.encode(), self.secret.encode()):
            return _refusal(404, "not found")
        if not path:
            return Answer(200, _HTML, self.document)
        if self.records is None:
            return _refusal(404, "not found")
        name, _, rest = path.partition("/")
        if name == "search":
            text = parse_qs(parts.query).get("q", [""])[0]
            return Answer(200, _JSON, json.dumps(list(self.records.holding(text)) if text else []).encode())
        return self._of_record(name, rest, self.records)

    def _of_record(self, name: str, number: str, records: Records) -> Answer:
        if not (number.isascii() and number.isdigit() and int(number) < len(records.rows)):
            return _refusal(404, "no such record")
        if name == "record":
            return Answer(200, _JSON, records.line(int(number)))
        row = records.rows[int(number)]
        if name != "page" or row.url is None or not is_address(row.url):
            return _refusal(404, "not found")
        return fetched(row.url, row.site if row.site in sites.sites() else None)


class Server(ThreadingHTTPServer):
    """Serves a `Site`; `url` is its address, with the secret. Port 0 is any free one. Raises `OSError`."""

    daemon_threads = True

    def __init__(self, site: Site, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.site = site
        self.host = f"{HOST}:{self.server_address[1]}"
        self.url = f"http://{self.host}/{site.secret}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, but not that a browser hung up."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "newscrawl"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        asked = self.headers.get_all("Host", [])
        if asked != [self.server.host]:
            self._send(_refusal(403, "another host's name"))
        elif self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            self._send(_refusal(403, "another site asks"))
        else:
            self._send(self.server.site.answer(self.path))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {
            "Content-Type": answer.kind,
            "Content-Length": str(len(answer.body)),
            "Content-Security-Policy": policy(served=True) + "; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the secret would stand in every line."""


def fetched(url: str, site: str | None) -> Answer:
    """The page of an address, explained. Scrapy runs once in a process, so that another one fetches it."""
    command = [sys.executable, "-m", "scrapy", "explain", "--json", *(("--site", site) if site else ()), url]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        told = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return _refusal(504, f"no answer within {PATIENCE} s")
    except ValueError:
        return _refusal(502, "scrapy explain failed; run it with this address to see why")
    return Answer(200, _JSON, as_json(page_view(told)).encode("utf-8", "backslashreplace"))


def _refusal(status: int, why: str) -> Answer:
    return Answer(status, _TEXT, why.encode())
