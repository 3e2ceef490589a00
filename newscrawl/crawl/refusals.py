"""Why an address could not be had: every failure of the network under its name."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

from newscrawl.refused import Refused

address_refused = object()
"""Signal: an address was refused before it became an article. Sent with `refused` (a `Refused` that has its url),
`http_status` (int or None) and `spider`."""


class FetchRefused(Refused, IgnoreRequest):
    """A refusal while fetching. As an `IgnoreRequest` it is no error to Scrapy, and goes to the request's errback.

    `http_status` is that of the answer that was refused, where there was one.
    """

    def __init__(self, reason: str, detail: str = "", *, http_status: int | None = None, tried: bool = True) -> None:
        super().__init__(reason, detail, tried=tried)
        self.http_status = http_status


_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    # Scrapy cancels a download for one reason only: DOWNLOAD_MAXSIZE.
    ((DownloadCancelledError,), "too_large"),
    ((ResponseDataLossError,), "truncated"),
    ((DownloadTimeoutError,), "timeout"),
    ((CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError), "unreachable"),
    ((ConnectError, ConnectionDone, ConnectionLost, OSError), "unreachable"),
    # The one middleware of Scrapy's that still raises it without a name is OffsiteMiddleware.
    ((IgnoreRequest,), "offsite"),
)


def refusal_of(failure: BaseException) -> Refused:
    """Name a failure. What is not known is `internal_error`, so that it is seen and gets its name here."""
    if isinstance(failure, Refused):
        return failure
    if isinstance(failure, HttpError):
        return FetchRefused("http_error", str(failure.response.status))
    for kinds, reason in _REASONS:
        if isinstance(failure, kinds):
            return FetchRefused(reason, _first_line(failure))
    return FetchRefused("internal_error", repr(failure))


def _first_line(failure: BaseException) -> str:
    """What the exception says, in one line of at most 200 characters; twisted's own can be pages long."""
    return (str(failure).splitlines() or [""])[0][:200]
