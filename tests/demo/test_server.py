"""The server of the demo: its ports, its connections, its command."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from newscrawl.demo.server import DemoSite
from newscrawl.demo.traps import TRAPS
from tests.demo.asking import HOSTS, get


def test_taken_port_is_replaced_with_a_warning(site: DemoSite, caplog: pytest.LogCaptureFixture) -> None:
    taken = urlsplit(site.portal_url).port or 0
    with caplog.at_level(logging.WARNING), DemoSite(taken, 0) as second:
        assert second.portal_url != site.portal_url
        assert get(second.portal_url + "/")[0] == 200
    assert f"port {taken} is taken" in caplog.text


def test_stop_closes_ports_and_open_connections() -> None:
    with DemoSite(0, 0) as running:
        connection = HTTPConnection(urlsplit(running.portal_url).netloc, timeout=5)
        connection.request("GET", "/")
        connection.getresponse().read()
        assert connection.sock.fileno() > 0
    assert connection.sock.recv(1) == b""
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        get(running.portal_url + "/")


def test_hanging_up_on_a_page_harms_nobody(base: str, caplog: pytest.LogCaptureFixture) -> None:
    connection = HTTPConnection(urlsplit(base).netloc, timeout=5)
    connection.request("GET", TRAPS["huge"].path)
    connection.getresponse().read(1000)
    connection.close()
    assert get(base + "/")[0] == 200
    assert caplog.text == ""


def test_command_serves_until_ctrl_c() -> None:
    command = [sys.executable, "-m", "newscrawl.demo", "--portal-port", "0", "--mirror-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            urls = dict(process.stdout.readline().split() for _ in HOSTS)
            assert {name: get(url + "/")[0] for name, url in urls.items()} == dict.fromkeys(HOSTS, 200)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()  # nothing when it has ended; else it would be waited for without end
