"""How a crawl behaves towards hosts that want to be left alone: real crawls, timed by the server."""

from __future__ import annotations

import time
from email.utils import formatdate
from itertools import count, pairwise
from pathlib import Path

import pytest

from newscrawl.crawl.manners import retry_after
from tests.live import ONE_AT_A_TIME, Arrival, Crawl, Pages, Reply, articles, crawl, html, portal, robots

BOTH_HOSTS = ("-s", "GUARD_ALLOWED_HOSTS=127.0.0.1,localhost")
# A request is sent a moment before it arrives, and the moments differ.
JITTER = 0.1


def gaps(arrivals: list[Arrival], host: str = "127.0.0.1") -> list[float]:
    times = [arrival.at for arrival in arrivals if arrival.host == host]
    return [later - sooner for sooner, later in pairwise(times)]


def blocked(done: Crawl) -> list[str]:
    return [path for path, (reason, _) in done.refused().items() if reason == "blocked"]


# crawl-delay


@pytest.mark.parametrize("throttle", ["False", "True"])
def test_crawl_delay_is_kept(throttle: str, tmp_path: Path) -> None:
    pages = portal(range(4)) | {
        "/robots.txt": robots("User-agent: *\nCrawl-delay: 0.1\n\nUser-agent: newscrawl\nCrawl-delay: 0.8\n")
    }
    options = ["-s", f"AUTOTHROTTLE_ENABLED={throttle}", "-s", "AUTOTHROTTLE_START_DELAY=0"]
    done = crawl(pages, tmp_path, *options)
    assert len(done.articles) == 4
    assert len(gaps(done.arrivals)) == 5
    assert min(gaps(done.arrivals)) >= 0.8 - JITTER


def test_a_crawl_delay_is_the_hosts_own(tmp_path: Path) -> None:
    pages = {
        "/": html(*[f"http://localhost:{{port}}{path}" for path in articles(range(6))]),
        **{path: html() for path in articles(range(6))},
        "/robots.txt": lambda before: robots("" if before else "User-agent: *\nCrawl-delay: 1\n"),
    }
    done = crawl(pages, tmp_path, *BOTH_HOSTS)
    assert len(done.articles) == 6
    assert gaps(done.arrivals)[0] >= 1 - JITTER
    assert min(gaps(done.arrivals, "localhost")) < 0.9


def test_a_crawl_delay_out_of_reason_is_cut(tmp_path: Path) -> None:
    pages = portal(range(2)) | {"/robots.txt": robots("User-agent: *\nCrawl-delay: 86400\n")}
    done = crawl(pages, tmp_path, "-s", "CRAWL_DELAY_MAX=0.3")
    assert len(done.articles) == 2
    assert "127.0.0.1: robots.txt asks for a crawl-delay of 86400 s; it gets 0.3 s" in done.log


def test_the_delay_is_the_least_whatever_the_jitter(tmp_path: Path) -> None:
    done = crawl(portal(range(8)), tmp_path, "-s", "DOWNLOAD_DELAY=0.4")
    assert min(gaps(done.arrivals)) >= 0.4 - JITTER / 2


def test_articles_are_asked_for_in_the_order_found(tmp_path: Path) -> None:
    done = crawl(portal(range(80)), tmp_path, *ONE_AT_A_TIME)
    assert [path for path in done.asked if path != "/robots.txt"] == ["/", *articles(range(80))]


def test_one_at_a_time_is_one_at_a_time(tmp_path: Path) -> None:
    """Scrapy 2.19 sends all that waits at once when there is no delay."""
    done = crawl(portal(range(6), lambda path: Reply(b"<p>x</p>", delay=0.2)), tmp_path, *ONE_AT_A_TIME)
    assert len(done.articles) == 6
    assert min(gaps([arrival for arrival in done.arrivals if arrival.path.startswith("/t")])) >= 0.2


# Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sun, 22 Nov 2026 13:00:30 GMT", 30.0),
        ("Sunday, 22-Nov-26 13:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 12:00:00 GMT", 0.0),
        ("9" * 5000, 999999999.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        ("Sun, 99 Nov 2026 13:00:30 GMT", None),
    ],
)
def test_retry_after_header(value: str, seconds: float | None) -> None:
    assert retry_after(value, 1795352400.0) == seconds


@pytest.mark.parametrize(("status", "form"), [(429, "seconds"), (503, "date")])
def test_the_host_is_left_alone_and_others_are_not(status: int, form: str, tmp_path: Path) -> None:
    def not_now(before: int) -> Reply:
        # an HTTP date has no fractions: three seconds ahead are more than two
        value = "2" if form == "seconds" else formatdate(time.time() + 3, usegmt=True)
        return html() if before else Reply(b"", status, {"Retry-After": value})

    elsewhere = [f"http://localhost:{{port}}/t{number}.html" for number in range(10, 18)]
    pages: Pages = {
        "/": html(*articles(range(6)), *elsewhere),
        **{path: html() for path in articles(range(20))},
        "/t3.html": not_now,
    }
    done = crawl(pages, tmp_path, *BOTH_HOSTS, *ONE_AT_A_TIME, "-s", "DOWNLOAD_DELAY=0.2")
    assert len(done.articles) == 6 + 8
    assert done.asked["/t3.html"] == 2
    assert done.rejects == []
    refused_at = next(arrival.at for arrival in done.arrivals if arrival.path == "/t3.html")
    meanwhile = {arrival.host for arrival in done.arrivals if refused_at < arrival.at < refused_at + 2 - JITTER}
    assert meanwhile == {"localhost"}
    assert done.stats["newscrawl/recovered/retried"] == 1


