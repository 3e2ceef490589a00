"""`scrapy inspect` as it is served: what its server gives and what it refuses; the command itself."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from lxml import html
from scrapy.exceptions import UsageError

from newscrawl.demo import mirror
from newscrawl.demo.news import load_news, portal_path
from newscrawl.demo.server import serving
from newscrawl.inspector.document import records_document
from newscrawl.inspector.records import Records
from newscrawl.inspector.server import Server, Site
from tests import commands
from tests.inspector_pages import SENTENCES, article, hostile_page, lines, refusal

REPOSITORY = Path(__file__).parents[1]
ENV = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("inspect") / "a.jsonl"
    path.write_bytes(lines(article(1), refusal(2), article(3, url="file:///etc/passwd")))
    with (
        closing(Records([str(path)])) as records,
        Server(Site(records_document("a", records, served=True), records)) as started,
    ):
        Thread(target=started.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield started
        started.shutdown()


def ask(
    server: Server, path: str, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(*server.server_address)
    connection.putrequest(method, path, skip_host=True)
    for name, value in ({"Host": server.host} | (headers or {})).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_the_server_gives_the_document_and_its_records(server: Server) -> None:
    secret = server.site.secret
    answer, body = ask(server, f"/{secret}/")
    assert answer.status == 200
    assert b"newscrawl" in body
    assert json.loads(ask(server, f"/{secret}/record/1")[1]) == refusal(2)
    assert json.loads(ask(server, f"/{secret}/search/?q=%E9%A6%99%E6%A8%9F")[1]) == [0, 2]
    headers = {name.lower(): value for name, value in answer.getheaders()}
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'sha256-")
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/", "GET", {}, 404),
        ("/{wrong}/", "GET", {}, 404),
        ("/{secret}", "POST", {}, 501),
        ("/{secret}/", "HEAD", {}, 501),
        ("/{secret}/", "OPTIONS", {"Origin": "http://evil.example"}, 501),
        ("/{secret}/", "GET", {"Host": "evil.example"}, 403),
        ("/{secret}/", "GET", {"Host": "localhost"}, 403),
        ("/{secret}/record/0", "GET", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("/{secret}/record/3", "GET", {}, 404),
        ("/{secret}/record/-1", "GET", {}, 404),
        ("/{secret}/record/١", "GET", {}, 404),
        ("/{secret}/record/../../etc/passwd", "GET", {}, 404),
        ("/{secret}/page/2", "GET", {}, 404),
        ("/{secret}/page/http://evil.example/", "GET", {}, 404),
        ("/{secret}/other", "GET", {}, 404),
        ("http://[/{secret}/", "GET", {}, 404),
    ],
)
def test_the_server_refuses(server: Server, path: str, method: str, headers: dict[str, str], status: int) -> None:
    target = path.format(secret=server.site.secret, wrong="x" * len(server.site.secret)).replace("١", "%D9%A1")
    answer, body = ask(server, target, method, headers)
    assert answer.status == status
    assert SENTENCES[0].encode() not in body


# ---- the command


def inspect(*arguments: str | Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "scrapy", "inspect", *map(str, arguments)]
    return subprocess.Popen(command, cwd=REPOSITORY, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_it_serves_until_it_is_interrupted_and_fetches_pages(tmp_path: Path) -> None:
    story = next(story for story in load_news() if story.id == "y115")
    with serving(mirror.answer) as site:
        (tmp_path / "a.jsonl").write_bytes(lines(article(1, url=site + portal_path(story), site="demo_mirror")))
        run = inspect(tmp_path / "a.jsonl", "--no-open")
        assert run.stdout
        url = run.stdout.readline().decode().split()[0]
        host, _, path = url.removeprefix("http://").partition("/")
        connection = http.client.HTTPConnection(host)
        connection.request("GET", f"/{path}page/0")
        view: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
    run.send_signal(signal.SIGINT)
    _, complaints = run.communicate(timeout=30)
    assert (run.returncode, complaints.strip()) == (0, b"")
    assert host.startswith("127.0.0.1:")
    assert view["article"]["title"] == "高考明日开考 三十八万六千考生请查收这份清单"
    assert view["site"] == "demo_mirror"
    assert "請(qǐng)查收" in view["frame"]


def test_it_writes_one_file(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(hostile_page())
    out = tmp_path / "out.html"
    run = inspect(tmp_path / "page.html", "-o", out)
    assert run.communicate(timeout=60) == (b"", f"wrote {out}\n".encode())
    assert run.returncode == 0
    view = json.loads(html.parse(out).getroot().get_element_by_id("data").text)["page"]
    assert view["refused"] is None
    assert view["article"]["title"] == "江边植树活动今天启动</script><script>owned = 1</script>"


def test_a_refused_page_is_written_and_told_by_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(b"<p>short</p>")
    run = inspect(tmp_path / "page.html", "-o", tmp_path / "out.html")
    run.communicate(timeout=60)
    assert run.returncode == 1
    assert b"refused" in (tmp_path / "out.html").read_bytes()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        commands.run("inspect", "http://127.0.0.1:9/never-asked", "-o", str(tmp_path / "no" / "out.html"))
    assert not (tmp_path / "no").exists()
