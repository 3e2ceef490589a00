"""Scrapy's handler for http and https with a bound on the head of an answer, and a name for what is no answer.

Scrapy bounds the time of a whole download (DOWNLOAD_TIMEOUT counts from the request to the last byte, so that a byte a
second does not help a server) and the bytes of a body. Twisted bounds one line of the head, but not how many lines
there are: a server that sends headers for thirty seconds fills the memory. The handler asks the reactor's resolver, on
which the guard relies.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionClosed, ConnectionDone
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import Request as SentRequest
from twisted.web.client import ResponseFailed
from twisted.web.iweb import IResponse

from newscrawl.crawl.refusals import FetchRefused

MOST_HEAD = 65_536
"""Bytes of a head, 1xx answers before it included. Honest heads have one or two thousand; Apache sends 8 KiB a line at
the most. A single line ends at 16 KiB, by Twisted."""


class HeadTooLargeError(Exception):
    """The head of an answer is larger than is read."""


class GuardedHandler(HTTP11DownloadHandler):
    """Refuses `too_large` for a head beyond `MOST_HEAD`, and `bad_answer` for what is no HTTP."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """Download; raises `FetchRefused` besides Scrapy's own exceptions."""
        try:
            return await super().download_request(request)
        except DownloadFailedError as failed:
            if refused := _named(failed.__cause__):
                raise refused from failed
            raise


def _named(cause: BaseException | None) -> FetchRefused | None:
    """The refusal for an answer that cannot be parsed; None when the connection was lost, which may be tried again."""
    for failure in cause.reasons if isinstance(cause, ResponseFailed) else ():
        problem = failure.value
        if isinstance(problem, HeadTooLargeError):
            return FetchRefused("too_large", str(problem))
        if not isinstance(problem, ConnectionClosed):
            return FetchRefused("bad_answer", f"{type(problem).__name__}: {problem}"[:200])
    return None


class _Parser(_LenientHTTPClientParser):
    """Counts the bytes of the head. The count stands above `connectionMade`, which each 1xx answer calls anew."""

    _head = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 (twisted's name)
        self._head += len(line) + 1
        if self._head > MOST_HEAD:
            raise HeadTooLargeError(f"a head of more than {MOST_HEAD:,} bytes")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 (twisted's name)
        raise HeadTooLargeError(f"a line of more than {self.MAX_LENGTH:,} bytes in the head")


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: SentRequest) -> Deferred[IResponse]:
        answer: Deferred[IResponse] = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _Parser  # as Scrapy's own protocol does: Twisted has the class written in
        return answer

    def _giveUp(self, reason: Failure) -> None:  # noqa: N802 (twisted's name)
        """After a fault at once: a polite end over TLS would go on reading until the other side agrees."""
        if not isinstance(reason.value, ConnectionDone):
            self.transport.abortConnection()  # type: ignore[union-attr]  # it is connected
        super()._giveUp(reason)  # type: ignore[no-untyped-call]  # twisted is half typed


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802 (twisted's name)
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # as above