def test_without_a_word_pauses_grow(tmp_path: Path) -> None:
    done = crawl(portal(range(1), lambda path: Reply(b"", 503)), tmp_path, "-s", "REST_START=0.8")
    first, second = gaps([arrival for arrival in done.arrivals if arrival.path == "/t0.html"])
    assert first >= 0.8 - JITTER
    assert second >= 1.6 - JITTER
    assert done.refused() == {"/t0.html": ("http_error", "503")}


def test_429_without_end_is_a_block(tmp_path: Path) -> None:
    done = crawl(portal(range(1), lambda path: Reply(b"", 429)), tmp_path)
    assert done.asked["/t0.html"] == 3
    assert done.refused() == {"/t0.html": ("blocked", "too_often (429)")}
    assert done.rejects[0]["http_status"] == 429


@pytest.mark.parametrize(("status", "reason"), [(429, "blocked"), (503, "http_error")])
def test_who_asks_for_too_long_a_rest_is_given_up(status: int, reason: str, tmp_path: Path) -> None:
    pages = portal(range(8), lambda path: Reply(b"", status, {"Retry-After": "601"}))
    done = crawl(pages, tmp_path, *ONE_AT_A_TIME)
    assert sum(done.asked[path] for path in articles(range(8))) == 1
    reasons = sorted(reason for reason, _ in done.refused().values())
    assert reasons == sorted([reason, *["blocked"] * 7])
    assert "127.0.0.1 is given up for this run: it wants to be left alone for 601 s" in done.log


def test_a_robots_txt_that_fails_forbids_everything_for_now(tmp_path: Path) -> None:
    done = crawl(portal(range(2)) | {"/robots.txt": Reply(b"<h1>500</h1>", 500)}, tmp_path)
    assert set(done.asked) == {"/robots.txt"}
    assert done.refused() == {"/": ("unreachable", "robots.txt answers 500")}


def test_a_robots_txt_that_is_not_there_now_is_waited_for(tmp_path: Path) -> None:
    pages = portal(range(2)) | {
        "/robots.txt": lambda before: (
            robots("User-agent: *\nDisallow: /t1\n") if before else Reply(b"", 503, {"Retry-After": "1"})
        )
    }
    done = crawl(pages, tmp_path)
    assert sorted(done.articles) == ["/t0.html"]
    assert done.refused() == {"/t1.html": ("robots_denied", "robots.txt forbids it")}
    assert gaps(done.arrivals)[0] >= 1 - JITTER


# blocked


@pytest.mark.parametrize("at_a_time", [1, 4])
def test_a_host_that_blocks_is_not_hammered(at_a_time: int, tmp_path: Path) -> None:
    pages = portal(range(30), lambda path: Reply(b"Forbidden", 403))
    options = ["-s", f"CONCURRENT_REQUESTS_PER_DOMAIN={at_a_time}", "-s", "BLOCKED_DELAY_MAX=0.05"]
    done = crawl(pages, tmp_path, *options)
    asked = sum(done.asked[path] for path in articles(range(30)))
    assert 5 <= asked <= 5 + at_a_time - 1
    assert sorted(blocked(done)) == sorted(articles(range(30)))
    assert done.stats["newscrawl/refused/blocked"] == 30
    assert done.stats["newscrawl/blocked/127.0.0.1"] == asked
    assert done.stats["newscrawl/limits/hosts_given_up"] == 1
    assert done.log.count("is given up for this run: 5 blocked answers in a row, the last forbidden (403)") == 1
    assert sum(line["http_status"] == 403 for line in done.rejects) == asked


def test_each_block_doubles_the_delay(tmp_path: Path) -> None:
    pages = portal(range(9), lambda path: Reply(b"", 412))
    done = crawl(pages, tmp_path, *ONE_AT_A_TIME, "-s", "BLOCKED_IN_A_ROW=3")
    _, _, first, second = gaps(done.arrivals)
    assert first >= 1 - JITTER
    assert second >= 2 - JITTER


def test_a_page_in_between_ends_the_row(tmp_path: Path) -> None:
    turn = count()
    pages = portal(range(24), lambda path: lambda before: Reply(b"", 403) if next(turn) % 2 else html())
    done = crawl(pages, tmp_path, *ONE_AT_A_TIME, "-s", "BLOCKED_DELAY_MAX=0.05")
    assert (len(done.articles), len(blocked(done))) == (12, 12)
    assert "newscrawl/limits/hosts_given_up" not in done.stats


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_ends_the_row_too(status: int, tmp_path: Path) -> None:
    pages = portal(range(24), lambda path: Reply(b"", status if path in articles(range(0, 24, 2)) else 403))
    done = crawl(pages, tmp_path, *ONE_AT_A_TIME, "-s", "BLOCKED_DELAY_MAX=0.05")
    assert len(blocked(done)) == 12
    assert "newscrawl/limits/hosts_given_up" not in done.stats


def test_a_challenge_is_no_article(tmp_path: Path) -> None:
    script = (
        b"<html><script>var arg1='3000176000856006061501533003690027800375';document.cookie='acw_sc__v2=';</script>"
    )
    fraud = html(text="骗子请市民先完成安全验证，再拖动滑块，输入验证码继续。来源：江汉日报")
    done = crawl(portal(range(2)) | {"/t0.html": Reply(script), "/t1.html": fraud}, tmp_path)
    assert list(done.articles) == ["/t1.html"]
    assert done.refused() == {"/t0.html": ("blocked", "aliyun (200)")}
    assert done.rejects[0]["http_status"] == 200
