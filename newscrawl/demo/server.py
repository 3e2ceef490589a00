"""The demo sites as real HTTP servers on loopback, one thread a connection."""

from __future__ import annotations

import logging
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from itertools import chain
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from newscrawl.demo import mirror, portal
from newscrawl.demo.answer import Answer
from newscrawl.demo.traps import Traps

PORTAL_PORT = 8808
MIRROR_PORT = 8809

_HOST = "127.0.0.1"
_log = logging.getLogger(__name__)


class DemoSite:
    """The portal and its mirror, served while the `with` block runs (or between `start` and `stop`).

    A port that is taken is replaced by a free one, with a warning; 0 asks for any free port. Each start begins anew:
    what failed once fails once again.

    >>> with DemoSite(0, 0) as site:
    ...     site.portal_url.startswith("http://127.0.0.1:")
    True
    """

    portal_url: str
    """The address of the portal, without a slash at the end; there from `start` on."""
    mirror_url: str
    """The address of the mirror, likewise."""

    def __init__(self, portal_port: int = PORTAL_PORT, mirror_port: int = MIRROR_PORT) -> None:
        self._ports = portal_port, mirror_port
        self._servers: list[Server] = []

    def start(self) -> DemoSite:
        """Serve in threads of their own; returns at once."""
        for port, answer in zip(self._ports, (portal.answer, mirror.answer), strict=True):
            self._servers.append(serve(Traps(answer).answer, port))
        self.portal_url, self.mirror_url = (server.url for server in self._servers)
        return self

    def stop(self) -> None:
        """Close every port and connection."""
        while self._servers:
            self._servers.pop().stop()

    def __enter__(self) -> DemoSite:
        return self.start()

    def __exit__(self, *raised: object) -> None:
        self.stop()


@contextmanager
def serving(answer: Callable[[str, str], Answer], port: int = 0) -> Iterator[str]:
    """Serve one host, without traps, while the `with` block runs; gives its address without a slash at the end."""
    server = serve(answer, port)
    try:
        yield server.url
    finally:
        server.stop()


def serve(answer: Callable[[str, str], Answer], port: int) -> Server:
    """Serve one host in threads of its own. `answer` is given a path and the host's address."""
    try:
        server = Server(answer, port)
    except OSError as error:
        _log.warning("port %d is taken (%s): using a free one", port, error)
        server = Server(answer, 0)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


class Server(ThreadingTCPServer):
    """One host. It knows its open connections, so that none outlives it."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer: Callable[[str, str], Answer], port: int) -> None:
        super().__init__((_HOST, port), _Handler)
        self.url = f"http://{_HOST}:{self.server_address[1]}"
        self._answer = answer
        self._open: set[Any] = set()

    def answer(self, target: str) -> Answer:
        """The answer to a request target such as /a.html?b=c: the part from ? on does not matter."""
        return self._answer(urlsplit(target).path, self.url)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take note of a connection."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log a fault, but not a client that hangs up (on 30 MB, say)."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            _log.exception("fault while answering %s", client_address)

    def stop(self) -> None:
        """Close the port and every connection."""
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            with suppress(OSError):  # the client was quicker
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "newscrawl-demo"
    sys_version = ""
    wbufsize = 1 << 16  # head and body leave together: two small writes would wait for the client's delayed ACK
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        answer = self.server.answer(self.path)
        if (tag := answer.headers.get("ETag")) and tag == self.headers.get("If-None-Match"):
            answer = Answer(status=304, headers={"ETag": tag})
        time.sleep(answer.delay)
        if answer.raw is not None:
            self._send_raw(answer.raw, answer.pause)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.stream:
            self._send_chunks(answer)
        else:
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    def _send_chunks(self, answer: Answer) -> None:
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chain([answer.body], answer.stream, [b""]):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))

    def _send_raw(self, pieces: Iterable[bytes], pause: float) -> None:
        self.close_connection = True
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(pause)

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug(format, *args)
