"""`scrapy check` and `scrapy parse`: saved pages without any network, contracts and live pages with it."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError

from newscrawl.cases.run import check_sites
from newscrawl.demo.server import DemoSite
from newscrawl.sites import sites
from tests import commands
from tests.torture.crawls import free_port

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "tests" / "pages"
TRS = PAGES / "cnhubei" / "trs-2018" / "page.html"

CONTRACTED = '''
from scrapy import Spider


class Contracted(Spider):
    name = "contracted"

    def parse(self, response):
        """A page with one item.

        @url {url}
        @returns items 1 1
        """
        yield {{"title": response.css("title::text").get()}}

    def parse_nothing(self, response):
        """Promises what it does not give.

        @url {url}
        @returns items 1 1
        """
'''


def scrapy(*arguments: str, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": f"{path}{os.pathsep}{ROOT}", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    with DemoSite(free_port(), free_port()) as site:
        yield site.portal_url


def test_every_site_reads_its_saved_pages_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    out = io.StringIO()
    assert check_sites(PAGES, sites(), out, verbose=False), out.getvalue()
    *told, counted = out.getvalue().splitlines()
    assert told == [f"{name}: no saved page; the tests crawl it" for name in sites() if name.startswith("demo")]
    assert " 0 wrong" in counted


def test_verbose_names_what_is_right(tmp_path: Path) -> None:
    shutil.copytree(TRS.parent, tmp_path / "cnhubei" / "one")
    out = io.StringIO()
    assert check_sites(tmp_path, ["cnhubei"], out, verbose=True)
    assert "cnhubei/one title: ok\n" in out.getvalue()


def test_sites_without_pages_and_broken_cases_fail(tmp_path: Path) -> None:
    folder = tmp_path / "yunnan" / "broken"
    folder.mkdir(parents=True)
    (folder / "page.json").write_text('{"url": 1}')
    (folder / "expected.json").write_text("{")
    out = io.StringIO()
    assert not check_sites(tmp_path, ["gscn", "yunnan"], out, verbose=False)
    first, second, _ = out.getvalue().splitlines()
    assert first == "gscn: no saved page: scrapy savepage gscn URL"
    assert f"{folder / 'expected.json'} is no JSON" in second


def test_contracts_run_behind_the_saved_pages_and_fetch(demo: str, tmp_path: Path) -> None:
    (tmp_path / "contracted.py").write_text(CONTRACTED.format(url=demo))
    modules = ("-s", "SPIDER_MODULES=contracted,newscrawl.sites.hubei", "-s", "GUARD_ALLOWED_HOSTS=127.0.0.1")
    modules += ("-s", "AUTOTHROTTLE_ENABLED=0", "-s", "DOWNLOAD_DELAY=0")
    done = scrapy("check", *modules, path=tmp_path)
    assert done.returncode == 1
    assert ", 0 wrong, " in done.stdout
    assert done.stdout.rstrip().endswith("contracts, which fetch what they name:")
    assert "FAIL: [contracted] parse_nothing (@returns post-hook)" in done.stderr
    assert "FAILED (failures=1)" in done.stderr


def test_list_and_exit_code_of_the_command() -> None:
    done = scrapy("check", "-l", "cnhubei")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "cnhubei"
    assert "  * trs-2018" in done.stdout


def test_parse_reads_a_saved_page_without_any_network() -> None:
    # an address that nothing answers: had it been asked for, robots.txt of it would have been, and failed
    done = scrapy("parse", "--pipelines", "--nocolour", str(TRS), "--url", "http://127.0.0.1:9/a/t4197315.shtml",
                  "--spider", "cnhubei", "-c", "parse_article")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "'title': '老堤脚下的夜校亮灯十年 种田人念完了三百堂课'" in done.stdout
    assert "'url': 'http://127.0.0.1:9/a/t4197315.shtml'" in done.stdout
    assert "downloader/request_count" not in done.stderr


def test_parse_reads_the_demo_and_says_what_was_refused(demo: str) -> None:
    address = f"{demo}/"  # the front page: no article, and no page behind it
    ports = ("-s", f"DEMO_PORTAL_PORT={free_port()}", "-s", f"DEMO_MIRROR_PORT={free_port()}")
    done = scrapy("parse", "--pipelines", "--nocolour", "-c", "parse_article", "-L", "ERROR", *ports, address)
    assert done.returncode == 1, done.stderr
    assert "# Scraped Items  ------------------------------------------------------------\n[]" in done.stdout
    assert "# Refused: " in done.stdout and f"[{address}]" in done.stdout
    assert done.stderr == ""


def test_parse_says_what_could_not_be_had(demo: str) -> None:
    ports = ("-s", f"DEMO_PORTAL_PORT={free_port()}", "-s", f"DEMO_MIRROR_PORT={free_port()}")
    done = scrapy("parse", "-L", "CRITICAL", *ports, f"{demo.rstrip('/')}/nosuch.html")
    assert done.returncode == 1
    assert f"scrapy parse: http_error: 404 [{demo.rstrip('/')}/nosuch.html]" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://news.nosuch.example/1.html"], "no site has news.nosuch.example: --spider names one"),
        (["--spider", "cnhubi", str(TRS)], "did you mean cnhubei"),
        (["nosuch.html"], "no such file: nosuch.html"),
        ([str(PAGES / "made" / "flat_clean" / "page.txt")], "is flattened text: scrapy extract reads it"),
        ([], "name one address or file"),
    ],
)
def test_wrong_usage_of_parse(arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError) as told:
        commands.run("parse", *arguments)
    assert said in str(told.value)
