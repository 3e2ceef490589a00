"""The guard, and the names of network failures."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from newscrawl.crawl.guard import GuardMiddleware, is_public
from newscrawl.crawl.refusals import FetchRefused, refusal_of
from newscrawl.refused import Refused


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("114.114.114.114", True),
        ("2400:3200::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("255.255.255.255", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:114.114.114.114", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::7272:7272", True),
        ("64:ff9b:1::7272:7272", False),
        ("fec0::1", False),
        ("::10.0.0.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "192.168.0.1:8080"])
def test_middleware_refuses_literals(host: str) -> None:
    with pytest.raises(FetchRefused) as caught:
        GuardMiddleware([]).process_request(Request(f"http://{host}/"))
    assert caught.value.reason == "forbidden_address"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8808/", "http://114.114.114.114/", "http://www.example.com/"])
def test_middleware_lets_pass(url: str) -> None:
    GuardMiddleware(["127.0.0.1"]).process_request(Request(url))


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (DownloadCancelledError("Expected to receive 9 bytes"), "too_large"),
        (ResponseDataLossError(), "truncated"),
        (DownloadTimeoutError("30 seconds"), "timeout"),
        (CannotResolveHostError("no such name"), "unreachable"),
        (DownloadConnectionRefusedError("refused"), "unreachable"),
        (DownloadFailedError("\n".join(["first line", "another line"])), "unreachable"),
        (ConnectionResetError("reset"), "unreachable"),
        (HttpError(Response("http://a.cn/", status=503)), "http_error"),
        (IgnoreRequest("Filtered offsite request"), "offsite"),
        (FetchRefused("robots_denied"), "robots_denied"),
        (Refused("not_text"), "not_text"),
        (KeyError("ours"), "internal_error"),
    ],
)
def test_refusal_of(failure: Exception, reason: str) -> None:
    refused = refusal_of(failure)
    assert refused.reason == reason
    assert "another" not in refused.detail


def test_a_fetch_refusal_is_no_error_to_scrapy() -> None:
    assert isinstance(FetchRefused("timeout"), IgnoreRequest)
