"""Commands do not lose what stood in a file, and say so when they cannot write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "tests" / "pages" / "cnhubei" / "trs-2018" / "page.html"


def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_extract_does_not_write_over_what_it_reads(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(PAGE.read_bytes())
    done = scrapy("extract", str(page), "-o", str(page))
    assert done.returncode == 2
    assert "written over" in done.stderr
    assert page.read_bytes() == PAGE.read_bytes()


def test_output_and_rejects_are_two_files(tmp_path: Path) -> None:
    done = scrapy("extract", str(PAGE), "-o", str(tmp_path / "a"), "--rejects", str(tmp_path / "a"))
    assert done.returncode == 2


def test_output_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "articles.jsonl"
    assert scrapy("extract", str(PAGE), "-o", str(target)).returncode == 0
    assert [path.name for path in target.parent.iterdir()] == ["articles.jsonl"]
    assert len(target.read_text("utf-8").splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_full_disk_is_an_error_of_its_own() -> None:
    done = scrapy("extract", str(PAGE), "-o", "/dev/full")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_run_that_cannot_write_does_not_crawl(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = scrapy("run", "demo", "-s", f"OUTPUT_DIR={tmp_path / 'file'}")
    assert done.returncode == 3
    assert "cannot write" in done.stderr


def test_site_named_twice_is_crawled_once(tmp_path: Path) -> None:
    done = scrapy("run", "demo", "demo", "-a", "articles=3", "-s", f"OUTPUT_DIR={tmp_path}")
    assert done.returncode == 0, done.stderr


def test_shell_opens_a_saved_page() -> None:
    done = scrapy("shell", f"./{PAGE.relative_to(ROOT)}", "-c", "response.status")
    assert done.stdout.strip().endswith("200")
